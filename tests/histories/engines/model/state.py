"""What an engine keeps of a stack between two commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.histories.moment import Record
from tests.histories.resources import Output, Resource


@dataclass(frozen=True)
class Held(Record):
    """A record of a resource, as it was declared."""

    declared: Resource = field(kw_only=True, compare=False)
    secret: tuple[str, ...] = ()
    """The outputs that are secret, because the inputs were since the last write."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "retains", self.declared.options.retain)

    @property
    def live(self) -> bool:
        """Whether the program's resource of this name is this one."""
        return self.mark != "to be deleted"

    @property
    def is_protected(self) -> bool:
        """Whether the engine refuses to delete it; one with a replacement is deleted."""
        return self.live and self.declared.options.protect

    def unprotected(self) -> Held:
        options = replace(self.declared.options, protect=False)
        return replace(self, declared=replace(self.declared, options=options))

    def takes_from(self, name: str) -> set[str]:
        """The inputs that are outputs of another resource."""
        given = self.declared.inputs.items()
        return {key for key, value in given if isinstance(value, Output) and value.name == name}


@dataclass
class State:
    """The resources, each after those it depends on, and the configuration of the last update."""

    resources: list[Held] = field(default_factory=list)
    configuration: Mapping[str, str] | None = None
    #: How many of the resources the running command has registered: they come first.
    registered: int = 0

    def copy(self) -> State:
        return State(list(self.resources), self.configuration, self.registered)

    def live(self, resource: Resource) -> Held | None:
        """The resource that a program means, by its URN or by an alias."""
        live = (each for each in self.resources if each.live)
        return next((each for each in live if each.urn in resource.urns), None)

    def named(self, name: str) -> Held | None:
        """The resource that the program calls by this name."""
        return next((each for each in self.resources if each.name == name and each.live), None)

    def rename(self, old: Held, name: str) -> Held:
        """Give a resource the name that has its old one as an alias, and return it."""
        declared = replace(old.declared, name=name)
        new = replace(old, urn=declared.urn, declared=declared)
        self.put(new, old)
        self.resources = [
            replace(each, declared=each.declared.needing(name, old.name))
            if old.name in each.declared.needs
            else each
            for each in self.resources
        ]
        return new

    def put(self, new: Held, old: Held) -> None:
        self.resources[self._place(old)] = new

    def register(self, new: Held, old: Held | None) -> None:
        """Add a resource behind those that the running command has registered."""
        if old is not None:
            self.remove(old)
        self.resources.insert(self.registered, new)
        self.registered += 1

    def mark(self, old: Held, mark: str) -> Held:
        """Mark a resource that is being replaced, and return it as it is then."""
        marked = replace(old, mark=mark)
        self.put(marked, old)
        return marked

    def remove(self, old: Held) -> None:
        del self.resources[self._place(old)]

    def _place(self, held: Held) -> int:
        # A resource and its replacement may be equal in everything.
        return next(place for place, each in enumerate(self.resources) if each is held)

    def dependents(self, name: str) -> list[Held]:
        """The resources that depend on another one, directly or not, in their order."""
        found: dict[str, Held] = {}
        for each in self.resources:
            if {name, *found} & set(each.declared.needs) and each.name != name:
                found[each.name] = each
        return list(found.values())

    def needed_by(self, name: str) -> set[str]:
        """The names of the resources that one depends on, directly or not."""
        names = {each.name for each in self.resources}
        return {each for each in names if name in {it.name for it in self.dependents(each)}}
