"""The language host for Python."""

# ruff: noqa: N802 (the protocol defines the names of the methods)

import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2 as pb

from .children import output
from .service import LanguageHost

HINT = "make it and install the dependencies into it, for example with `pulumi install`"


class Python:
    """The interpreter in `runtime.options.virtualenv` or else on PATH, and its environment."""

    def __init__(self, info: pb.ProgramInfo, default: str = "") -> None:
        options = MessageToDict(info.options)
        if options.get("toolchain") == "uv":
            default = ".venv"
        named = options.get("virtualenv") or default
        self.folder = Path(info.root_directory, named) if named else None
        self.program = os.environ.get("PULUMI_PYTHON_CMD", "python3")
        self.environment = dict(os.environ)
        if self.folder:
            self.program = str(self.folder / "bin" / "python")
            self.environment["VIRTUAL_ENV"] = str(self.folder)
            self.environment["PATH"] = f"{self.folder / 'bin'}:{os.environ.get('PATH', '')}"
            self.environment.pop("PYTHONHOME", None)

    def require(self, context: grpc.ServicerContext) -> None:
        """Abort the call with a message for the user if the interpreter does not exist."""
        if not shutil.which(self.program):
            missing = f"the virtual environment {self.folder}" if self.folder else self.program
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{missing} doesn't exist; {HINT}")


class PythonHost(LanguageHost):
    """Starts programs, policy packs and plugins with the Python that `runtime.options` names."""

    def InstallDependencies(
        self, request: pb.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.InstallDependenciesResponse]:
        python = Python(request.info, default="venv" if request.is_plugin else "")
        folder = Path(request.info.program_directory)
        commands = []
        if python.folder:
            maker = os.environ.get("PULUMI_PYTHON_CMD", "python3")
            commands.append([maker, "-m", "venv", str(python.folder)])
        pip = [python.program, "-m", "pip", "install"]
        if request.is_plugin and _is_package(folder):
            commands.append([*pip, str(folder)])
        if (folder / "requirements.txt").exists():
            commands.append([*pip, "-r", "requirements.txt"])
        return self.install(commands, context, python.environment, folder)

    def Run(self, request: pb.RunRequest, context: grpc.ServicerContext) -> pb.RunResponse:
        python = Python(request.info)
        python.require(context)
        options = {
            **self.arguments(request),
            "root_directory": request.info.root_directory,
            "pwd": request.pwd,
            "dry_run": str(request.dryRun).lower(),
        }
        words = [f"--{name}={value}" for name, value in options.items()]
        command = [python.program, f"{self.program}-exec", *words]
        return self.run(command, request, context, python.environment)

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

    def link(self, schema: Mapping[str, Any], path: str, root: str) -> str:
        requirements = Path(root, "requirements.txt")
        lines = requirements.read_text().splitlines()
        if path not in lines:
            requirements.write_text("\n".join([*lines, path, ""]))
        own = schema.get("language", {}).get("python", {}).get("packageName")
        name = schema["name"].replace("-", "_")
        namespace = schema.get("namespace") or "pulumi"
        return f"import {own or f'{namespace}_{name}'.replace('-', '_')} as {own or name}"


def _is_package(folder: Path) -> bool:
    """Return whether pip can build a package from a folder, by the rule of the official host."""
    described = folder / "pyproject.toml"
    if not described.exists():
        return False
    tables = tomllib.loads(described.read_text())
    return bool(
        tables.get("project", {}).get("name")
        and tables.get("build-system", {}).get("build-backend")
    )
