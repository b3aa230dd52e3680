"""The program projected through the provider's decisions: each grant before and after an update.

Two facts cross grants: an ad account can use a pixel only while its business has the share, and an
update permits it only if the business has the pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, Key, together
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.decisions import (
    Update,
    revoking,
    still_returned,
    takeover,
    update,
)
from metapixel_cli.review.judging.effects import Acceptance
from metapixel_cli.review.judging.join import share_of
from metapixel_cli.review.judging.records import Record, recorded, returned
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.engine_names import for_programs
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting

_SEVERAL = "the state has several records of this share, of which the latest end date counts"
_WAITS = "waits until the agency has the share"
_ENDS_WITH_SHARE = "loses the pixel with its agency"
_OVERWRITES = "replaces the tasks if the share already exists"
_MAY_FAIL = "the update may fail, because the share exists, and `on_existing` is secret or unknown"
_WAITING: Mapping[str | None, Acceptance] = {
    ShareStatus.PENDING.value: Acceptance.WAITS_ALREADY,
    ShareStatus.UNCONFIRMED.value: Acceptance.MAY_WAIT_ALREADY,
}


def project(group: Sequence[Change], found_waiting: Set[Key]) -> None:
    """Set the access of a share and its ad accounts before and after an update.

    A refresh found the share of the ad accounts in `found_waiting`.
    """
    share = share_of(group)
    for change in group:
        change.before = _before(change)
        if change.is_share:
            _project_share(change)
        else:
            _project_account(change, share, change.key in found_waiting)


def add(change: Change, found: Update) -> None:
    """Add the access that one record of a grant has after the update."""
    change.after = together((change.after, found.after)) if change.after != NOTHING else found.after
    change.sends |= found.sends
    if found.acceptance is not Acceptance.NOT_NEEDED:
        change.acceptance = found.acceptance
    change.is_unclear |= found.is_unclear
    change.note(*found.notes)


def _project_share(change: Change) -> None:
    for new, old in _takeovers(change):
        if shown(new.snapshot.inputs.get("on_existing")) is None:
            change.is_unclear = True
            change.note(for_programs(_MAY_FAIL, new.step.urn))
        elif not change.is_refused:
            change.is_refused, notes = takeover(new, old)
            change.notes = notes or change.notes
    for new in change.news:
        add(change, _after(new))
    for old in change.olds:
        if old.leaves and (revoked := revoking(old.snapshot)):
            change.note(still_returned(revoked))
    if len({old.step.old_urn for old in change.olds}) > 1:
        change.note(_SEVERAL)
    change.acceptance = _acceptance(change)
    # A sharing request that is open already covers the ad accounts.
    change.sends &= change.before.status != ShareStatus.PENDING
    for old in change.kept:
        add(change, Update(old.grant, _WAITING.get(old.grant.status, Acceptance.NOT_NEEDED)))


def _takeovers(change: Change) -> Iterator[tuple[Record, Record]]:
    """Yield each creation of a share with the older record that is deleted afterwards.

    The engine creates before it deletes, so the creation finds the share at Meta.
    """
    for old in filter(lambda old: old.leaves, change.olds):
        created = [new for new in change.news if new.creates_share and new.place < old.place]
        yield from ((new, old) for new in created[-1:])


def _before(change: Change) -> Grant:
    """Return the access in the state. An import finds the declared access, or an update follows."""
    imported = [
        replace(new.grant, status=ShareStatus.ACTIVE.value)
        for new in change.news
        if new.step.op.startswith("import") and not change.olds
    ]
    return together([*(old.grant for old in change.olds), *imported])


def _after(new: Record) -> Update:
    old, op = new.step.old, new.step.op
    if old is not None and op == "update":
        return update(old, new.snapshot)
    if old is not None and op == "same":
        kept = recorded(new.step.type, old)
        return Update(kept, _WAITING.get(kept.status, Acceptance.NOT_NEEDED))
    if not new.creates_share:
        return Update(new.grant)
    overwrites = new.snapshot.inputs.get("on_existing") == OnExisting.OVERWRITE
    notes = (_OVERWRITES,) if overwrites else ()
    return Update(new.grant, Acceptance.MAY_BE_NEEDED, notes, sends=True)


def _acceptance(change: Change) -> Acceptance:
    """Return whether the agency must accept a request. A created share may have an older name."""
    status = change.before.status
    if change.acceptance is not Acceptance.MAY_BE_NEEDED:
        return change.acceptance
    if status == ShareStatus.PENDING:
        same = change.after.tasks == change.before.requested_tasks
        return Acceptance.WAITS_ALREADY if same else Acceptance.NEEDED
    if status == ShareStatus.UNCONFIRMED:
        return Acceptance.MAY_WAIT_ALREADY
    return change.acceptance if change.before.is_nothing else Acceptance.NOT_NEEDED


def _project_account(change: Change, share: Change | None, found_waiting: bool) -> None:
    if change.kept:
        change.after = together(old.grant for old in change.kept)
    elif change.news:
        has_pixel = share is not None and (share.sends or _has_pixel(share))
        sent = change.is_declared and any(new.step.op != "same" for new in change.news)
        change.after = _permitted(change, sent and (has_pixel or found_waiting))
    end_with_share(change, share)


def _projected(change: Change) -> Grant:
    """Return the access of an ad account if the update permits none that waits."""
    return together(
        recorded(new.step.type, new.step.old)
        if new.step.old is not None and new.step.op in ("update", "same")
        else new.grant
        for new in change.news
    )


def _permitted(change: Change, permitted: bool) -> Grant:
    """Return the access after an update, which `permitted` the ad account if it waited."""
    before, after = change.before, _projected(change)
    waited = before.is_nothing and bool(before.requested_tasks)
    waits = bool(after.requested_tasks) or waited
    if (after.tasks and not waited) or (waits and permitted):
        return Grant(ACCOUNT_TASKS) if before.is_nothing else before
    return after if after.is_nothing else before


def _has_pixel(share: Change) -> bool:
    return any(
        old.grant.status == ShareStatus.ACTIVE or returned(old.snapshot).tasks for old in share.olds
    )


def end_with_share(change: Change, share: Change | None) -> None:
    """End the permission of an ad account whose business has no share after the update.

    A new permission then waits for the share.
    """
    if share is None or not (share.ends or share.has_ended) or change.after.is_nothing:
        return
    if change.before.is_nothing:
        waiting = PermissionStatus.WAITING_FOR_SHARE.value
        change.after = Grant(requested_tasks=ACCOUNT_TASKS, status=waiting)
        change.note(_WAITS)
    elif share.ends:
        change.after = NOTHING
        change.note(_ENDS_WITH_SHARE)
