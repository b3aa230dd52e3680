"""The `pulumi` command line, which runs on a stack with its own backend and home.

The tests, the benchmark and the demonstration use this module.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from metapixel_provider.sharing.engine_names import in_domain
from metapixel_provider.sharing.resource_types import ResourceType

ROOT = Path(__file__).parents[1]
#: The virtual environment of this process, which the Pulumi programs also use.
VENV = Path(sys.prefix)

#: Environment variables for the user's real accounts. The commands do not inherit them.
_SOMEBODYS = re.compile(r"META_|PULUMI_")


_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LIMIT = 300.0


class PulumiError(Exception):
    """A command of Pulumi that failed. The message contains the errors that it printed."""


@dataclass(frozen=True)
class Run:
    """The exit code of a command, and its output."""

    code: int
    output: str

    def lines_with(self, text: str) -> list[str]:
        return [line.strip() for line in self.output.splitlines() if text in line]


@dataclass(frozen=True)
class Recorded:
    """One of our resources in the state."""

    urn: str
    outputs: dict[str, object]

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def kind(self) -> str:
        """The class of the resource, such as `PixelAgencyShare`."""
        return self.urn.split("::")[-2].rpartition(":")[2]

    def text(self, output: str) -> str:
        """Return an output as text, or an empty string if the output has no value."""
        return str(self.outputs.get(output) or "")


def project_file(name: str, virtualenv: Path = VENV, **settings: str) -> str:
    """Return the text of a Pulumi.yaml, for a program that runs in a virtual environment."""
    options = {"toolchain": "pip", "virtualenv": str(virtualenv)}
    runtime = {"name": "python", "options": options}
    return yaml.safe_dump({"name": name, **settings, "runtime": runtime}, sort_keys=False)


class PulumiStack:
    """A stack whose project is in the folder `project`, and whose state is in `home`.

    `settings` are further environment variables for Pulumi and the program.
    """

    def __init__(self, project: Path, home: Path, settings: Mapping[str, str]) -> None:
        self.project = project
        self.home = home
        #: The environment variables that belong to this stack.
        self.settings = {
            "PULUMI_BACKEND_URL": f"file://{home / 'backend'}",
            "PULUMI_HOME": str(home / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            **settings,
        }
        kept = {name: value for name, value in os.environ.items() if not _SOMEBODYS.match(name)}
        #: All environment variables of a command.
        self.environment = kept | self.settings

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command without waiting for its end. The command cannot ask for input."""
        return self._start(arguments, environment, subprocess.STDOUT)

    def run(self, *arguments: str, **environment: str) -> Run:
        """Run a command to its end. Kill the command if it takes more than five minutes."""
        with self.start(*arguments, **environment) as process:
            output, _ = _finished(process)
        return Run(process.returncode, _ANSI.sub("", output))

    def answer(self, *arguments: str, **environment: str) -> str:
        """Run a command and return its standard output. Raise PulumiError if the command fails."""
        with self._start(arguments, environment, subprocess.PIPE) as process:
            output, errors = _finished(process)
        if process.returncode:
            raise PulumiError(f"`pulumi {' '.join(arguments)}` failed: {' '.join(errors.split())}")
        return output

    def export(self) -> str:
        return self.answer("stack", "export")

    def recorded(self) -> list[Recorded]:
        deployment = json.loads(self.export())["deployment"]
        return [
            Recorded(each["urn"], in_domain(each.get("outputs", {})))
            for each in deployment.get("resources") or []
            if ResourceType.of(each["type"])
        ]

    def _start(
        self, arguments: Iterable[str], environment: Mapping[str, str], errors: int
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["pulumi", "--non-interactive", "--color", "never", *arguments],
            cwd=self.project,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def _finished(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait for a process, and return its output and errors. Kill the process if the wait fails."""
    try:
        return process.communicate(timeout=_LIMIT)
    except BaseException:
        process.kill()
        raise
