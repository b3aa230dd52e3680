"""The real Pulumi engine, on a stack in a folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from signal import SIGINT, SIGKILL

from metapixel_provider.sharing.engine_names import in_domain
from metapixel_simulator import Simulator
from tests.histories import resources
from tests.histories.estate import CONFIGURATION, ENVIRONMENT
from tests.histories.history import Command
from tests.histories.moment import Record
from tests.histories.recordings.calls import Call, read_log
from tests.histories.resources import Resources
from tests.settings.settings import environment
from tests.support.native_form import dynamic_token, native_token
from tests.support.processes import Kill, is_plugin, wait_for
from tests.support.stack import Run, Stack
from tools.stack import PulumiError


class RealEngine:
    """The engine's stack, and the `calls` of its last command.

    A call that gets no answer ends in less than `patience` seconds. A second interruption is left
    out.
    """

    patience = 3.5
    is_slow = True
    calls: Sequence[Call] = ()

    def __init__(
        self,
        sim: Simulator,
        folder: Path,
        switches: Mapping[str, object],
        configuration: Mapping[str, str] = {"metapixel:timeout": "3", **CONFIGURATION},
        tokens: Mapping[str, str] = ENVIRONMENT,
        native: bool = False,
        policies: Path | None = None,
    ) -> None:
        self._sim, self._native = sim, native
        self._flags = ("--policy-pack", str(policies)) if policies else ()
        self.stack = Stack(
            folder,
            config={"metapixel:graphUrl": sim.url, **configuration},
            environment={**tokens, **environment(switches, tokens)},
            native=native,
        )

    def run(self, command: Command, program: Resources) -> tuple[Run, bool]:
        """Run a command. The second result is True if the command was killed."""
        self._write(program)
        command = self._named(command)
        log = self.stack.home / "calls.json"
        log.unlink(missing_ok=True)
        ran = self._run(command, {**command.environment, "PULUMI_DEBUG_GRPC": str(log)})
        self.calls = read_log(log) if log.exists() else ()
        return ran

    def configure(self, key: str, value: str) -> None:
        self.stack.configure(key, value)

    def _run(self, command: Command, variables: Mapping[str, str]) -> tuple[Run, bool]:
        killed = command.killed
        if killed is None:
            return self.stack.pulumi(*command.arguments, ok=None, **variables), False
        is_interruption = killed.what.endswith("interruption")
        what, sent = ("group", SIGINT) if is_interruption else (killed.what, SIGKILL)
        kill = Kill(killed.call, killed.phase, what, killed.endpoint, sent)
        run = kill.run(self.stack, self._sim, *command.arguments, **variables)
        if is_interruption or not kill.killed:
            return run, False
        _let_end(kill.plugins)
        if kill.what != "plugin":
            # The killed command still holds the stack's lock.
            self.stack.pulumi("cancel", "--yes")
        return run, True

    def preview(self, command: Command, program: Resources) -> bytes:
        """Return the event stream of the preview of a command, empty if it fails."""
        self._write(program)
        self.stack.environment["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] = "1"
        command = self._named(command)
        flags = tuple(flag for flag in command.flags if flag != "--continue-on-error")
        arguments = replace(command, verb="preview", flags=flags).arguments
        try:
            return self.stack.answer(*arguments, "--json").encode()
        except PulumiError:
            return b""

    def _write(self, program: Resources) -> None:
        if self._native:
            program = tuple(replace(each, provider="") for each in program)
        self.stack.write(resources.text(program))

    def _named(self, command: Command) -> Command:
        """Return the command with the policy pack, and with the URNs that the provider gives."""
        if command.verb in ("up", "preview"):
            command = replace(command, flags=(*command.flags, *self._flags))
        if not self._native:
            return command
        return command.with_names(lambda urns: tuple(map(native_token, urns)))

    def records(self) -> tuple[Record, ...]:
        """The resources that the stack manages, as the dynamic provider names them."""
        return tuple(
            Record(
                dynamic_token(each["urn"]),
                each["id"],
                _plain(each.get("inputs", {})),
                _plain(each.get("outputs", {})),
                "to be deleted" * each.get("delete", False)
                or "to be replaced" * each.get("pendingReplacement", False),
                each.get("retainOnDelete", False),
            )
            for each in json.loads(self._with_secrets())["deployment"].get("resources") or []
            if "dynamic/metapixel:" in dynamic_token(each["type"]) and not each.get("external")
        )

    def export(self) -> str:
        return self.stack.export()

    def _with_secrets(self) -> str:
        exported = self.export()
        if '"ciphertext"' in exported:
            return self.stack.answer("stack", "export", "--show-secrets")
        return exported

    def unprotect(self) -> None:
        self.stack.pulumi("state", "unprotect", "--all", "--yes")

    def remove(self, record: Record) -> None:
        urn = native_token(record.urn) if self._native else record.urn
        self.stack.pulumi("state", "delete", "--yes", urn, ok=None)


def _plain(properties: Mapping[str, object]) -> dict[str, object]:
    """Return properties with the values of secrets, as the dynamic provider names them."""
    return {
        name: json.loads(value["plaintext"])
        if isinstance(value, Mapping) and "plaintext" in value
        else value
        for name, value in in_domain(properties).items()
    }


def _let_end(plugins: list[int]) -> None:
    """Wait until the plugins of a killed engine have ended.

    One that the engine had not configured yet does not watch its engine. It has sent nothing,
    so it is ended here.
    """
    try:
        wait_for(plugins)
    except AssertionError:
        for plugin in filter(is_plugin, plugins):
            os.kill(plugin, SIGKILL)
