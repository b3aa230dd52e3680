"""The program projected through the provider's decisions: each grant before and after an update.

Two facts cross grants: an ad account can use a pixel only while its business has the share, and an
update permits it only if the business has the pixel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import date

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, Key, together
from metapixel_cli.review.judging.decisions import (
    Update,
    created_too_late,
    revoking,
    still_returned,
    takeover,
    update,
)
from metapixel_cli.review.judging.effects import Acceptance
from metapixel_cli.review.judging.pair import Pair, share_of
from metapixel_cli.review.judging.records import Record, recorded, returned
from metapixel_cli.review.reading.operations import DELETES
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting

_SEVERAL = "the state has several records of this share, of which the latest end date counts"
_WAITS = "waits until the agency has the share"
_ENDS_WITH_SHARE = "loses the pixel with its agency"
_OVERWRITES = "replaces the tasks if the share already exists"
_WAITING: Mapping[str | None, Acceptance] = {
    ShareStatus.PENDING.value: Acceptance.WAITS_ALREADY,
    ShareStatus.UNCONFIRMED.value: Acceptance.MAY_WAIT_ALREADY,
}


def project(group: Sequence[Pair], run_on: date, found_waiting: Set[Key]) -> None:
    """Set the access of a share and its ad accounts before and after an update.

    A refresh found the share of the ad accounts in `found_waiting`.
    """
    share = share_of(group)
    for pair in group:
        pair.before = _before(pair)
        if pair.is_share:
            _project_share(pair, run_on)
        else:
            _project_account(pair, share, pair.key in found_waiting)


def add(pair: Pair, found: Update) -> None:
    """Add the access that one record of a grant has after the update."""
    pair.after = together((pair.after, found.after)) if pair.after != NOTHING else found.after
    pair.sends |= found.sends
    if found.acceptance is not Acceptance.NOT_NEEDED:
        pair.acceptance = found.acceptance
    pair.is_unclear |= found.is_unclear
    pair.notes += found.notes


def _project_share(pair: Pair, run_on: date) -> None:
    for new, old in pair.takeovers():
        if not pair.is_refused:
            pair.is_refused, notes = takeover(new, old, run_on)
            pair.notes = notes or pair.notes
    for new in pair.news:
        add(pair, _after(new, pair, run_on))
    for old in pair.olds:
        if old.leaves and (revoked := revoking(old.snapshot)):
            pair.notes.append(still_returned(revoked))
    if len({old.step.old_urn for old in pair.olds}) > 1:
        pair.notes.append(_SEVERAL)
    pair.acceptance = _acceptance(pair)
    # A sharing request that is open already covers the ad accounts.
    pair.sends &= pair.before.status != ShareStatus.PENDING
    for old in pair.kept:
        add(pair, Update(old.grant, _WAITING.get(old.grant.status, Acceptance.NOT_NEEDED)))


def _before(pair: Pair) -> Grant:
    """Return the access in the state. An import finds the declared access."""
    imported = [
        replace(new.grant, status=ShareStatus.ACTIVE.value)
        for new in pair.news
        if new.step.op.startswith("import")
    ]
    return together([*(old.grant for old in pair.olds), *imported])


def _after(new: Record, pair: Pair, run_on: date) -> Update:
    old, op = new.step.old, new.step.op
    if old is not None and op == "update":
        return update(old, new.snapshot, run_on)
    if old is not None and op == "same":
        kept = recorded(new.step.type, old)
        return Update(kept, _WAITING.get(kept.status, Acceptance.NOT_NEEDED))
    if not new.creates_share:
        return Update(new.grant)
    old_share = next(iter(pair.olds), None)
    dropped = old_share is not None and old_share.step.op in DELETES and old_share.place < new.place
    if (late := created_too_late(new, old_share, run_on, dropped)) is not None:
        return late
    overwrites = new.snapshot.inputs.get("on_existing") == OnExisting.OVERWRITE
    notes = (_OVERWRITES,) if overwrites else ()
    return Update(new.grant, Acceptance.MAY_BE_NEEDED, notes, sends=True)


def _acceptance(pair: Pair) -> Acceptance:
    """Return whether the agency must accept a request. A created share may have an older name."""
    status = pair.before.status
    if pair.acceptance is not Acceptance.MAY_BE_NEEDED:
        return pair.acceptance
    if status == ShareStatus.PENDING:
        same = pair.after.tasks == pair.before.requested_tasks
        return Acceptance.WAITS_ALREADY if same else Acceptance.NEEDED
    if status == ShareStatus.UNCONFIRMED:
        return Acceptance.MAY_WAIT_ALREADY
    return pair.acceptance if pair.before.is_nothing else Acceptance.NOT_NEEDED


def _project_account(pair: Pair, share: Pair | None, found_waiting: bool) -> None:
    if pair.kept:
        pair.after = together(old.grant for old in pair.kept)
    elif pair.news:
        has_pixel = share is not None and (share.sends or _has_pixel(share))
        sent = pair.is_declared and any(new.step.op != "same" for new in pair.news)
        pair.after = _permitted(pair, sent and (has_pixel or found_waiting))
    end_with_share(pair, share)


def _projected(pair: Pair) -> Grant:
    """Return the access of an ad account if the update permits none that waits."""
    return together(
        recorded(new.step.type, new.step.old)
        if new.step.old is not None and new.step.op in ("update", "same")
        else new.grant
        for new in pair.news
    )


def _permitted(pair: Pair, permitted: bool) -> Grant:
    """Return the access after an update, which `permitted` the ad account if it waited."""
    before, after = pair.before, _projected(pair)
    waited = before.is_nothing and bool(before.requested_tasks)
    waits = bool(after.requested_tasks) or waited
    if (after.tasks and not waited) or (waits and permitted):
        return Grant(ACCOUNT_TASKS) if before.is_nothing else before
    return after if after.is_nothing else before


def _has_pixel(share: Pair) -> bool:
    return any(
        old.grant.status == ShareStatus.ACTIVE or returned(old.snapshot).tasks for old in share.olds
    )


def end_with_share(pair: Pair, share: Pair | None) -> None:
    """End the permission of an ad account whose business has no share after the update.

    A new permission then waits for the share.
    """
    if share is None or not (share.ends or share.has_ended) or pair.after.is_nothing:
        return
    if pair.before.is_nothing:
        waiting = PermissionStatus.WAITING_FOR_SHARE.value
        pair.after = Grant(requested_tasks=ACCOUNT_TASKS, status=waiting)
        pair.notes.append(_WAITS)
    elif share.ends:
        pair.after = NOTHING
        pair.notes.append(_ENDS_WITH_SHARE)
