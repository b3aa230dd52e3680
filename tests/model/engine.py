"""The model's engine: runs commands on one stack, a fresh plugin for each, as Pulumi does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.model.calling import Caller
from tests.model.calls import Call
from tests.model.commands import Command
from tests.model.deaths import Death, KilledError
from tests.model.operation import Operation
from tests.model.plugins import Plugins
from tests.model.programs import Program
from tests.model.state import State
from tests.model.steps import Steps


@dataclass
class Result:
    """What a command did. `said` is what the plugins wrote for the user."""

    command: Command
    calls: list[Call] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    said: str = ""
    killed: bool = False

    @property
    def ended_well(self) -> bool:
        return not self.errors and not self.killed

    def lines(self) -> str:
        """The calls and errors, for a history that failed."""
        done = [f"{call.method} {call.name} {call.outcome}".strip() for call in self.calls]
        return ", ".join([*done, *self.errors, *["killed"] * self.killed])


class Engine:
    """Runs commands. `configuration` is that of the stack."""

    def __init__(self, plugins: Plugins, configuration: Mapping[str, str]) -> None:
        self.configuration = configuration
        self.state = State()
        self._plugins = plugins

    def run(
        self,
        command: Command,
        program: Program,
        death: Death | None = None,
        checkpoints: bool = True,
    ) -> Result:
        """Run a command, with its preview first where that is asked for."""
        result = Result(command)
        if command.with_preview:
            self._run(command, program, result, dry=True, death=None)
        if result.ended_well:
            dry = command.verb == "preview"
            self._run(command, program, result, dry, death, checkpoints)
        result.said = self._plugins.said()
        return result

    def _run(
        self,
        command: Command,
        program: Program,
        result: Result,
        dry: bool,
        death: Death | None,
        checkpoints: bool = True,
    ) -> None:
        saved = self.state.copy()

        def save(state: State) -> None:
            nonlocal saved
            if checkpoints:
                saved = state.copy()

        caller = Caller(self._plugins, death)
        steps = Steps(caller, replace(self.state.copy(), registered=0), dry, save)
        try:
            Operation(command, dry, steps, caller, self.configuration).run(program)
        except KilledError:
            result.killed = True
        finally:
            caller.close()
        result.calls += caller.calls
        result.errors += caller.errors
        if not dry:
            self.state = saved if result.killed else steps.state
