"""The operations of a preview, by agency and pixel.

They are not grouped by the name in the program, because a new name changes no access: the engine
deletes the old name and creates the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from metapixel_cli.review.judging.access import GRANTS, Access, Key, declared, recorded
from metapixel_cli.review.reading.preview import Properties, Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED

#: The operations of the engine, by their effect on access.
CREATES = ("create", "create-replacement", "import", "import-replacement")
DELETES = ("delete", "delete-replaced")
#: Operations that leave access as it is.
IDLE = (
    "read",
    "read-replacement",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
    "refresh",
)
KNOWN_OPS = (*CREATES, *DELETES, *IDLE, "same", "update", "replace")


#: Operations that keep the resource. Other ids need a replacement.
_KEEPS_IDS = ("same", "update", "refresh")
#: Operations that create a share, or find it at Meta. An import only finds it.
_CREATED = ("create", "create-replacement", "replace")


@dataclass(frozen=True)
class Side:
    """A resource before or after an operation."""

    step: Step
    snapshot: Snapshot
    access: Access
    """The recorded access before the operation, or the declared access after it."""

    @property
    def type(self) -> ResourceType:
        return ResourceType(self.step.type)

    @property
    def is_share(self) -> bool:
        """True for a share, False for a permission."""
        return self.step.type == ResourceType.SHARE

    @property
    def creates_share(self) -> bool:
        """True if the operation creates the share, or finds it at Meta."""
        return self.is_share and self.step.op in _CREATED

    @property
    def leaves(self) -> bool:
        """True if this record leaves the state."""
        return self.step.op in (*DELETES, "replace")

    @property
    def stays(self) -> bool:
        """True if the record leaves the state, but its access or its open request stays at Meta.

        A share whose request has ended leaves nothing at Meta, and neither does a permission that
        waits for its share.
        """
        leaves_nothing = self.access.status in ENDED or bool(self.access.waiting_ad_accounts)
        return self.leaves and self.snapshot.kept_on_delete and not leaves_nothing

    @property
    def grant(self) -> str:
        """A key that tells the grants of an agency on a pixel apart.

        It is empty for a share. For a permission, it is the ad account, or the record's URN if the
        ad account is unknown.
        """
        if self.is_share:
            return ""
        return next(
            iter((*self.access.ad_accounts, *self.access.waiting_ad_accounts)), self.step.old_urn
        )


@dataclass
class Entry:
    """The operations on one share and its permissions, in the order of the preview."""

    steps: list[Step] = field(default_factory=list)
    olds: list[Side] = field(default_factory=list)
    news: list[Side] = field(default_factory=list)

    def is_deleted_before(self, old: Step, new: Step) -> bool:
        """Return whether the update deletes an older record before another step."""
        return old.op in DELETES and self.steps.index(old) < self.steps.index(new)

    def names(self, of_shares: bool) -> tuple[str, ...]:
        named = (step.name for step in self.steps if (step.type == ResourceType.SHARE) is of_shares)
        return tuple(dict.fromkeys(named))

    @property
    def recorded(self) -> dict[str, str]:
        """The name of the resource in the state for each grant."""
        found: dict[str, str] = {}
        for side in self.olds:
            found.setdefault(side.grant, side.step.name)
        return found

    @property
    def declared(self) -> set[str]:
        """The grants that the program declares, without unknown ad accounts."""
        accounts = {account for side in self.news for account in side.access.ad_accounts}
        return accounts | {side.grant for side in self.news if side.is_share}

    @property
    def removed(self) -> set[str]:
        return self._ended - self.declared

    @property
    def _ended(self) -> set[str]:
        return {s.grant for s in self.olds if s.leaves and not s.snapshot.kept_on_delete}

    @property
    def kept(self) -> list[Side]:
        """The records of access that stays at Meta without a declaration in the program.

        If the update deletes another record of the same grant, the access ends.
        """
        others = self._ended | self.declared
        return [side for side in self.olds if side.stays and side.grant not in others]

    def takeovers(self) -> Iterator[tuple[Side, Side]]:
        """Yield each creation of a share, and the older record that is deleted afterwards.

        The engine creates before it deletes, so the creation finds the share at Meta.
        """
        created = [side for side in self.news if side.creates_share]
        deleted = [side for side in self.olds if side.is_share and side.leaves]
        for old in deleted:
            place = self.steps.index(old.step)
            earlier = [new for new in created if self.steps.index(new.step) < place]
            if earlier:
                yield earlier[-1], old


def entries(steps: Sequence[Step]) -> dict[Key, Entry]:
    """Return the operations that can change access."""
    found: defaultdict[Key, Entry] = defaultdict(Entry)
    created = {step.urn for step in steps if step.op == "create-replacement"}
    deleted = {step.old_urn for step in steps if step.op == "delete-replaced"}
    for step in steps:
        if step.type not in GRANTS or step.op in IDLE:
            continue
        is_known = step.op in KNOWN_OPS
        begins = step.op in (*CREATES, "update", "same") or (
            step.op == "replace" and step.urn not in created
        )
        ends = step.op in (*DELETES, "update", "same") or (
            step.op == "replace" and step.old_urn not in deleted
        )
        if step.old is not None and (ends or not is_known):
            _add_old(found, step, step.old)
        if step.new is not None and (begins or not is_known):
            entry = found[key(step, step.new)]
            entry.steps.append(step)
            entry.news.append(Side(step, step.new, declared(step.type, step.new)))
        elif step.old is None and not is_known:
            found[Key.of(ResourceType(step.type), {}, step.urn)].steps.append(step)
    return found


def refreshes(steps: Iterable[Step]) -> dict[Key, Entry]:
    """Return the operations that read from Meta."""
    found: defaultdict[Key, Entry] = defaultdict(Entry)
    for step in steps:
        if step.op == "refresh" and step.type in GRANTS and step.old is not None:
            _add_old(found, step, step.old)
    return found


def _add_old(found: defaultdict[Key, Entry], step: Step, old: Snapshot) -> None:
    entry = found[key(step, old)]
    entry.steps.append(step)
    entry.olds.append(Side(step, old, recorded(step.type, old)))


def key(step: Step, snapshot: Snapshot) -> Key:
    """Return the key of one side of a step."""
    return Key.of(ResourceType(step.type), with_ids(step, snapshot), step.urn)


def with_ids(step: Step, snapshot: Snapshot) -> Properties:
    """Return the inputs of one side of a step, with the ids of the other side if it hides them.

    The engine can hide secret ids on one side only. A step that keeps the resource keeps its ids,
    so the ids of the other side replace them.
    """
    sides = [snapshot]
    if step.op in _KEEPS_IDS:
        sides = [side for side in (step.old, step.new, snapshot) if side is not None]
    ids = {
        name: side.inputs[name]
        for side in sides
        for name in ResourceType(step.type).key
        if shown(side.inputs.get(name))
    }
    return {**snapshot.inputs, **ids}


@dataclass(frozen=True)
class Names:
    """Names by id, from the states of the resources in the preview."""

    agencies: dict[str, str] = field(default_factory=dict)
    pixels: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Names:
        """Return the names in the steps. A newer state overrides an older one."""
        names = cls()
        for step in steps:
            if not step.is_ours:
                continue
            for snapshot in filter(None, (step.old, step.new)):
                found = {**snapshot.outputs, **snapshot.inputs}
                agency, name = shown(found.get("agency_business_id")), found.get("agency_name")
                if agency and shown(name):
                    names.agencies[agency] = shown(name) or ""
                pixel, name = shown(found.get("pixel_id")), found.get("pixel_name")
                if pixel and shown(name):
                    names.pixels[pixel] = shown(name) or ""
        return names
