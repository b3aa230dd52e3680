"""The steps of a run of the engine: a call to the plugin each, and what it leaves in the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tests.histories.engines.model.calling import Caller
from tests.histories.engines.model.events import Events
from tests.histories.engines.model.plugins import CallFailedError
from tests.histories.engines.model.state import Held, State
from tests.histories.recordings.calls import Json
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
        #: The record of the last import, until its resource is registered.
        self._imported: Held | None = None

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
        if not held.declared.only_read:
            self._diff(new, held.inputs, held.declared)
        self.events.step("refresh", held, new)
        self.state.put(new, held)

    def fetch(self, resource: Resource, inputs: Json, old: Held | None) -> None:
        """Read a resource that the program does not manage. Raises StoppedError."""
        new = Held(resource.urn, resource.id, inputs, {}, declared=resource)
        is_same = old is None or old.declared.only_read or old.id == new.id
        self._replaced(old, new, ["read"] if is_same else ["read-replacement", "replace"])
        try:
            found = self._found(new, inputs)
        except CallFailedError:
            raise StoppedError from None
        self.state.register(found, old if is_same else None)
        if old is not None and not is_same:
            self.condemn(old)
        self.checkpoint()

    def import_(self, resource: Resource, inputs: Json, old: Held | None) -> Held:
        """Read a resource into the state, and return its record. Raises CallFailedError."""
        new = Held(resource.urn, resource.id, inputs, {}, declared=resource)
        self.events.step("import-replacement" if old else "import", None, new)
        found = self._found(new, {})
        if old is not None:
            self.events.step("replace", old, new)
            self.condemn(old)
        self.state.resources.insert(self.state.registered, found)
        self._imported = found
        self.checkpoint()
        return found

    def _found(self, new: Held, inputs: Json) -> Held:
        """Return a resource as it exists. Raises CallFailedError."""
        answer = self._caller.call(
            "Read", new.declared, id=new.id, inputs=inputs, properties=inputs
        )
        if not answer.get("id"):
            raise self._caller.failed(f"resource '{new.id}' does not exist")
        outputs = _properties(answer, "properties")
        return replace(new, inputs=inputs or _properties(answer, "inputs"), outputs=outputs)

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
        differing = answer.get("diffs", [])
        assert isinstance(differing, list)
        if changes == "DIFF_UNKNOWN":
            # Where the plugin does not tell, the engine compares the inputs.
            names = {*news, *old.inputs}
            differing = [name for name in names if news.get(name) != old.inputs.get(name)]
        changed = bool(differing) or changes == "DIFF_SOME"
        replaces = answer.get("replaces") or {*resource.options.replace_on} & {*differing}
        return changed, changed and bool(replaces)

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
        secret = resource.options.secret
        new = Held(resource.urn, "", inputs, inputs, secret=secret, declared=resource)
        if replaced is None:
            self.events.step("create", None, new)
        else:
            ops = ["create-replacement", "replace"]
            self._replaced(replaced, new, reversed(ops) if old else ops)
        if self._dry:
            self.state.register(new, old)
            return
        answer = self._caller.call("Create", resource, properties=inputs)
        outputs = _properties(answer, "properties")
        made = replace(new, id=str(answer["id"]), outputs=outputs)
        self.state.register(made, old)
        self.checkpoint()

    def update(self, resource: Resource, inputs: Json, old: Held) -> None:
        """Update a resource. Raises CallFailedError."""
        secret = resource.options.secret
        new = Held(resource.urn, old.id, inputs, inputs, secret=secret, declared=resource)
        self.events.step("update", old, new)
        if self._dry:
            self.state.register(new, old)
            return
        answer = self._caller.call(
            "Update", resource, id=old.id, olds=old.outputs, news=inputs, oldInputs=old.inputs
        )
        outputs = _properties(answer, "properties")
        self.state.register(replace(new, outputs=outputs), old)
        self.checkpoint()

    def keep(self, resource: Resource, inputs: Json, old: Held) -> None:
        """Record the inputs of a resource that is as declared."""
        secret = tuple(dict.fromkeys((*old.secret, *resource.options.secret)))
        kept = replace(old, urn=resource.urn, declared=resource, inputs=inputs, secret=secret)
        if old is self._imported:
            self.state.register(old, old)
            return
        self.events.step("same", old, kept)
        self.state.register(kept, old)
        if inputs != old.inputs:
            self.checkpoint()

    def delete(self, held: Held) -> None:
        """Delete a resource. Raises CallFailedError."""
        if held.is_protected:
            error = f"resource {held.urn} cannot be deleted because it is protected: "
            raise self._caller.failed(f"{error}use `pulumi state unprotect`")
        if held.mark != "to be replaced":
            op = "discard" if held.declared.only_read else "delete"
            self.events.step(op if held.live else f"{op}-replaced", held, None)
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

    def _replaced(self, old: Held | None, new: Held, ops: Iterable[str]) -> None:
        for op in ops:
            self.events.step(op, old, new)

    def _send_delete(self, held: Held) -> None:
        if not (self._dry or held.retains or held.declared.only_read):
            self._caller.call(
                "Delete", held.declared, id=held.id, properties=held.outputs, oldInputs=held.inputs
            )


def _properties(answer: Json, key: str) -> Json:
    found = answer[key]
    assert isinstance(found, Mapping)
    return found
