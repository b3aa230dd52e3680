"""The records of each grant in the state, paired with its declarations in the program.

They are not paired by the name in the program, because a new name changes no access: the engine
deletes the old name and creates the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple

from metapixel_cli.grants.grant import ACCOUNT_TASKS, Grant, Key, combined
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import items, shown
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import NEEDS_APPROVAL, ShareStatus
from metapixel_provider.sharing.tasks import texts, without_added

_REVOKED = "tasks_being_revoked"


class StepSide(NamedTuple):
    """One side of a step: the record in the state, or the declaration in the program."""

    step: Step
    snapshot: Snapshot
    grant: Grant

    @property
    def declared_values(self) -> tuple[object, ...]:
        """The declared tasks, the end date and `resend`, each None if it is hidden."""
        grant = declared(self.step.type, self.snapshot)
        tasks = grant.tasks if grant.tasks_known else None
        return tasks, grant.expires_on, shown(self.snapshot.inputs.get("resend"))


@dataclass(frozen=True)
class Pair:
    """The records of one grant in the state, and its declarations in the program."""

    key: Key
    records: list[StepSide] = field(default_factory=list)
    declarations: list[StepSide] = field(default_factory=list)
    before_refresh: list[StepSide] = field(default_factory=list)
    """The records before a refresh read them."""

    @property
    def steps(self) -> list[Step]:
        """The operations on the grant in the order of the preview, without refreshes."""
        found = {side.step.place: side.step for side in (*self.records, *self.declarations)}
        return sorted(found.values(), key=attrgetter("place"))

    @property
    def is_share(self) -> bool:
        """True for the share of an agency, False for the permission of an ad account."""
        return self.key.ad_account_id == ""

    @property
    def is_declared(self) -> bool:
        """True if the program declares the grant. A hidden ad account could be another one."""
        return bool(self.declarations) and self.key.ad_account_id is not None

    @property
    def dropped_records(self) -> list[StepSide]:
        """The records that leave the state."""
        return [record for record in self.records if record.step.drops_record]

    @property
    def is_removed(self) -> bool:
        """True if the update ends the grant, because the program no longer declares it."""
        all_stays = all(record.step.keeps_access for record in self.dropped_records)
        return not self.is_declared and not all_stays

    @property
    def unmanaged(self) -> list[Grant]:
        """The access that stays at Meta without a declaration in the program."""
        if self.is_declared or self.is_removed:
            return []
        # A share whose request has ended leaves nothing at Meta, and neither does a permission
        # that waits for its share, which counts as ended too.
        return [record.grant for record in self.dropped_records if not record.grant.has_ended]

    @property
    def is_written(self) -> bool:
        """True if the update does something to a record of this grant."""
        return any(step.op not in ("same", "refresh") for step in self.steps)

    @property
    def is_created(self) -> bool:
        """True if the update creates the grant, or adopts it. An import only finds it at Meta."""
        creations = ("create", "create-replacement", "replace")
        return any(declaration.step.op in creations for declaration in self.declarations)

    @property
    def refreshed(self) -> list[tuple[Snapshot, Snapshot]]:
        """The records before and after a refresh read them, without those that it did not find."""
        return [(old.snapshot, old.step.new) for old in self.before_refresh if old.step.new]

    @property
    def revoked(self) -> set[str]:
        """The tasks that were revoked, but whose removal no read has confirmed yet."""
        found = [texts(record.snapshot.outputs.get(_REVOKED)) for record in self.records]
        return set[str]().union(*found)

    @property
    def returned(self) -> Grant:
        """The tasks that Meta returned at the last read of the records."""
        return combined(returned(record.snapshot) for record in self.records)


@dataclass
class Group:
    """The share of an agency, and the permissions of its ad accounts, on one pixel."""

    share: Pair | None = None
    permissions: list[Pair] = field(default_factory=list)


def groups(steps: Sequence[Step]) -> Iterable[Group]:
    """Return the grants that the state or the program has."""
    found = defaultdict[Key, Group](Group)
    for pair in _pairs(steps):
        if pair.is_share:
            found[pair.key].share = pair
        else:
            found[pair.key.share].permissions.append(pair)
    return found.values()


def _pairs(steps: Sequence[Step]) -> Iterable[Pair]:
    found = dict[Key, Pair]()
    for step in _access_steps(steps):
        is_refresh = step.op == "refresh"
        if step.old and (is_refresh or step.has_record):
            key, grant = key_of(step, step.old), recorded(step.type, step.old)
            pair = found.setdefault(key, Pair(key))
            # A refresh is not the operation of the update on the record, so it is kept apart.
            records = pair.before_refresh if is_refresh else pair.records
            records.append(StepSide(step, step.old, grant))
        if step.new and step.declares:
            key, grant = key_of(step, step.new), declared(step.type, step.new)
            pair = found.setdefault(key, Pair(key))
            pair.declarations.append(StepSide(step, step.new, grant))
    return found.values()


def _access_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield the steps that grant access, without a replacement whose two parts are there too."""
    created = {step.urn for step in steps if step.op == "create-replacement"}
    deleted = {step.old_urn for step in steps if step.op == "delete-replaced"}
    for step in steps:
        has_both_parts = step.urn in created and step.old_urn in deleted
        if step.grants and not (step.op == "replace" and has_both_parts):
            yield step


