"""A Pulumi stack on the real engine, which a test controls through the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator, Switches
from tests.support.programs import NATIVE
from tests.support.quick import files, keys, processes
from tools.stack import ROOT, VENV, PulumiStack, Run, project_file

__all__ = ["ROOT", "VENV", "Run", "Stack"]

#: The statuses of records that plan an update by design.
_UNFINISHED = ("UNCONFIRMED", "WAITING_FOR_SHARE", "OPEN")
#: The options of an update that its preview needs too.
_SELECTION = re.compile(r"--(?:stack|exclude)[= ]\S+")


class Stack(PulumiStack):
    """A stack with its own project folder and its own file backend.

    A stack without `secrets`, on a file backend, is written as files, and gets the key of its
    secrets from a service, because both are quicker. With `passphrase`, Pulumi creates the stack
    and derives its key, as for most users.
    """

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
        passphrase: bool = False,
        native: bool = False,
        in_yaml: bool = False,
    ) -> None:
        """Create a stack of `program` (the text), or of a copy of an existing `project`.

        The native plugin serves the resources of a program in Python if it is `native`, and of one
        in YAML. The project may be in any language whose host the engine has.
        """
        self.name = name
        given = environment or {}
        backend = given.get("PULUMI_BACKEND_URL") or f"file://{folder / 'backend'}"
        quick = backend.startswith("file://") and not (passphrase or secrets)
        settings = {
            **(keys.environment() if quick else {}),
            "PATH": processes.path(),
            "PULUMI_CONFIG_PASSPHRASE": "passphrase",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            # A test can write another program of the same size within a second, and then Python
            # would run the compiled first one.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            **given,
        }
        super().__init__(folder / (project.name if project else "project"), folder, settings)
        (folder / "backend").mkdir(parents=True, exist_ok=True)
        self._virtualenv = folder / "venv"
        self._program = "__main__.py"
        self._first_lines = NATIVE if native else ""
        if project is not None:
            shutil.copytree(project, self.project, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            self.project.mkdir(parents=True)
            (self.project / "Pulumi.yaml").write_text(project_file("project", self._virtualenv))
            if in_yaml:
                self.move_to_yaml()
            if native:
                self.use_plugin()
        described = yaml.safe_load((self.project / "Pulumi.yaml").read_text())
        # A copied project in Python expects an environment of its own.
        runtime = described["runtime"]
        options = {} if isinstance(runtime, str) else runtime["options"]
        expected = Path(self.project, options.get("virtualenv", self._virtualenv)).resolve()
        if not expected.exists():
            self._virtualenv = expected
            self._virtualenv.symlink_to(processes.environment())
        if program is not None:
            self.write(program)
        place = Path(backend.removeprefix("file://"))
        self._state = files.state_file(place, described["name"], name)
        if quick:
            files.write(place, folder / "home", self.project, name, config or {})
            return
        self.pulumi("stack", "init", name)
        values = [f"--plaintext={key}={value}" for key, value in (config or {}).items()]
        values += [f"--secret={key}={value}" for key, value in (secrets or {}).items()]
        if values:
            self.pulumi("config", "set-all", "--path", *values)

    def export(self) -> str:
        """See `PulumiStack.export`. Reads the state from its file, if there is no other stack."""
        if list(self._state.parent.glob("*.json")) != [self._state]:
            return super().export()
        checkpoint = json.loads(self._state.read_text())["checkpoint"]
        return json.dumps({"version": 3, "deployment": checkpoint.get("latest") or {}})

    def use_real_processes(self) -> None:
        """Let Pulumi start the processes of the next commands, which can then be killed."""
        self._virtualenv.unlink()
        self._virtualenv.symlink_to(VENV)
        self.environment["PATH"] = os.environ["PATH"]

    def move_to_yaml(self) -> None:
        """Let the project contain a program in YAML, which uses the native plugin."""
        (self.project / "Pulumi.yaml").write_text("{name: project, runtime: yaml}")
        self._program = "Main.yaml"
        self.use_plugin()

    def use_plugin(self, *versions: str) -> None:
        """Let the program use the native plugin, or copies of it with other versions."""
        plugins = [
            {
                "name": "metapixel",
                "path": str(_plugin(self.home / f"plugin-{version}", VENV, version)),
                "version": version,
            }
            for version in versions
        ]
        if not versions:
            folder = _plugin(self.home / "plugin", self._virtualenv)
            plugins = [{"name": "metapixel", "path": str(folder)}]
        file = self.project / "Pulumi.yaml"
        described = yaml.safe_load(file.read_text())
        described["plugins"] = {"providers": plugins}
        file.write_text(yaml.safe_dump(described, sort_keys=False))

    def configure(self, key: str, value: object) -> None:
        """Set a key in the stack's file, which is quicker than with a command."""
        file = self.project / f"Pulumi.{self.name}.yaml"
        settings = yaml.safe_load(file.read_text())
        settings["config"][key] = value
        file.write_text(yaml.safe_dump(settings, sort_keys=False))

    def write(self, program: str) -> None:
        (self.project / self._program).write_text(self._first_lines + program)

    def pulumi(self, *arguments: str, ok: bool | None = True, **environment: str) -> Run:
        """Run a command, and check that it succeeds.

        If `ok` is False, the command must fail. If `ok` is None, it may succeed or fail.
        """
        run = self.run(*arguments, **environment)
        if ok is not None:
            assert (run.code == 0) is ok, f"pulumi {' '.join(arguments)}: {run.output}"
        return run

    def up(self, *arguments: str, ok: bool = True) -> Run:
        """Run `pulumi up` without a preview. Afterwards, a preview shows no change."""
        run = self.pulumi("up", "--yes", "--skip-preview", *arguments, ok=ok)
        if ok:
            self.expect_settled(arguments)
        return run

    def preview(self, *arguments: str, ok: bool = True) -> Run:
        """Run `pulumi preview --diff`, which prints the changed properties."""
        return self.pulumi("preview", "--diff", *arguments, ok=ok)

    def refresh(self, *arguments: str, ok: bool = True) -> Run:
        """Run `pulumi refresh` without a preview."""
        return self.pulumi("refresh", "--yes", "--skip-preview", *arguments, ok=ok)

    def destroy(self, *arguments: str, ok: bool = True) -> Run:
        """Run `pulumi destroy` without a preview."""
        return self.pulumi("destroy", "--yes", "--skip-preview", *arguments, ok=ok)

    def expect_settled(self, arguments: Iterable[str] = ()) -> None:
        """Fail if a preview plans a change after an update with these arguments.

        A record with a status that announces an update may change. An update with targets is left
        out, because it may have removed a target, which a preview would refuse.
        """
        given = " ".join(arguments)
        if "--target" in given:
            return
        selection = [each.replace(" ", "=") for each in _SELECTION.findall(given)]
        as_document = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": ""}
        previewed = json.loads(self.answer("preview", "--json", *selection, **as_document))
        for step in previewed["steps"]:
            status = step.get("oldState", {}).get("outputs", {}).get("status")
            assert step["op"] in ("same", "read") or status in _UNFINISHED, step

    def end(self, sim: Simulator) -> None:
        """Destroy the stack, once nothing is wrong at Meta. Fail if any of its access is left."""
        sim.on_request = None
        sim.clear_faults()
        sim.set(**dict(Switches()))
        with sim.moment() as world:
            for token in world.tokens.values():
                token.state = "valid"
        managed = self.managed()
        if any(each.get("protect") for each in managed):
            self.pulumi("state", "unprotect", "--all", "--yes")
        if managed:
            self.destroy()
        waiting = {(pixel, each.agency) for each in sim.open_requests() for pixel in each.pixels}
        exists = {*sim.shares(), *sim.permissions(), *waiting}
        ended = {tuple(each["id"].split("/")) for each in managed if not each.get("retainOnDelete")}
        assert not (left := ended & exists), left

    def managed(self) -> list[dict[str, Any]]:
        """Return our resources as the state describes them, without those that are only read."""
        resources = json.loads(self.export())["deployment"].get("resources") or []
        return [
            each for each in resources if ResourceType.of(each["type"]) and not each.get("external")
        ]

    def expect_no_changes(self) -> Run:
        """Run a preview. Fail if it plans a change."""
        return self.pulumi("preview", "--diff", "--expect-no-changes")

    def resources(self) -> dict[str, dict[str, object]]:
        """Return the outputs of our resources, by their names."""
        return {each.name: each.outputs for each in self.recorded()}

    def statuses(self) -> dict[str, object]:
        return {name: outputs["status"] for name, outputs in self.resources().items()}

    def urn(self, name: str) -> str:
        return self.urns()[name]

    def urns(self) -> dict[str, str]:
        """Return the URNs of our resources, by their names."""
        return {each.name: each.urn for each in self.recorded()}

    def outputs(self) -> dict[str, object]:
        """Return the outputs of the stack, which the state records."""
        for each in json.loads(self.export())["deployment"].get("resources") or []:
            if each["type"] == "pulumi:pulumi:Stack":
                return dict(each.get("outputs", {}))
        return {}


def _plugin(folder: Path, virtualenv: Path, version: str = "") -> Path:
    """Make a folder that starts the plugin of this project in `virtualenv`, and return it.

    With a `version`, the plugin reports it as its own.
    """
    folder.mkdir()
    shutil.copy2(ROOT / "__main__.py", folder)
    described = yaml.safe_load((ROOT / "PulumiPlugin.yaml").read_text())
    described["runtime"]["options"]["virtualenv"] = str(virtualenv)
    (folder / "PulumiPlugin.yaml").write_text(yaml.safe_dump(described))
    if version:
        # Python looks for the version of a distribution in the folder of the program first.
        distribution = folder / f"pulumi_metapixel-{version}.dist-info"
        distribution.mkdir()
        named = f"Metadata-Version: 2.4\nName: pulumi-metapixel\nVersion: {version}\n"
        (distribution / "METADATA").write_text(named)
    return folder
