"""The program projected through the provider's decisions: each grant before and after an update.

Two facts cross grants: an ad account can use a pixel only while its business has the share, and an
update permits it only if the business has the pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, together
from metapixel_cli.review.judging.change import Acceptance
from metapixel_cli.review.judging.decisions import (
    Update,
    created_too_late,
    revoking,
    still_returned,
    update,
)
from metapixel_cli.review.judging.records import DELETES, Record, Row, recorded, returned
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting

_SEVERAL = "the state has several records of this share, of which the latest end date counts"
_WAITS = "waits until the agency has the share"
_ENDS_WITH_SHARE = "loses the pixel with its agency"
_OVERWRITES = "replaces the tasks if the share already exists"
_WAITING: Mapping[str | None, Acceptance] = {
    ShareStatus.PENDING.value: Acceptance.WAITS_ALREADY,
    ShareStatus.UNCONFIRMED.value: Acceptance.MAY_WAIT_ALREADY,
}


@dataclass
class Joined:
    """A row with its access before and after an update."""

    row: Row
    before: Grant = NOTHING
    after: Grant = NOTHING
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    notes: list[str] = field(default_factory=list)
    sends: bool = False
    """True if the update sends the share."""
    is_unclear: bool = False
    is_declared_anew: bool = False
    is_unexplained: bool = False

    def add(self, found: Update) -> None:
        self.after = together((self.after, found.after)) if self.after != NOTHING else found.after
        self.sends |= found.sends
        if found.acceptance is not Acceptance.NOT_NEEDED:
            self.acceptance = found.acceptance
        self.is_unclear |= found.is_unclear
        self.notes += found.notes

    @property
    def ends(self) -> bool:
        """True if the agency loses the pixel."""
        return not self.before.is_nothing and self.after.is_nothing

    @property
    def has_ended(self) -> bool:
        """True if the request for the share has ended, and the update sends none."""
        return (self.before.status or self.after.status) in ENDED and self.after.offers_nothing


def project_share(row: Row, run_on: date) -> Joined:
    found = Joined(row, _before(row))
    for new in row.news:
        found.add(_after(new, row, run_on))
    for old in row.olds:
        if old.leaves and (revoked := revoking(old.snapshot)):
            found.notes.append(still_returned(revoked))
    if len({old.step.old_urn for old in row.olds}) > 1:
        found.notes.append(_SEVERAL)
    found.acceptance = _acceptance(found)
    # A sharing request that is open already covers the ad accounts.
    found.sends &= found.before.status != ShareStatus.PENDING
    for old in row.kept:
        found.add(Update(old.grant, _WAITING.get(old.grant.status, Acceptance.NOT_NEEDED)))
    return found


def _before(row: Row) -> Grant:
    """Return the access in the state. An import finds the declared access."""
    imported = [
        replace(new.grant, status=ShareStatus.ACTIVE.value)
        for new in row.news
        if new.step.op.startswith("import")
    ]
    return together([*(old.grant for old in row.olds), *imported])


def _after(new: Record, row: Row, run_on: date) -> Update:
    old, op = new.step.old, new.step.op
    if old is not None and op == "update":
        return update(old, new.snapshot, run_on)
    if old is not None and op == "same":
        kept = recorded(new.step.type, old)
        return Update(kept, _WAITING.get(kept.status, Acceptance.NOT_NEEDED))
    if not new.creates_share:
        return Update(new.grant)
    old_share = next(iter(row.olds), None)
    dropped = old_share is not None and old_share.step.op in DELETES and old_share.place < new.place
    if (late := created_too_late(new, old_share, run_on, dropped)) is not None:
        return late
    overwrites = new.snapshot.inputs.get("on_existing") == OnExisting.OVERWRITE
    notes = (_OVERWRITES,) if overwrites else ()
    return Update(new.grant, Acceptance.MAY_BE_NEEDED, notes, sends=True)


def _acceptance(found: Joined) -> Acceptance:
    """Return whether the agency must accept a request. A created share may have an older name."""
    status = found.before.status
    if found.acceptance is not Acceptance.MAY_BE_NEEDED:
        return found.acceptance
    if status == ShareStatus.PENDING:
        same = found.after.tasks == found.before.requested_tasks
        return Acceptance.WAITS_ALREADY if same else Acceptance.NEEDED
    if status == ShareStatus.UNCONFIRMED:
        return Acceptance.MAY_WAIT_ALREADY
    return found.acceptance if found.before.is_nothing else Acceptance.NOT_NEEDED


def project_account(row: Row, share: Joined | None, found_waiting: bool) -> Joined:
    """Return the access of an ad account. `found_waiting` is True if a refresh found its share."""
    found = Joined(row, _before(row))
    if row.kept:
        found.after = together(old.grant for old in row.kept)
    elif row.news:
        has_pixel = share is not None and (share.sends or _has_pixel(share.row))
        sent = row.is_declared and any(new.step.op != "same" for new in row.news)
        permitted = sent and (has_pixel or found_waiting)
        found.after = _permitted(found.before, _projected(row), permitted)
    end_with_share(found, share)
    return found


def _projected(row: Row) -> Grant:
    """Return the access of an ad account if the update permits none that waits."""
    return together(
        recorded(new.step.type, new.step.old)
        if new.step.old is not None and new.step.op in ("update", "same")
        else new.grant
        for new in row.news
    )


def _permitted(before: Grant, after: Grant, permitted: bool) -> Grant:
    """Return the access after an update, which `permitted` the ad account if it waited."""
    waited = before.is_nothing and bool(before.requested_tasks)
    waits = bool(after.requested_tasks) or waited
    if (after.tasks and not waited) or (waits and permitted):
        return Grant(ACCOUNT_TASKS) if before.is_nothing else before
    return after if after.is_nothing else before


def _has_pixel(share: Row) -> bool:
    return any(
        old.grant.status == ShareStatus.ACTIVE or returned(old.snapshot).tasks for old in share.olds
    )


def end_with_share(found: Joined, share: Joined | None) -> None:
    """End the permission of an ad account whose business has no share after the update.

    A new permission then waits for the share.
    """
    if share is None or not (share.ends or share.has_ended) or found.after.is_nothing:
        return
    if found.before.is_nothing:
        waiting = PermissionStatus.WAITING_FOR_SHARE.value
        found.after = Grant(requested_tasks=ACCOUNT_TASKS, status=waiting)
        found.notes.append(_WAITS)
    elif share.ends:
        found.after = NOTHING
        found.notes.append(_ENDS_WITH_SHARE)
