"""A Pulumi stack on the real engine, which a test controls through the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VENV = Path(sys.prefix)

_ANSI = re.compile(r"\x1b\[[0-9;]*m")

#: The variables of the user's real account and login, which a stack does not get.
_PRIVATE = re.compile(r"(META_|PULUMI_)|((ACCESS_TOKEN|APP_SECRET)$)")


@dataclass(frozen=True)
class Run:
    """The exit code and the output of a command."""

    code: int
    output: str

    def lines_with(self, text: str) -> list[str]:
        """Return the lines of the output that contain a text."""
        return [line.strip() for line in self.output.splitlines() if text in line]


class Stack:
    """A stack with its own project folder and its own file backend."""

    def __init__(
        self,
        folder: Path,
        program: str | None = None,
        *,
        project: Path | None = None,
        name: str = "test",
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Create a stack of `program` (Python text), or of a copy of an existing `project`."""
        self.name = name
        self.home = folder
        self.project = folder / (project.name if project else "project")
        self.environment = {
            key: value for key, value in os.environ.items() if not _PRIVATE.match(key)
        } | {
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "passphrase",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "PYTHONWARNINGS": "ignore",
            **(environment or {}),
        }
        (folder / "backend").mkdir(parents=True, exist_ok=True)
        if project is not None:
            shutil.copytree(project, self.project, ignore=shutil.ignore_patterns("__pycache__"))
            described = (self.project / "Pulumi.yaml").read_text()
            described = re.sub(r"virtualenv: .*", f"virtualenv: {VENV}", described)
        else:
            self.project.mkdir(parents=True)
            described = (
                "name: project\nruntime:\n  name: python\n  options:\n"
                f"    toolchain: pip\n    virtualenv: {VENV}\n"
            )
        (self.project / "Pulumi.yaml").write_text(described)
        if program is not None:
            self.write(program)
        self.pulumi("stack", "init", name)
        settings = [f"--plaintext={key}={value}" for key, value in (config or {}).items()]
        settings += [f"--secret={key}={value}" for key, value in (secrets or {}).items()]
        if settings:
            self.pulumi("config", "set-all", "--path", *settings)

    def write(self, program: str) -> None:
        """Replace the program."""
        (self.project / "__main__.py").write_text(program)

    def pulumi(self, *arguments: str, ok: bool | None = True, **environment: str) -> Run:
        """Run a command. Fail unless it succeeds, or with `ok=False` fails. None allows both."""
        with self.start(*arguments, **environment) as process:
            try:
                output, _ = process.communicate(timeout=300)
            except BaseException:
                process.kill()
                raise
        run = Run(process.returncode, _ANSI.sub("", output))
        if ok is not None:
            assert (run.code == 0) is ok, f"pulumi {' '.join(arguments)}: {run.output}"
        return run

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command without waiting for its end."""
        return subprocess.Popen(
            ["pulumi", "--non-interactive", "--color", "never", *arguments],
            cwd=self.project,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def up(self, *arguments: str, ok: bool | None = True) -> Run:
        """Run `pulumi up` without a preview."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, ok=ok)

    def preview(self, *arguments: str, ok: bool | None = True) -> Run:
        """Run `pulumi preview --diff`, which prints the changed properties."""
        return self.pulumi("preview", "--diff", *arguments, ok=ok)

    def refresh(self, *arguments: str, ok: bool | None = True) -> Run:
        """Run `pulumi refresh` without a preview."""
        return self.pulumi("refresh", "--yes", "--skip-preview", *arguments, ok=ok)

    def destroy(self, *arguments: str, ok: bool | None = True) -> Run:
        """Run `pulumi destroy` without a preview."""
        return self.pulumi("destroy", "--yes", "--skip-preview", *arguments, ok=ok)

    def expect_no_changes(self) -> Run:
        """Run a preview. Fail if it plans a change."""
        return self.pulumi("preview", "--diff", "--expect-no-changes")

    def export(self) -> str:
        """Return the stack's state as text."""
        return self.pulumi("stack", "export").output

    def lose_resources(self) -> None:
        """Remove every resource from the state, as if it had not been written."""
        exported = json.loads(self.export())
        exported["deployment"].pop("resources", None)
        exported["deployment"].pop("pending_operations", None)
        self.import_state(json.dumps(exported))

    def import_state(self, exported: str) -> None:
        """Replace the stack's state. `exported` has the form that `export` returns."""
        saved = self.home / "imported.json"
        saved.write_text(exported)
        self.pulumi("stack", "import", "--file", str(saved))

    def resources(self) -> dict[str, dict[str, object]]:
        """Return the outputs of our resources, by their names."""
        return {
            str(each["urn"]).rpartition("::")[2]: each.get("outputs", {}) for each in self._ours()
        }

    def urn(self, name: str) -> str:
        """Return the URN of one of our resources."""
        return self.urns()[name]

    def urns(self) -> dict[str, str]:
        """Return the URNs of our resources, by their names."""
        return {str(each["urn"]).rpartition("::")[2]: str(each["urn"]) for each in self._ours()}

    def outputs(self) -> dict[str, object]:
        """Return the outputs of the stack."""
        found = json.loads(self.pulumi("stack", "output", "--json").output)
        assert isinstance(found, dict)
        return found

    def _ours(self) -> list[dict[str, Any]]:
        resources = json.loads(self.export())["deployment"].get("resources", [])
        return [each for each in resources if ":dynamic/metapixel:" in each["type"]]
