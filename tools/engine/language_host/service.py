"""The service that answers the engine's calls."""

# ruff: noqa: N802 (the protocol defines the names of the methods)

import json
import os
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from .children import Children, output
from .interpreter import Python

MESSAGE_SHOWN = 32  # the executor's exit code after it printed the error for the user


class LanguageHost(LanguageRuntimeServicer):
    """The language host of one engine."""

    def __init__(self, executor: str, engine: str) -> None:
        self._executor = executor
        self._engine = engine
        self.children = Children()

    def Handshake(
        self, request: pb.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.LanguageHandshakeResponse:
        self._engine = request.engine_address
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

    def About(self, request: pb.AboutRequest, context: grpc.ServicerContext) -> pb.AboutResponse:
        python = Python(request.info)
        python.require(context)
        return pb.AboutResponse(
            executable=python.answer("-c", "import sys; print(sys.executable)").strip(),
            version=python.answer("--version").removeprefix("Python ").strip(),
            metadata={"toolchain": python.toolchain},
        )

    def GetProgramDependencies(
        self, request: pb.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> pb.GetProgramDependenciesResponse:
        python = Python(request.info)
        python.require(context)
        direct = [] if request.transitiveDependencies else ["--not-required"]
        listed = json.loads(python.answer("-m", "pip", "list", "--format", "json", *direct))
        return pb.GetProgramDependenciesResponse(
            dependencies=[
                pb.DependencyInfo(name=each["name"], version=each["version"]) for each in listed
            ]
        )

    def InstallDependencies(
        self, request: pb.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.InstallDependenciesResponse]:
        python = Python(request.info, default="venv" if request.is_plugin else "")
        commands = []
        if python.folder:
            maker = os.environ.get("PULUMI_PYTHON_CMD", "python3")
            commands.append([maker, "-m", "venv", str(python.folder)])
        install = [python.program, "-m", "pip", "install"]
        if Path(request.directory, "requirements.txt").exists():
            commands.append([*install, "-r", "requirements.txt"])
        if request.is_plugin and _is_package(request.directory):
            commands.append([*install, request.directory])
        for command in commands:
            child = self.children.start(
                command, context, env=python.environment, cwd=request.directory, piped=True
            )
            for name, data in output(child):
                yield pb.InstallDependenciesResponse(**{name: data})
            if code := self.children.wait(child):
                ended = f"`{' '.join(command)}` ended with exit code {code}"
                context.abort(grpc.StatusCode.UNKNOWN, ended)

    def Run(self, request: pb.RunRequest, context: grpc.ServicerContext) -> pb.RunResponse:
        python = Python(request.info)
        python.require(context)
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": str(request.dryRun).lower(),
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        words = [f"--{name}={value}" for name, value in options.items() if value]
        configuration = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        child = self.children.start(
            [python.program, self._executor, *words, request.info.entry_point, *request.args],
            context,
            env=python.environment | configuration,
        )
        code = self.children.wait(child)
        if code == MESSAGE_SHOWN:
            return pb.RunResponse(bail=True)
        failed = f"program exited with non-zero exit code: {code}"
        return pb.RunResponse(error=failed if code else "")

    def RunPlugin(
        self, request: pb.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.RunPluginResponse]:
        is_pack = request.kind == "analyzer"
        python = Python(request.info, default="" if is_pack else "venv")
        python.require(context)
        folder = request.info.program_directory
        # A pack is started in its own folder and gets the folder as its last argument.
        words = (
            ["-m", "pulumi.policy", *request.args, folder] if is_pack else [folder, *request.args]
        )
        child = self.children.start(
            [python.program, "-u", *words],
            context,
            env=python.environment | dict(pair.split("=", 1) for pair in request.env),
            cwd=folder if is_pack else request.pwd,
            piped=True,
        )
        for name, data in output(child):
            if name == "stdout":
                yield pb.RunPluginResponse(stdout=data)
            else:
                yield pb.RunPluginResponse(stderr=data)
        yield pb.RunPluginResponse(exitcode=self.children.wait(child))

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        self.children.interrupt()
        return Empty()


def _is_package(folder: str) -> bool:
    """Return whether pip can build a package from a folder, by the rule of the official host."""
    described = Path(folder, "pyproject.toml")
    if not described.exists():
        return False
    tables = tomllib.loads(described.read_text())
    return bool(
        tables.get("project", {}).get("name")
        and tables.get("build-system", {}).get("build-backend")
    )
