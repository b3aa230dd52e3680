"""A small, deterministic engine: drives the lifecycles as Pulumi does through the adapter.

State is a dictionary; a step that fails keeps the old state and ends the operation; a killed
operation loses what was under way, and all of its results where checkpoints are skipped.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.calls import Answer, Call
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import Gate
from metapixel_provider.graph.reads import Voids
from metapixel_provider.sharing.lifecycle import Lifecycle, Notice, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.response.lifecycle import (
    PixelSharingRequestResponseLifecycle,
)
from metapixel_provider.sharing.share.lifecycle import PixelAgencyShareLifecycle

LIFECYCLES: Mapping[str, Lifecycle] = {
    "share": PixelAgencyShareLifecycle(),
    "permission": PixelAdAccountPermissionLifecycle(),
    "response": PixelSharingRequestResponseLifecycle(),
}
#: Outputs of the resources declared before, by name.
Outputs = Mapping[str, Properties]


@dataclass(frozen=True)
class Declared:
    """A resource of a program; its inputs may come from outputs of those before it."""

    kind: str
    inputs: Properties | Callable[[Outputs], Properties]

    def given(self, outputs: Outputs) -> Properties:
        return dict(self.inputs(outputs) if callable(self.inputs) else self.inputs)


Program = Mapping[str, Declared]


@dataclass
class Resource:
    """A resource in state."""

    kind: str
    id: str
    inputs: Properties
    outputs: Properties

    @property
    def lifecycle(self) -> Lifecycle:
        return LIFECYCLES[self.kind]


@dataclass
class State:
    """What the engine keeps between operations; `condemned` are replaced and not deleted yet."""

    resources: dict[str, Resource] = field(default_factory=dict)
    condemned: list[Resource] = field(default_factory=list)


@dataclass
class Result:
    """What an operation did: `steps` as `create name`, and the error that ended it, if any."""

    steps: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    error: MetaPixelError | None = None

    @property
    def idle(self) -> bool:
        return not self.steps and self.error is None


class Killed(BaseException):
    """The process of the plugin died."""


@dataclass
class Death:
    """Kills the process at a call to Meta: after so many calls, before or after it was made."""

    calls: int
    after: bool

    def strike(self, after: bool) -> None:
        if not after:
            self.calls -= 1
        if self.calls == 0 and self.after is after:
            raise Killed


class MortalClient(Client):
    """The client of a process that may die at a call."""

    death: Death | None = None

    def _send(self, calls: Sequence[Call], deadline: float) -> list[Answer]:
        if self.death:
            self.death.strike(after=False)
        answers = super()._send(calls, deadline)
        if self.death:
            self.death.strike(after=True)
        return answers


class Engine:
    """Runs operations on one stack. `tokens` by the name of the credential set."""

    def __init__(self, url: str, tokens: Mapping[str, str], patience: Patience) -> None:
        self.state = State()
        self._url = url
        self._tokens = tokens
        self._patience = patience
        self._metas: dict[str, Meta] = {}
        self._gate, self._voids = Gate(), Voids()
        self._declared: set[tuple[str, str]] = set()
        self._death: Death | None = None

    def up(
        self, program: Program, death: Death | None = None, skip_checkpoints: bool = False
    ) -> Result:
        """`pulumi up`: what is declared is brought about, what no longer is, deleted."""
        return self._operation(lambda result: self._up(program, result), death, skip_checkpoints)

    def refresh(self, death: Death | None = None, skip_checkpoints: bool = False) -> Result:
        """`pulumi refresh`: state becomes what stands."""
        return self._operation(self._refresh, death, skip_checkpoints)

    def destroy(self, death: Death | None = None, skip_checkpoints: bool = False) -> Result:
        """`pulumi destroy`, which runs no program."""
        return self._operation(
            lambda result: self._delete_all(list(self.state.resources), result),
            death,
            skip_checkpoints,
        )

    def _operation(
        self, run: Callable[[Result], None], death: Death | None, skip_checkpoints: bool
    ) -> Result:
        # A process of its own for each operation: nothing that was read survives.
        self._metas, self._declared, self._death = {}, set(), death
        self._gate, self._voids = Gate(), Voids()
        before = copy.deepcopy(self.state)
        result = Result()
        try:
            run(result)
        except MetaPixelError as error:
            result.error = error
        except Killed:
            if skip_checkpoints:
                self.state = before
            result.steps.append("killed")
        return result

    def _up(self, program: Program, result: Result) -> None:
        for name, declared in program.items():
            outputs = {key: found.outputs for key, found in self.state.resources.items()}
            self._bring_about(name, declared.kind, declared.given(outputs), result)
        self._delete_all([name for name in self.state.resources if name not in program], result)

    def _bring_about(self, name: str, kind: str, given: Properties, result: Result) -> None:
        lifecycle, old = LIFECYCLES[kind], self.state.resources.get(name)
        checked = lifecycle.check(old.inputs if old else {}, given)
        assert not checked.problems, checked.problems
        inputs = checked.inputs
        key = lifecycle.key(inputs)
        assert key is not None
        self._declared.add((kind, key))
        if old is None:
            self._create(name, kind, inputs, result)
            return
        difference = lifecycle.difference(old.outputs, inputs)
        result.notices += difference.notices
        # Where inputs changed the engine compares them itself; see the adapter's diff.
        changed = old.inputs != inputs if difference.inputs_changed else difference.needs_update
        if difference.replaces:
            self._create(name, kind, inputs, result)
            self.state.condemned.append(old)
        elif changed:
            outcome = lifecycle.update(self._meta(inputs), dict(old.outputs), inputs)
            self.state.resources[name] = Resource(kind, old.id, inputs, outcome.outputs)
            result.steps.append(f"update {name}")
            result.notices += outcome.notices

    def _create(self, name: str, kind: str, inputs: Properties, result: Result) -> None:
        outcome = LIFECYCLES[kind].create(self._meta(inputs), inputs)
        self.state.resources[name] = Resource(kind, outcome.id, inputs, outcome.outputs)
        result.steps.append(f"create {name}")
        result.notices += outcome.notices

    def _delete_all(self, names: Sequence[str], result: Result) -> None:
        while self.state.condemned:
            self._delete("replaced", self.state.condemned[-1], result)
            self.state.condemned.pop()
        for name in reversed(names):
            self._delete(name, self.state.resources[name], result)
            del self.state.resources[name]

    def _delete(self, name: str, found: Resource, result: Result) -> None:
        if (found.kind, found.id) not in self._declared:
            outputs = dict(found.outputs)
            result.notices += found.lifecycle.delete(self._meta(outputs), found.id, outputs)
        result.steps.append(f"delete {name}")

    def _refresh(self, result: Result) -> None:
        for name, found in list(self.state.resources.items()):
            outputs = dict(found.outputs)
            outcome = found.lifecycle.read(self._meta(outputs), found.id, outputs)
            result.notices += outcome.notices
            if outcome.gone:
                del self.state.resources[name]
                result.steps.append(f"gone {name}")
                continue
            inputs = found.inputs if outcome.inputs is None else outcome.inputs
            if (outcome.outputs, inputs) != (found.outputs, found.inputs):
                result.steps.append(f"refresh {name}")
            self.state.resources[name] = Resource(found.kind, outcome.id, inputs, outcome.outputs)

    def _meta(self, inputs: Mapping[str, object]) -> Meta:
        name = str(inputs.get("credentials") or "")
        if name not in self._metas:
            client = MortalClient(
                Credentials(self._tokens[name]), self._url, patience=self._patience, gate=self._gate
            )
            client.death = self._death
            self._metas[name] = Meta(client, self._voids)
        return self._metas[name]
