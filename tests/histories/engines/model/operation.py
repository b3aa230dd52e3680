"""One run of the engine: which steps it takes, in which order, and where it stops.

With the steps this is all that the model writes again. The recordings of the real engine hold it
to the truth. Independent resources are handled one after another, in the order of the program.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from contextlib import suppress

from tests.histories.engines.model.calling import Caller, Configuration
from tests.histories.engines.model.plugins import CallFailedError, reference
from tests.histories.engines.model.state import Held
from tests.histories.engines.model.steps import Steps, StoppedError
from tests.histories.history import Command
from tests.histories.recordings.calls import UNKNOWN, Json
from tests.histories.resources import Output, Resource, Resources


class Operation:
    """A run of a command, or of its preview (`dry`), with the stack's configuration."""

    def __init__(
        self,
        command: Command,
        dry: bool,
        steps: Steps,
        caller: Caller,
        configuration: Configuration,
    ) -> None:
        self._command, self._dry = command, dry
        self._steps, self._state = steps, steps.state
        self._caller, self._configuration = caller, configuration
        self._goes_on = "--continue-on-error" in command.flags
        self._program: dict[str, Resource] = {}
        #: Resources of the program that failed, or depend on one that did.
        self._skipped: set[str] = set()
        #: URNs, with the aliases.
        self._registered: set[str] = set()
        #: The names in the state of the program's resources that are no targets.
        self._names: dict[str, str] = {}
        #: URNs of dependents that were deleted before their replacement is registered.
        self._deleted_early: set[str] = set()

    def run(self, program: Resources) -> None:
        """Do what the command does. What goes wrong is among the errors of the caller."""
        self._program = {resource.name: resource for resource in program}
        with suppress(StoppedError):
            self._run(program)

    def _run(self, program: Resources) -> None:
        command = self._command
        refresh, run_program = "--refresh" in command.flags, "--run-program" in command.flags
        along = refresh and run_program and command.verb in ("up", "preview")
        if refresh or command.verb == "refresh":
            self._refuse_unknown_targets()
        if command.verb == "refresh" and run_program:
            self._refresh_along_the_program(program)
            return
        if command.verb == "refresh" or (refresh and not along):
            self._refresh(self._targeted_resources())
        if command.verb == "refresh":
            return
        if command.verb == "destroy" and not run_program:
            program = ()
        for resource in program:
            self._register(resource, refresh=along)
        self._delete_what_is_left()

    # Refresh

    def _refresh(self, resources: Iterable[Held]) -> None:
        """Read resources; what went well is kept even where others fail."""
        failed = False
        for held in list(resources):
            self._configure_as_before(held)
            try:
                self._steps.read(held)
            except CallFailedError:
                failed = True
        self._steps.checkpoint()
        if failed:
            raise StoppedError

    def _refresh_along_the_program(self, program: Resources) -> None:
        if program:
            self._configure_anew(program[0])
        for resource in program:
            old = self._state.live(resource)
            if old and self._is_included(resource):
                self._renamed(old, resource)
        found = self._targeted_resources()
        first = [each for it in program for each in found if each.name == it.name and each.live]
        self._refresh(first)
        self._refresh(each for each in found if not any(each is other for other in first))

    def _targeted_resources(self) -> list[Held]:
        return [each for each in self._state.resources if self._is_included(each.declared)]

    def _refuse_unknown_targets(self) -> None:
        known = {held.urn for held in self._state.resources}
        if unknown := {*self._command.targets, *self._command.excludes} - known:
            self._caller.errors.append(f"there is no {unknown}")
            raise StoppedError

    # The program

    def _register(self, resource: Resource, refresh: bool) -> None:
        self._configure_anew(resource)
        old = self._state.live(resource)
        self._registered |= set(resource.urns)
        if refresh and old and self._is_included(old.declared):
            self._refresh([self._renamed(old, resource)])
            old = self._state.live(resource)
        if self._command.verb == "destroy" or not self._is_included(resource):
            if old is None:
                self._skipped.add(resource.name)
            else:
                self._names[resource.name] = old.name
            shown = old or Held(resource.urn, "", {}, {}, declared=resource)
            self._steps.events.step("same", shown, shown, is_skipped=True)
            return
        if self._skipped & set(resource.needs):
            self._skipped.add(resource.name)
            return
        if resource.only_read:
            self._steps.fetch(resource, self._inputs(resource), old)
            return
        if old:
            old = self._renamed(old, resource)
        for name, held in self._names.items():
            resource = resource.needing(held, name)
        try:
            if resource.imports and (
                old is None or old.id != resource.id or old.declared.only_read
            ):
                old = self._steps.import_(resource, self._inputs(resource), old)
            self._create_or_update(resource, old)
        except CallFailedError:
            self._skipped.add(resource.name)
            if not self._goes_on:
                raise StoppedError from None

    def _renamed(self, old: Held, resource: Resource) -> Held:
        """Give a record the name that has its old one as an alias, and return it."""
        return old if old.name == resource.name else self._state.rename(old, resource.name)

    def _create_or_update(self, resource: Resource, old: Held | None) -> None:
        steps, declared = self._steps, self._inputs(resource)
        forced = bool(old and resource.urn in self._command.replaces)
        recreated = resource.urn in self._deleted_early
        taken = old if old and old.declared.only_read else None
        fresh = old is None or forced or recreated or taken is not None
        inputs = steps.check(resource, declared, None if fresh else old)
        if old is None or recreated:
            steps.create(resource, inputs, old)
        elif taken:
            steps.create(resource, inputs, replaced=taken)
            steps.condemn(taken)
        else:
            changes, replaces = (True, True) if forced else steps.diff(old, inputs, resource)
            if replaces or old.mark:
                self._refuse_a_protected(resource, old)
                inputs = inputs if forced else steps.check(resource, declared, None)
                self._replace(resource, inputs, old)
            elif changes:
                steps.update(resource, inputs, old)
            else:
                steps.keep(resource, inputs, old)

    def _refuse_a_protected(self, resource: Resource, old: Held) -> None:
        """Refuse a replacement. A preview goes on, to show it."""
        if old.is_protected and resource.options.protect:
            self._caller.errors.append(f"unable to replace {old.urn}, which is protected")
            if not self._dry:
                raise StoppedError

    def _inputs(self, resource: Resource) -> Json:
        """Return the inputs as the SDK registers them: values, and the provider's reference."""
        given = {name: self._value(value) for name, value in resource.inputs.items()}
        if self._dry:
            given |= {name: UNKNOWN for name in resource.options.unknown if name in given}
        known = {name: value for name, value in given.items() if value is not None}
        return {**known, "__provider": reference(resource)}

    def _value(self, value: object) -> object:
        if not isinstance(value, Output):
            return value
        held = self._state.named(value.name)
        assert held is not None, f"{value.name} is not in state"
        return held.outputs.get(value.property, UNKNOWN if self._dry else None)

    # Replacements

    def _replace(self, resource: Resource, inputs: Json, old: Held) -> None:
        steps = self._steps
        if resource.delete_first:
            for dependent in reversed(self._replaced_with(old)):
                self._deleted_early.add(dependent.urn)
                steps.delete_to_replace(dependent)
            steps.create(resource, inputs, steps.delete_to_replace(old), replaced=old)
        elif old.mark:
            steps.create(resource, inputs, old, replaced=old)
        else:
            steps.create(resource, inputs, replaced=old)
            steps.condemn(old)

    def _replaced_with(self, root: Held) -> list[Held]:
        """Return the resources that are replaced because an output of `root` may change."""
        found = [root]
        for each in self._state.dependents(root.name):
            unknown = {key for other in found for key in each.takes_from(other.name)}
            if unknown and each.urn not in self._registered:
                news = {key: UNKNOWN if key in unknown else it for key, it in each.inputs.items()}
                if self._steps.diff(each, news, each.declared)[1]:
                    found.append(each)
        return found[1:]

    # Deletions

    def _delete_what_is_left(self) -> None:
        kept = set() if self._command.verb == "destroy" else self._registered
        left = [
            each
            for each in self._state.resources
            if self._may_be_deleted(each) and (not each.live or each.urn not in kept)
        ]
        if self._command.targets and any(not self._is_included(each.declared) for each in left):
            self._caller.errors.append("would delete what is not a target")
            raise StoppedError
        if self._command.verb != "destroy":
            self._skip_what_is_left(kept)
        if left:
            self._configure_as_before(left[-1])
        needed: set[str] = set()
        for held in reversed(left):
            if held.live and held.name in needed:
                continue
            try:
                self._steps.delete(held)
            except CallFailedError:
                if not (self._goes_on or held.is_protected):
                    raise StoppedError from None
                needed |= self._state.needed_by(held.name)

    def _skip_what_is_left(self, declared: set[str]) -> None:
        for held in self._state.resources:
            if held.urn not in declared and not self._may_be_deleted(held):
                self._steps.events.step("same", held, held, is_skipped=True)

    def _may_be_deleted(self, held: Held) -> bool:
        """Return whether a resource is a target or depends on one, and no excluded one needs it.

        With `--exclude-dependents`, the engine keeps all that has the provider of an excluded one.
        """
        targets, excludes = self._command.targets, self._command.excludes
        chosen = [each.name for each in self._state.resources if each.urn in (targets or excludes)]
        if targets:
            return any(each in chosen for each in {held.name, *self._state.needed_by(held.name)})
        if "--exclude-dependents" in self._command.flags:
            return not chosen
        return not any(held.name in {each, *self._state.needed_by(each)} for each in chosen)

    # Targets and configuration

    def _is_included(self, resource: Resource) -> bool:
        command = self._command
        if command.targets:
            return self._is_chosen(resource, command.targets, "--target-dependents")
        return not self._is_chosen(resource, command.excludes, "--exclude-dependents")

    def _is_chosen(self, resource: Resource, urns: Container[str], with_dependents: str) -> bool:
        """Return whether a resource is one of these, or depends on one if the flag is given."""
        if resource.urn in urns:
            return True
        if with_dependents not in self._command.flags:
            return False
        declared = {held.name: held.declared for held in self._state.resources} | self._program
        needed = [declared[name] for name in resource.needs if name in declared]
        return any(self._is_chosen(each, urns, with_dependents) for each in needed)

    def _configure_anew(self, resource: Resource) -> None:
        """Register the provider of a resource, with the stack's configuration."""
        self._state.configuration = self._configuration
        self._caller.configure(self._configuration, resource.provider)

    def _configure_as_before(self, held: Held) -> None:
        """Load the provider that is in the state, unless one runs already."""
        if not self._caller.configured:
            before = self._state.configuration
            configuration = self._configuration if before is None else before
            self._caller.configure(configuration, held.declared.provider)
