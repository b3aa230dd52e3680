"""The steps of a run of the engine: a call to the plugin each, and what it leaves in the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.histories.engines.model.calling import Caller, Json
from tests.histories.engines.model.events import Events
from tests.histories.engines.model.plugins import CallFailedError
from tests.histories.engines.model.state import Held, State
from tests.histories.resources import Resource


class StoppedError(Exception):
    """The command cannot go on. Its reason is among the errors."""


class Steps:
    """Steps on a state; `save` is called when the state is written.

    In a preview (`dry`) nothing is created, updated, deleted or written. The `events` are those of
    a preview.
    """

    def __init__(
        self,
        caller: Caller,
        state: State,
        dry: bool,
        save: Callable[[State], None],
        events: Events,
    ) -> None:
        self.state, self.events = state, events
        self._caller, self._dry, self._save = caller, dry, save

    def checkpoint(self) -> None:
        if not self._dry:
            self._save(self.state)

    def read(self, held: Held) -> None:
        """Refresh a resource. Raises CallFailedError."""
        if held.mark == "to be replaced":
            self.events.step("refresh", held, held)
            return
        answer = self._caller.call(
            "Read", held.declared, id=held.id, properties=held.outputs, inputs=held.inputs
        )
        if not answer.get("id"):
            self.events.step("refresh", held, None)
            self.state.remove(held)
            return
        inputs, outputs = answer.get("inputs", held.inputs), answer.get("properties", {})
        assert isinstance(inputs, Mapping)
        assert isinstance(outputs, Mapping)
        new = replace(held, id=str(answer["id"]), inputs=inputs, outputs=outputs)
        self._diff(new, held.inputs, held.declared)
        self.events.step("refresh", held, new)
        self.state.put(new, held)

    def check(self, resource: Resource, declared: Json, old: Held | None) -> Json:
        """Return the checked inputs. Raises StoppedError where they are refused."""
        olds = {"olds": old.inputs, "oldOutputs": old.outputs} if old else {}
        try:
            answer = self._caller.call("Check", resource, news=declared, **olds)
        except CallFailedError:
            raise StoppedError from None
        if answer.get("failures"):
            self._caller.errors.append(str(answer["failures"]))
            raise StoppedError
        return _properties(answer, "inputs")

    def diff(self, old: Held, news: Json, resource: Resource) -> tuple[bool, bool]:
        """Return whether there are changes, and whether they replace the resource."""
        try:
            return self._diff(old, news, resource)
        except CallFailedError:
            raise StoppedError from None

    def _diff(self, old: Held, news: Json, resource: Resource) -> tuple[bool, bool]:
        answer = self._caller.call(
            "Diff", resource, id=old.id, olds=old.outputs, news=news, oldInputs=old.inputs
        )
        changes = answer.get("changes", "DIFF_UNKNOWN")
        # Where the plugin does not tell, the engine compares the inputs.
        changed = news != old.inputs if changes == "DIFF_UNKNOWN" else changes == "DIFF_SOME"
        return changed, changed and bool(answer.get("replaces"))

    def create(
        self,
        resource: Resource,
        inputs: Json,
        old: Held | None = None,
        replaced: Held | None = None,
    ) -> None:
        """Create a resource, in place of one that was deleted before. Raises CallFailedError.

        `replaced` is the record that the creation replaces.
        """
        new = Held(resource.urn, "", inputs, inputs, declared=resource)
        if replaced is None:
            self.events.step("create", None, new)
        else:
            self._replaced(replaced, new, is_deleted=old is not None)
        if self._dry:
            self.state.register(new, old)
            return
        answer = self._caller.call("Create", resource, properties=inputs)
        outputs = _properties(answer, "properties")
        id_ = str(answer["id"])
        self.state.register(Held(resource.urn, id_, inputs, outputs, declared=resource), old)
        self.checkpoint()

    def update(self, resource: Resource, inputs: Json, old: Held) -> None:
        """Update a resource. Raises CallFailedError."""
        new = Held(resource.urn, old.id, inputs, inputs, declared=resource)
        self.events.step("update", old, new)
        if self._dry:
            self.state.register(new, old)
            return
        answer = self._caller.call(
            "Update", resource, id=old.id, olds=old.outputs, news=inputs, oldInputs=old.inputs
        )
        outputs = _properties(answer, "properties")
        self.state.register(Held(resource.urn, old.id, inputs, outputs, declared=resource), old)
        self.checkpoint()

    def keep(self, resource: Resource, inputs: Json, old: Held) -> None:
        """Record the inputs of a resource that is as declared."""
        kept = replace(old, urn=resource.urn, declared=resource, inputs=inputs)
        self.events.step("same", old, kept)
        self.state.register(kept, old)
        if inputs != old.inputs:
            self.checkpoint()

    def delete(self, held: Held) -> None:
        """Delete a resource. Raises CallFailedError."""
        if held.mark != "to be replaced":
            self.events.step("delete" if held.live else "delete-replaced", held, None)
            self._send_delete(held)
        self.state.remove(held)
        self.checkpoint()

    def delete_to_replace(self, old: Held) -> Held:
        """Delete a resource before its replacement exists, and return it as it is then."""
        if old.mark:
            return old
        self.events.step("delete-replaced", old, None)
        self._send_delete(old)
        marked = self.state.mark(old, "to be replaced")
        self.checkpoint()
        return marked

    def condemn(self, old: Held) -> None:
        """Mark a resource whose replacement exists."""
        self.state.mark(old, "to be deleted")
        self.checkpoint()

    def _replaced(self, old: Held, new: Held, is_deleted: bool) -> None:
        ops = ["create-replacement", "replace"]
        for op in reversed(ops) if is_deleted else ops:
            self.events.step(op, old, new)

    def _send_delete(self, held: Held) -> None:
        if not self._dry:
            self._caller.call(
                "Delete", held.declared, id=held.id, properties=held.outputs, oldInputs=held.inputs
            )


def _properties(answer: Json, key: str) -> Json:
    found = answer[key]
    assert isinstance(found, Mapping)
    return found
