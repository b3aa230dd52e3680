"""The Python interpreter for a project, pack or plugin."""

import os
import shutil
import subprocess
from pathlib import Path

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2 as pb

HINT = "make it and install the dependencies into it, for example with `pulumi install`"


class Python:
    """The interpreter in `runtime.options.virtualenv` or else on PATH, and its environment."""

    def __init__(self, info: pb.ProgramInfo, default: str = "") -> None:
        options = MessageToDict(info.options)
        self.toolchain = str(options.get("toolchain", "pip"))
        named = options.get("virtualenv") or (".venv" if self.toolchain == "uv" else default)
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

    def answer(self, *args: str) -> str:
        """Run the interpreter and return its output."""
        return subprocess.run(
            [self.program, *args], env=self.environment, capture_output=True, text=True, check=True
        ).stdout
