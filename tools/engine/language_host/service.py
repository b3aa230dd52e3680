"""The calls of the engine that every language host answers in the same way."""

# ruff: noqa: N802 (the protocol defines the names of the methods)

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto.codegen.loader_pb2 import GetSchemaRequest, GetSchemaResponse
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from .children import Children, output

MESSAGE_SHOWN = 32  # a program's exit code after it printed the error for the user


class LanguageHost(LanguageRuntimeServicer):
    """The language host of one engine. `program` is the file that the engine started."""

    def __init__(self, program: Path, engine: str) -> None:
        self.program = program
        self.language = program.name.rpartition("-")[2]
        self.engine = engine
        self.children = Children()

    def Handshake(
        self, request: pb.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.LanguageHandshakeResponse:
        self.engine = request.engine_address
        return pb.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> PluginInfo:
        return PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(
        self, request: pb.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> pb.GetRequiredPackagesResponse:
        return pb.GetRequiredPackagesResponse()

    def GetRequiredPlugins(
        self, request: pb.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> pb.GetRequiredPluginsResponse:
        return pb.GetRequiredPluginsResponse()

    def GeneratePackage(
        self, request: pb.GeneratePackageRequest, context: grpc.ServicerContext
    ) -> pb.GeneratePackageResponse:
        answer = self._generated("GeneratePackage", request.SerializeToString(), context)
        return pb.GeneratePackageResponse.FromString(answer)

    def GenerateProgram(
        self, request: pb.GenerateProgramRequest, context: grpc.ServicerContext
    ) -> pb.GenerateProgramResponse:
        answer = self._generated("GenerateProgram", request.SerializeToString(), context)
        return pb.GenerateProgramResponse.FromString(answer)

    def Link(self, request: pb.LinkRequest, context: grpc.ServicerContext) -> pb.LinkResponse:
        imports = []
        with grpc.insecure_channel(request.loader_target) as channel:
            # The SDK's own stub of this service cannot be imported.
            schema_of = channel.unary_unary(
                "/codegen.Loader/GetSchema",
                request_serializer=GetSchemaRequest.SerializeToString,
                response_deserializer=GetSchemaResponse.FromString,
            )
            for each in request.packages:
                wanted = GetSchemaRequest(
                    package=each.package.name,
                    version=each.package.version,
                    download_url=each.package.server,
                )
                schema = json.loads(schema_of(wanted).schema)
                imports.append(f"  {self.link(schema, each.path, request.info.root_directory)}\n")
        known_as = {"python": "Python", "nodejs": "TypeScript"}[self.language]
        return pb.LinkResponse(
            import_instructions=f"You can import the SDK in your {known_as} code with:\n\n"
            + "".join(imports)
        )

    def link(self, schema: Mapping[str, Any], path: str, root: str) -> str:
        """Add a generated SDK to the dependencies of a program. Return the line that imports it."""
        raise NotImplementedError

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        self.children.interrupt()
        return Empty()

    def run(
        self,
        command: Sequence[str],
        request: pb.RunRequest,
        context: grpc.ServicerContext,
        environment: Mapping[str, str],
    ) -> pb.RunResponse:
        """Run a program to its end."""
        configuration = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        child = self.children.start(
            [*command, request.info.entry_point, *request.args],
            context,
            env={**environment, **configuration},
        )
        code = self.children.wait(child)
        if code == MESSAGE_SHOWN:
            return pb.RunResponse(bail=True)
        failed = f"program exited with non-zero exit code: {code}"
        return pb.RunResponse(error=failed if code else "")

    def install(
        self,
        commands: Sequence[Sequence[str]],
        context: grpc.ServicerContext,
        environment: Mapping[str, str],
        folder: Path,
    ) -> Iterator[pb.InstallDependenciesResponse]:
        """Run commands one after the other. Abort the call if one fails."""
        for command in commands:
            child = self.children.start(command, context, env=environment, cwd=folder, piped=True)
            for name, data in output(child):
                yield pb.InstallDependenciesResponse(**{name: data})
            if code := self.children.wait(child):
                ended = f"`{' '.join(command)}` ended with exit code {code}"
                context.abort(grpc.StatusCode.UNKNOWN, ended)

    def arguments(self, request: pb.RunRequest) -> Mapping[str, str]:
        """Return the values of the options that both programs in Python and in TypeScript get."""
        values = {
            "monitor": request.monitor_address,
            "engine": self.engine,
            "organization": request.organization,
            "project": request.project,
            "stack": request.stack,
            "parallel": str(request.parallel),
        }
        return {name: value for name, value in values.items() if value}

    def _generated(self, call: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        done = subprocess.run(
            [self.program.with_name("metapixel-codegen"), self.language, call],
            input=request,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            context.abort(grpc.StatusCode.UNKNOWN, done.stderr.decode().strip())
        return done.stdout
