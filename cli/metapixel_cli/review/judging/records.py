"""The grants that the state and the program have, as records of a preview."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, WITHOUT_ACCESS, Grant, Key
from metapixel_cli.review.reading.operations import DELETES
from metapixel_cli.review.reading.preview import Properties, Snapshot, Step
from metapixel_cli.review.reading.values import is_known, items, shown
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, NEEDS_APPROVAL, ShareStatus
from metapixel_provider.sharing.tasks import without_added

#: Operations that keep the resource. Other ids need a replacement.
_KEEPS_IDS = ("same", "update", "refresh")
#: Operations that create a share, or find it at Meta. An import only finds it.
_CREATED = ("create", "create-replacement", "replace")


@dataclass(frozen=True)
class Record:
    """A resource before or after an operation."""

    place: int
    """The place of the operation in the preview."""
    step: Step
    snapshot: Snapshot
    grant: Grant
    """The recorded access before the operation, or the declared access after it."""

    @property
    def creates_share(self) -> bool:
        """True if the operation creates the share, or finds it at Meta."""
        return self.step.type == ResourceType.SHARE and self.step.op in _CREATED

    @property
    def leaves(self) -> bool:
        """True if this record leaves the state."""
        return self.step.op in (*DELETES, "replace") or self.step.ends_management

    @property
    def is_kept(self) -> bool:
        """True if the access stays at Meta when this record leaves the state."""
        return self.snapshot.kept_on_delete or self.step.ends_management

    @property
    def ends(self) -> bool:
        """True if the access ends because this record leaves the state."""
        return self.leaves and not self.is_kept

    @property
    def stays(self) -> bool:
        """True if the record leaves the state, but its access or its open request stays at Meta.

        A share whose request has ended leaves nothing at Meta, and neither does a permission that
        waits for its share.
        """
        return self.leaves and self.is_kept and not self.grant.has_ended


def key_of(step: Step, snapshot: Snapshot) -> Key:
    """Return the key of one side of a step."""
    inputs = with_ids(step, snapshot)
    names = ResourceType(step.type).key
    pixel, business, *others = (shown(inputs.get(name)) or None for name in names)
    account = others[0].removeprefix("act_") if others and others[0] else None if others else ""
    key = Key(business, pixel, account)
    return replace(key, urn=step.urn) if key.is_hidden else key


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


def status_of(snapshot: Snapshot) -> str:
    """Return the recorded status. A resource without a readable status counts as active."""
    return shown(snapshot.outputs.get("status")) or ShareStatus.ACTIVE.value


def recorded(type_: str, snapshot: Snapshot) -> Grant:
    """Return the access in the state, as Meta returned it at the last read."""
    status, outputs = status_of(snapshot), snapshot.outputs
    approval = outputs.get(NEEDS_APPROVAL) is True
    if type_ == ResourceType.PERMISSION:
        if status in WITHOUT_ACCESS:
            return Grant(requested_tasks=ACCOUNT_TASKS, status=status)
        return Grant(ACCOUNT_TASKS, status=status, requires_admin_approval=approval)
    declared_tasks = _tasks(snapshot.inputs.get("permitted_tasks"))
    granted = outputs.get("granted_tasks")
    if status == ShareStatus.ACTIVE:
        found = _tasks(granted) if granted is not None else Grant(tasks_known=False)
    elif status == ShareStatus.PENDING or status in ENDED:
        found = Grant(requested_tasks=declared_tasks.tasks)
    else:
        found = returned(snapshot).with_tasks(declared_tasks)
    return replace(
        found,
        status=status,
        request_id=shown(outputs.get("pending_request_id")) or "",
        requested_on=shown(outputs.get("requested_on")) or "",
        requires_admin_approval=approval,
        expires_on=shown(snapshot.inputs.get("expires_on")),
        reason=shown(snapshot.inputs.get("reason")),
    )


def returned(snapshot: Snapshot) -> Grant:
    """Return the tasks that Meta returned at the last read, without those that were revoked."""
    granted, revoked = (
        items(snapshot.outputs.get(name)) for name in ("granted_tasks", "tasks_being_revoked")
    )
    return _tasks([task for task in granted if task not in revoked])


def added_by_meta(snapshot: Snapshot) -> Grant:
    """Return the tasks that Meta added to a share by itself. An update does not revoke them."""
    return _tasks(items(snapshot.outputs.get("tasks_added_by_meta")))


def declared(type_: str, snapshot: Snapshot) -> Grant:
    """Return the access that the program declares, as if nobody had to accept it."""
    if type_ == ResourceType.PERMISSION:
        return Grant(ACCOUNT_TASKS)
    inputs = snapshot.inputs
    tasks = inputs.get("permitted_tasks")
    found = _tasks(tasks) if items(tasks) else Grant(tasks_known=False)
    end, reason = shown(inputs.get("expires_on")), shown(inputs.get("reason"))
    return replace(found, expires_on=end, reason=reason)


def _tasks(value: object) -> Grant:
    if not isinstance(value, list):
        return replace(NOTHING, tasks_known=value is None)
    tasks = [shown(item) for item in value]
    return Grant(
        without_added(task for task in tasks if task),
        tasks_known=None not in tasks and is_known(value),
    )
