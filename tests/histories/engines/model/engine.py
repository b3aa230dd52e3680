"""The model's engine: runs commands on one stack, a fresh plugin for each, as Pulumi does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from metapixel_simulator import Simulator
from tests.histories.engines.model.calling import Caller
from tests.histories.engines.model.deaths import Death, InterruptionError, KilledError
from tests.histories.engines.model.events import Events
from tests.histories.engines.model.operation import Operation
from tests.histories.engines.model.plugins import Plugins
from tests.histories.engines.model.state import State
from tests.histories.engines.model.steps import Steps
from tests.histories.engines.providers import Providers
from tests.histories.history import Command
from tests.histories.moment import Record
from tests.histories.recordings.calls import Call
from tests.histories.resources import Resources
from tests.support.stack import Run


class ModelEngine:
    """One stack, which has the `configuration`. See `RealEngine`.

    With `providers`, the stack moves to the native plugin.
    """

    #: The plugin's clock is fast, but not that of its sockets.
    patience = 0.0
    is_slow = False

    def __init__(
        self,
        sim: Simulator,
        plugins: Plugins,
        configuration: Mapping[str, str],
        providers: Providers | None = None,
    ) -> None:
        self.configuration = {"metapixel:graphUrl": sim.url, **configuration}
        self.state = State()
        #: The calls of the last command.
        self.calls: list[Call] = []
        #: The event stream of the last run, in the form of a preview.
        self.stream = b""
        #: The command and the program of a preview that the next command continues.
        self._drawn: tuple[Command, Resources] | None = None
        self._sim, self._plugins, self._providers = sim, plugins, providers
        self._said: list[str] = []

    def configure(self, key: str, value: str) -> None:
        self.configuration = {**self.configuration, key: value}

    def run(self, command: Command, program: Resources) -> tuple[Run, bool]:
        """Run a command, with its preview first where that is asked for."""
        command, program = self._drawn or self._draw(command, program)
        self.calls, self._said, death, errors = [], [], None, list[str]()
        self._drawn = None
        if command.with_preview:
            errors += self._run(command, program, dry=True, death=None)
        if command.killed:
            death = Death(command.killed)
            self._sim.on_request = death.look
        if not errors:
            errors += self._run(command, program, command.verb == "preview", death)
        if death:
            self._sim.on_request = None
        killed = bool(death and death.struck and not death.is_interruption)
        done = ", ".join(f"{each.method} {each.name} {each.outcome}".strip() for each in self.calls)
        output = "\n".join([done, *errors, self._plugins.said(), *self._said])
        return Run(1 if killed or errors else 0, output), killed

    def preview(self, command: Command, program: Resources) -> bytes:
        """Return the event stream of the preview of the next command."""
        self._drawn = self._draw(command, program)
        self._run(*self._drawn, dry=True, death=None)
        self._plugins.said()
        return self.stream

    def records(self) -> tuple[Record, ...]:
        """The resources that the stack manages."""
        return tuple(each for each in self.state.resources if not each.declared.only_read)

    def export(self) -> str:
        return json.dumps([vars(held) for held in self.state.resources], default=vars)

    def unprotect(self) -> None:
        self.state.resources = [each.unprotected() for each in self.state.resources]

    def remove(self, record: Record) -> None:
        held = self.state.resources
        self.state.resources = [each for each in held if each is not record]

    def _draw(self, command: Command, program: Resources) -> tuple[Command, Resources]:
        """Return the command and the program, with the providers of a stack that moves.

        The model has no components, so a component leaves out the shares that have ended.
        """
        program = tuple(each for each in program if not each.has_ended)
        if not self._providers:
            return command, program
        killed = self._providers.killed(command.killed)
        return replace(command, killed=killed), tuple(self._providers.drawn(program))

    def _run(
        self, command: Command, program: Resources, dry: bool, death: Death | None
    ) -> list[str]:
        """Run a command, or its preview (`dry`), and return its errors."""
        saved = self.state.copy()

        def save(state: State) -> None:
            nonlocal saved
            if not command.skip_checkpoints:
                saved = state.copy()

        caller = Caller(self._plugins, death)
        events = Events(self.configuration)
        steps = Steps(caller, replace(self.state.copy(), registered=0), dry, save, events)
        try:
            Operation(command, dry, steps, caller, self.configuration).run(program)
        except InterruptionError:
            caller.errors.append("the run was cancelled")
        except KilledError:
            steps.state = saved
        finally:
            caller.close()
        self.calls += caller.calls
        self.stream = events.stream(failed=bool(caller.errors))
        self._said += caller.said
        if not dry:
            self.state = steps.state
        return caller.errors
