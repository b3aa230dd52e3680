"""The stack of the first example, which the real Pulumi command line manages."""

import json
import os
import shlex
import subprocess
from pathlib import Path

from tools.demo.folder import DemoError, Folder, write
from tools.engine.progress import run, wait_until
from tools.stack import ROOT, VENV, PulumiStack, project_file

EXAMPLE = ROOT / "examples" / "share-with-agency"
NAME = "demo"

#: Tokens of the simulator's example world.
TOKENS = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_AGENCY": "harbour-token"}

#: The ids in this world. The first agency has a relationship with the owner.
CONFIGURATION = {
    "pixel": "1290034567800001",
    "owner": "1001204537800111",
    "analyticsAgency": "2002345678900222",
    "campaignAgency": "3003456789000333",
    "campaignAdAccount": "act_607700000000331",
}

_NO_PROXY = ("no_proxy", "NO_PROXY")


class DemoStack:
    """The stack of the demonstration. `engine` is the folder of the engine's programs."""

    def __init__(self, folder: Folder, engine: Path) -> None:
        self._folder = folder
        settings = {"PULUMI_CONFIG_PASSPHRASE": "demo", "PULUMI_STACK": NAME, **TOKENS}
        self._stack = PulumiStack(folder.path, folder.path, settings)
        self._path = [str(engine), str(VENV / "bin")]
        environment = self._stack.environment
        for name in _NO_PROXY:
            environment[name] = ",".join(filter(None, ["127.0.0.1", environment.get(name)]))
        environment["PATH"] = os.pathsep.join([*self._path, environment.get("PATH", os.defpath)])

    def make(self, graph_url: str) -> bool:
        """Configure the stack, and create it if necessary. Return True if the stack is new."""
        project = project_file(EXAMPLE.name, main=str(EXAMPLE))
        self._folder.backend.mkdir(exist_ok=True)
        write(self._folder.path / "Pulumi.yaml", project)
        write(self._folder.env, self._env_file())
        listed = json.loads(self._stack.answer("stack", "ls", "--json"))
        is_new = not any(str(stack["name"]).rsplit("/")[-1] == NAME for stack in listed)
        if is_new:
            self._quietly("creating the stack", "stack", "init", NAME)
        settings = {"metapixel:graphUrl": graph_url, **CONFIGURATION}
        values = [f"--plaintext={key}={value}" for key, value in settings.items()]
        self._quietly("configuring the stack", "config", "set-all", *values)
        return is_new

    def up(self) -> None:
        """Run `pulumi up --refresh` and print its output. Raise DemoError if the command fails."""
        # No preview, because nobody would confirm it.
        self._show("pulumi", "up", "--yes", "--skip-preview", "--refresh")

    def show_access(self) -> None:
        """Run `metapixel access` and print its output. Raise DemoError if the command fails."""
        command = ["metapixel", "access", "--business", CONFIGURATION["owner"], "--stack", NAME]
        command += ["--cwd", self._folder.shown()]
        print(f"\n$ {shlex.join(command)}")
        self._show(*command, cwd=Path.cwd())

    def _show(self, *command: str, cwd: Path | None = None) -> None:
        environment = self._stack.environment
        child = subprocess.Popen(
            command, cwd=cwd or self._stack.project, env=environment, stdin=subprocess.DEVNULL
        )
        try:
            code = child.wait()
        except KeyboardInterrupt:
            # Ctrl-C reached the command too. The engine still completes its operations.
            child.wait()
            raise
        if code:
            name = " ".join(command[:2])
            raise DemoError(f"`{name}` failed for the reason above; run this again to continue")

    def mend(self) -> None:
        """Remove the lock and the pending operations that a killed `pulumi` left behind.

        If such an operation created a share or a permission, the provider adopts it.
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

    def _quietly(self, doing: str, *arguments: str) -> None:
        command = ["pulumi", "--non-interactive", *arguments]
        run(command, doing, cwd=self._stack.project, env=self._stack.environment)

    def _env_file(self) -> str:
        lines = [
            "# Points this shell's `pulumi` at the demonstration. Open a new shell to leave it."
        ]
        lines.append("unset ACCESS_TOKEN APP_SECRET META_APP_SECRET META_API_VERSION")
        lines += [
            f"export {name}={shlex.quote(value)}" for name, value in self._stack.settings.items()
        ]
        lines += [f'export {name}="127.0.0.1${{{name}:+,${name}}}"' for name in _NO_PROXY]
        lines.append(f'export PATH={shlex.quote(os.pathsep.join(self._path))}:"$PATH"')
        return "\n".join(lines) + "\n"


def unlock(folder: Folder) -> None:
    """Wait until a running `pulumi` has ended. Remove the lock that a killed `pulumi` left."""
    for lock in folder.backend.glob(".pulumi/locks/**/*.json"):
        pid = _pid_in(lock)
        doing = f"waiting for pulumi (process {pid}), which uses the stack, to end"
        wait_until(doing, lambda pid=pid: not _alive(pid))  # type: ignore[misc]
        lock.unlink(missing_ok=True)


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
