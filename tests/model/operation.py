"""One run of the engine: the calls that it makes to a plugin, and the state that it keeps.

This is the only thing that the model writes again. The recordings of the real engine hold it to
the truth. Independent resources are handled one after another, in the order of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tests.model.calls import UNKNOWN, Call
from tests.model.commands import Command
from tests.model.deaths import Death, KilledError
from tests.model.plugins import REFERENCES, CallFailedError, Plugin, Plugins
from tests.model.programs import Output, Program, Resource
from tests.model.state import Held, Json, State


class StoppedError(Exception):
    """The command cannot go on. Its reason is among the errors."""


class Operation:
    """A run of a command, or of its preview (`dry`); `save` is called when the state is written."""

    def __init__(
        self,
        command: Command,
        dry: bool,
        state: State,
        configuration: Mapping[str, str],
        plugins: Plugins,
        death: Death | None,
        save: Callable[[State], None],
    ) -> None:
        self.calls: list[Call] = []
        self.errors: list[str] = []
        self.state = replace(state, registered=0)
        self.plugins: list[Plugin] = []
        self._command, self._dry = command, dry
        self._configuration = configuration
        self._plugins, self._death, self._save = plugins, death, save
        self._configured: Mapping[str, str] | None = None
        #: Resources of the program that failed, or depend on one that did.
        self._skipped: set[str] = set()
        self._registered: set[str] = set()
        #: Dependents that were deleted before their replacement is registered.
        self._deleted_early: set[str] = set()

    def run(self, program: Program) -> None:
        """Do what the command does. What goes wrong is among the errors."""
        command = self._command
        of_program = command.refresh and command.run_program and command.verb in ("up", "preview")
        try:
            if command.refresh or command.verb == "refresh":
                self._refuse_unknown_targets()
            if command.verb == "refresh" and command.run_program:
                self._refresh_along_the_program(program)
                return
            if command.verb == "refresh" or (command.refresh and not of_program):
                self._refresh(
                    each for each in self.state.resources if self._targeted(each.declared)
                )
            if command.verb == "refresh":
                return
            if command.verb == "destroy" and not command.run_program:
                program = Program(())
            for resource in program:
                self._register(resource, refresh=of_program)
            self._delete_what_is_left()
        except StoppedError:
            pass

    # Refresh

    def _refresh(self, resources: Iterable[Held]) -> None:
        """Read resources; what went well is kept even where others fail."""
        failed = False
        for held in list(resources):
            try:
                self._read(held)
            except CallFailedError:
                failed = True
        self._checkpoint()
        if failed:
            raise StoppedError

    def _refuse_unknown_targets(self) -> None:
        known = {held.declared.urn for held in self.state.resources}
        if unknown := set(self._command.targets) - known:
            self.errors.append(f"there is no {unknown}")
            raise StoppedError

    def _refresh_along_the_program(self, program: Program) -> None:
        registered = [self.state.live(each.name) for each in program]
        if registered:
            self._configure(self._configuration)
        first = [each for each in registered if each and self._targeted(each.declared)]
        self._refresh(first)
        self._refresh(
            each
            for each in self.state.resources
            if self._targeted(each.declared) and each.name not in {held.name for held in first}
        )

    def _read(self, held: Held) -> None:
        if held.mark == "to be replaced":
            return
        answer = self._call(
            "Read", held.declared, id=held.id, properties=held.outputs, inputs=held.inputs
        )
        if not answer.get("id"):
            self.state.remove(held)
            return
        inputs, outputs = answer.get("inputs", held.inputs), answer.get("properties", {})
        assert isinstance(inputs, Mapping)
        assert isinstance(outputs, Mapping)
        new = replace(held, id=str(answer["id"]), inputs=inputs, outputs=outputs)
        self._diff(new, held.inputs)
        self.state.put(new, held)

    # The program

    def _register(self, resource: Resource, refresh: bool) -> None:
        self._configure(self._configuration)
        old = self.state.live(resource.name)
        self._registered.add(resource.name)
        if refresh and old and self._targeted(resource):
            self._refresh([old])
            old = self.state.live(resource.name)
        if self._skipped & set(resource.needs):
            self._skipped.add(resource.name)
            return
        if self._command.verb == "destroy" or not self._targeted(resource):
            if old is None:
                self._skipped.add(resource.name)
            return
        try:
            self._bring_about(resource, old)
        except CallFailedError:
            self._skipped.add(resource.name)
            if not self._command.continue_on_error:
                raise StoppedError from None

    def _bring_about(self, resource: Resource, old: Held | None) -> None:
        declared = self._inputs(resource)
        forced = bool(old and resource.urn in self._command.replaces)
        recreated = resource.name in self._deleted_early
        fresh = old is None or forced or recreated
        inputs = self._check(resource, declared, None if fresh else old)
        if old is None:
            self._create(resource, inputs)
        elif recreated:
            self._create(resource, inputs, old)
        elif forced:
            self._replace(resource, inputs, old)
        else:
            changes, replaces = self._diff_or_stop(old, inputs, resource)
            if replaces or old.mark:
                self._replace(resource, self._check(resource, declared, None), old)
            elif changes:
                self._update(resource, inputs, old)
            else:
                self.state.register(replace(old, declared=resource, inputs=inputs), old)
                if inputs != old.inputs:
                    self._checkpoint()

    def _inputs(self, resource: Resource) -> Json:
        """The inputs that the SDK registers: values, and a reference to the provider."""
        given = {name: self._value(value) for name, value in resource.inputs.items()}
        known = {name: value for name, value in given.items() if value is not None}
        return {**known, "__provider": REFERENCES[resource.kind]}

    def _value(self, value: object) -> object:
        if not isinstance(value, Output):
            return value
        held = self.state.live(value.name)
        assert held is not None, f"{value.name} is not in state"
        return held.outputs.get(value.property, UNKNOWN if self._dry else None)

    def _check(self, resource: Resource, declared: Json, old: Held | None) -> Json:
        olds = {"olds": old.inputs, "oldOutputs": old.outputs} if old else {}
        try:
            answer = self._call("Check", resource, news=declared, **olds)
        except CallFailedError:
            raise StoppedError from None
        if answer.get("failures"):
            self.errors.append(str(answer["failures"]))
            raise StoppedError
        inputs = answer["inputs"]
        assert isinstance(inputs, Mapping)
        return inputs

    def _diff(self, old: Held, news: Json, resource: Resource | None = None) -> tuple[bool, bool]:
        """Return whether there are changes, and whether they replace the resource."""
        answer = self._call(
            "Diff",
            resource or old.declared,
            id=old.id,
            olds=old.outputs,
            news=news,
            oldInputs=old.inputs,
        )
        changes = answer.get("changes", "DIFF_UNKNOWN")
        if changes == "DIFF_UNKNOWN":
            return news != old.inputs, bool(answer.get("replaces")) and news != old.inputs
        return changes == "DIFF_SOME", changes == "DIFF_SOME" and bool(answer.get("replaces"))

    def _diff_or_stop(self, old: Held, news: Json, resource: Resource) -> tuple[bool, bool]:
        try:
            return self._diff(old, news, resource)
        except CallFailedError:
            raise StoppedError from None

    # Steps

    def _create(self, resource: Resource, inputs: Json, old: Held | None = None) -> None:
        """Create a resource, in place of one that was deleted before."""
        if self._dry:
            self._put(Held(resource, "", inputs, inputs), old)
            return
        answer = self._call("Create", resource, properties=inputs)
        outputs = answer["properties"]
        assert isinstance(outputs, Mapping)
        self._put(Held(resource, str(answer["id"]), inputs, outputs), old)

    def _put(self, new: Held, old: Held | None) -> None:
        self.state.register(new, old)
        self._checkpoint()

    def _update(self, resource: Resource, inputs: Json, old: Held) -> None:
        if self._dry:
            self._put(Held(resource, old.id, inputs, inputs), old)
            return
        answer = self._call(
            "Update", resource, id=old.id, olds=old.outputs, news=inputs, oldInputs=old.inputs
        )
        outputs = answer["properties"]
        assert isinstance(outputs, Mapping)
        self._put(Held(resource, old.id, inputs, outputs), old)

    def _replace(self, resource: Resource, inputs: Json, old: Held) -> None:
        if resource.delete_first:
            for dependent in reversed(self._replaced_with(old)):
                self._deleted_early.add(dependent.name)
                self._delete_to_replace(dependent)
            self._create(resource, inputs, self._delete_to_replace(old))
            return
        if old.mark:
            self._create(resource, inputs, old)
            return
        self._create(resource, inputs)
        self.state.mark(old, "to be deleted")
        self._checkpoint()

    def _delete_to_replace(self, old: Held) -> Held:
        if not old.mark:
            self._send_delete(old)
            old = self.state.mark(old, "to be replaced")
            self._checkpoint()
        return old

    def _replaced_with(self, root: Held) -> list[Held]:
        """The resources that are replaced because an output of `root` may change."""
        found = [root]
        for each in self.state.dependents(root.name):
            unknown = {key for other in found for key in each.takes_from(other.name)}
            if unknown and each.name not in self._registered:
                news = {key: UNKNOWN if key in unknown else it for key, it in each.inputs.items()}
                if self._diff_or_stop(each, news, each.declared)[1]:
                    found.append(each)
        return found[1:]

    # Deletions

    def _delete_what_is_left(self) -> None:
        kept = set() if self._command.verb == "destroy" else self._registered
        left = [
            each
            for each in self.state.resources
            if self._may_be_deleted(each) and (not each.live or each.name not in kept)
        ]
        if self._command.targets and any(not self._targeted(each.declared) for each in left):
            self.errors.append("would delete what is not a target")
            raise StoppedError
        if left and self._configured is None:
            self._configure_as_before()
        needed: set[str] = set()
        for held in reversed(left):
            if held.live and held.name in needed:
                continue
            try:
                if held.mark != "to be replaced":
                    self._send_delete(held)
            except CallFailedError:
                if not self._command.continue_on_error:
                    raise StoppedError from None
                needed |= self._all_needs(held)
                continue
            self.state.remove(held)
            self._checkpoint()

    def _may_be_deleted(self, held: Held) -> bool:
        targets = self._command.targets
        return not targets or any(
            each.declared.urn in targets
            and held.name in {each.name, *(it.name for it in self.state.dependents(each.name))}
            for each in self.state.resources
        )

    def _all_needs(self, held: Held) -> set[str]:
        return {
            each.name
            for each in self.state.resources
            if held.name in {it.name for it in self.state.dependents(each.name)}
        }

    def _send_delete(self, held: Held) -> None:
        if not self._dry:
            self._call(
                "Delete", held.declared, id=held.id, properties=held.outputs, oldInputs=held.inputs
            )

    # The plugin

    def _targeted(self, resource: Resource) -> bool:
        return not self._command.targets or resource.urn in self._command.targets

    def _checkpoint(self) -> None:
        if not self._dry:
            self._save(self.state)

    def _configure_as_before(self) -> None:
        before = self.state.configuration
        self._configure(self._configuration if before is None else before)

    def _configure(self, configuration: Mapping[str, str]) -> None:
        """Start a plugin where none has this configuration, as the default provider does."""
        if self._configured == configuration:
            return
        self._configured = configuration
        if configuration is self._configuration:
            self.state.configuration = configuration
        self.plugins.append(self._plugins.start())
        if self._death:
            self._death.plugin = self.plugins[-1]
        self._send("Configure", "", {"args": configuration})

    def _call(self, method: str, resource: Resource, **request: object) -> Json:
        if self._configured is None:
            self._configure_as_before()
        return self._send(method, resource.urn, {"urn": resource.urn, **request})

    def _send(self, method: str, urn: str, request: Json) -> Json:
        try:
            answer = self.plugins[-1].call(method, request)
        except CallFailedError as error:
            killed = self._death is not None and self._death.of_engine and self._death.struck
            self.calls.append(Call(method, urn, request, outcome="cut off" if killed else "failed"))
            if killed:
                raise KilledError from None
            self.errors.append(str(error))
            raise
        self.calls.append(Call(method, urn, request, answer))
        return answer