def key_of(step: Step, snapshot: Snapshot) -> Key:
    """Return the key of a grant from one side of a step."""
    # An id that is missing counts as hidden. Only a share has an empty ad account.
    ids = [shown(snapshot.inputs.get(name)) or None for name in ResourceType(step.type).key]
    pixel, business = ids[:2]
    account = ids[2] if step.type is ResourceType.PERMISSION else ""
    if account:
        account = account.removeprefix("act_")
    key = Key(business, pixel, account)
    return replace(key, urn=step.urn) if key.is_hidden else key


def status_of(snapshot: Snapshot) -> str:
    """Return the recorded status. A resource without a readable status counts as active."""
    return shown(snapshot.outputs.get("status")) or ShareStatus.ACTIVE.value


def recorded(type_: str, snapshot: Snapshot) -> Grant:
    """Return the access in the state, as Meta returned it at the last read."""
    outputs = snapshot.outputs
    as_declared = replace(
        declared(type_, snapshot),
        status=status_of(snapshot),
        request_id=shown(outputs.get("pending_request_id")) or "",
        requested_on=shown(outputs.get("requested_on")) or "",
        requires_admin_approval=outputs.get(NEEDS_APPROVAL) is True,
    )
    is_only_requested = as_declared.status == ShareStatus.PENDING or as_declared.has_ended
    if is_only_requested:
        return replace(as_declared, tasks=(), tasks_known=True, requested_tasks=as_declared.tasks)
    if type_ == ResourceType.PERMISSION:
        return as_declared
    granted = returned(snapshot)
    if as_declared.status != ShareStatus.ACTIVE:
        # Meta may have granted the declared tasks, although it did not return them yet.
        granted = granted.with_tasks(as_declared)
    # Without the list that Meta returned, other tasks than the declared ones may be granted.
    tasks_known = granted.tasks_known and "granted_tasks" in outputs
    return replace(as_declared, tasks=granted.tasks, tasks_known=tasks_known)


def returned(snapshot: Snapshot) -> Grant:
    """Return the tasks that Meta returned at the last read, without those that were revoked."""
    found = _grant_of(snapshot.outputs.get("granted_tasks"))
    revoked = items(snapshot.outputs.get(_REVOKED))
    return replace(found, tasks=tuple(task for task in found.tasks if task not in revoked))


def declared(type_: str, snapshot: Snapshot) -> Grant:
    """Return the access that the program declares, as if nobody had to accept it."""
    if type_ == ResourceType.PERMISSION:
        return Grant(ACCOUNT_TASKS)
    # A share always declares tasks, so they are hidden if the preview contains none.
    tasks = items(snapshot.inputs.get("permitted_tasks")) or UNKNOWN
    return replace(
        _grant_of(tasks),
        expires_on=shown(snapshot.inputs.get("expires_on")),
        reason=shown(snapshot.inputs.get("reason")),
    )


def _grant_of(tasks: object) -> Grant:
    """Return a grant with the tasks of a list, which can be missing or hidden, also in part."""
    if tasks is None:
        return Grant()
    if not isinstance(tasks, list):
        return Grant(tasks_known=False)
    found = list(map(shown, tasks))
    return Grant(without_added(filter(None, found)), tasks_known=None not in found)
