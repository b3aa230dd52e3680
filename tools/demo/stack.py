"""The stack of the first example, with the real Pulumi command line and its own state."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.demo.failure import DemoError
from tools.demo.folder import ROOT, Folder, write
from tools.demo.waiting import wait_until
from tools.engine import progress

EXAMPLE = ROOT / "examples" / "share-with-agency"
NAME = "demo"

#: Ids and tokens of the example world in simulator/metapixel_simulator/worlds/agency.yaml.
CONFIG = {
    "pixel": "1290034567800001",
    "owner": "1001204537800111",
    "analyticsAgency": "2002345678900222",
    "campaignAgency": "3003456789000333",
    "campaignAdAccount": "act_607700000000331",
}
TOKENS = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_AGENCY": "harbour-token"}

_PROJECT = """\
name: share-with-agency
description: The demonstration's stack of examples/share-with-agency
main: {main}
runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: {virtualenv}
"""
#: Variables of the user's real account and login, which the demonstration does not use.
_OF_THE_USER = re.compile(r"META_|PULUMI_|(ACCESS_TOKEN|APP_SECRET)$")
_NO_PROXY = ("no_proxy", "NO_PROXY")


@dataclass(frozen=True)
class Resource:
    """One of our resources in the state."""

    name: str
    kind: str
    created: str
    outputs: Mapping[str, object]

    def text(self, output: str) -> str:
        """Return an output as text, or an empty string if there is none."""
        return str(self.outputs.get(output) or "")


class DemoStack:
    """The stack of the demonstration. `engine` is the folder of the engine's programs."""

    def __init__(self, folder: Folder, engine: Path) -> None:
        self._folder = folder
        self._own = {
            "PULUMI_BACKEND_URL": f"file://{folder.backend}",
            "PULUMI_HOME": str(folder.home),
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_STACK": NAME,
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            **TOKENS,
        }
        self._path = [str(engine), str(Path(sys.prefix) / "bin")]

    def make(self, graph_url: str) -> bool:
        """Create the stack if necessary, and configure it. Return whether it was created."""
        project = _PROJECT.format(main=_quoted(EXAMPLE), virtualenv=_quoted(Path(sys.prefix)))
        self._folder.backend.mkdir(exist_ok=True)
        write(self._folder.path / "Pulumi.yaml", project)
        write(self._folder.env, self._env_file())
        listed = json.loads(self._answer("stack", "ls", "--json"))
        is_new = not any(str(stack["name"]).rsplit("/")[-1] == NAME for stack in listed)
        if is_new:
            self._quietly("creating the stack", "stack", "init", NAME)
        settings = {"metapixel:graphUrl": graph_url, **CONFIG}
        values = [f"--plaintext={key}={value}" for key, value in settings.items()]
        self._quietly("configuring the stack", "config", "set-all", *values)
        return is_new

    def up(self) -> None:
        """Run `pulumi up --refresh` and show its output. Raise DemoError if it fails."""
        # Nobody confirms a preview here, and the summary shows the changes.
        command = self._command("up", "--yes", "--skip-preview", "--refresh")
        child = subprocess.Popen(command, env=self._environment(), stdin=subprocess.DEVNULL)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            # The engine was interrupted too. It ends its operations and saves the state.
            child.wait()
            raise
        if code:
            raise DemoError("`pulumi up` failed for the reason above; run this again to continue")

    def resources(self) -> dict[str, Resource]:
        """Return our resources by name."""
        deployment = json.loads(self._answer("stack", "export"))["deployment"]
        found = [
            Resource(
                name=each["urn"].rsplit("::", 1)[1],
                kind=each["type"].rsplit(":", 1)[1],
                created=each.get("created", ""),
                outputs=each.get("outputs", {}),
            )
            for each in deployment.get("resources") or []
            if ":dynamic/metapixel:" in each["type"]
        ]
        return {each.name: each for each in found}

    def mend(self) -> None:
        """Remove the lock and the pending operations that a killed `pulumi` left in the state.

        The provider adopts shares and permissions that these operations created.
        """
        unlock(self._folder)
        if self._has_pending_operations():
            self._quietly(
                "repairing the state after an interrupted run",
                *("refresh", "--yes", "--skip-preview", "--clear-pending-creates"),
            )

    def _has_pending_operations(self) -> bool:
        for checkpoint in self._folder.backend.glob(f".pulumi/stacks/*/{NAME}.json"):
            latest = json.loads(checkpoint.read_text()).get("checkpoint", {}).get("latest") or {}
            if latest.get("pending_operations"):
                return True
        return False

    def _command(self, *arguments: str) -> list[str]:
        return [f"{self._path[0]}/pulumi", "--cwd", str(self._folder.path), *arguments]

    def _quietly(self, doing: str, *arguments: str) -> None:
        progress.run(self._command("--non-interactive", *arguments), doing, env=self._environment())

    def _answer(self, *arguments: str) -> str:
        process = subprocess.run(
            self._command("--non-interactive", *arguments),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if process.returncode:
            reason = " ".join(process.stderr.split())
            raise DemoError(f"`pulumi {' '.join(arguments)}` failed: {reason}")
        return process.stdout

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _OF_THE_USER.match(name)}
        direct = {name: ",".join(filter(None, ["127.0.0.1", kept.get(name)])) for name in _NO_PROXY}
        path = os.pathsep.join([*self._path, os.environ.get("PATH", os.defpath)])
        return kept | direct | self._own | {"PATH": path}

    def _env_file(self) -> str:
        """Return a shell script that sets the environment of this stack."""
        lines = [
            "# Points this shell's `pulumi` at the demonstration. Open a new shell to leave it."
        ]
        lines.append("unset ACCESS_TOKEN APP_SECRET META_APP_SECRET META_API_VERSION")
        lines += [f"export {name}={shlex.quote(value)}" for name, value in self._own.items()]
        lines += [f'export {name}="127.0.0.1${{{name}:+,${name}}}"' for name in _NO_PROXY]
        lines.append(f'export PATH={shlex.quote(os.pathsep.join(self._path))}:"$PATH"')
        return "\n".join(lines) + "\n"


def unlock(folder: Folder) -> None:
    """Wait for a running `pulumi` to end, and remove the lock of a killed one."""
    for lock in folder.backend.glob(".pulumi/locks/**/*.json"):
        pid = _pid_in(lock)
        doing = f"waiting for pulumi (process {pid}), which uses the stack, to end"
        wait_until(doing, lambda pid=pid: not _alive(pid))  # type: ignore[misc]
        lock.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return json.dumps(str(path))  # a JSON string is a YAML string


def _pid_in(lock: Path) -> int:
    try:
        return int(json.loads(lock.read_text())["pid"])
    except (OSError, ValueError, LookupError):
        return 0


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
