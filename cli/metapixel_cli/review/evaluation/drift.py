"""Changes outside of Pulumi: the grants in the state, joined with those that a refresh found."""

from __future__ import annotations

from dataclasses import replace

from metapixel_cli.grants.grant import Grant, combined
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.pairs import Group, Pair, recorded, status_of
from metapixel_cli.review.evaluation.rows import end_with_share
from metapixel_cli.review.evaluation.words import Effect
from metapixel_cli.review.reading.preview import Snapshot
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import unknown

_UNDOES = "undoes a change that was made at Meta"
#: The statuses of a grant that changes only if somebody changes it. Others change in the usual
#: course: an open request is answered, or the share is confirmed.
_AT_REST = (None, ShareStatus.ACTIVE, *ENDED)


def drift(group: Group) -> list[Change]:
    """Return what a refresh found changed for an agency and its ad accounts on one pixel."""
    found = list[Change]()
    share = None
    if group.share and group.share.before_refresh:
        share = _row(group.share, share=None)
        found.append(share)
    for pair in group.permissions:
        if pair.before_refresh:
            found.append(end_with_share(_row(pair, share)))
    return list(filter(_is_drift, found))


def _row(pair: Pair, share: Change | None) -> Change:
    """Return the access of a grant before and after a refresh, without requests for it."""
    type_ = pair.before_refresh[0].step.type
    before = combined(record.grant.without_request() for record in pair.before_refresh)
    after = combined(recorded(type_, found).without_request() for _, found in pair.refreshed)
    has_tasks_on_both_sides = before.tasks and after.tasks
    if has_tasks_on_both_sides:
        # A task that this version does not know is never a difference, so both get it.
        unknown_tasks = Grant(unknown((*before.tasks, *after.tasks)))
        before, after = before.with_tasks(unknown_tasks), after.with_tasks(unknown_tasks)
    notes = dict.fromkeys(_note(old, new) for old, new in pair.refreshed)
    return Change(
        # Drift is about the records before the refresh, and not about any declaration.
        pair=Pair(pair.key, records=pair.before_refresh),
        before=before,
        after=after,
        share=share,
        notes=tuple(filter(None, notes)),
    )


def _is_drift(change: Change) -> bool:
    """Return True for other access, or another share. A permission that waits gives no access."""
    if change.pair.is_share:
        return change.before != change.after or bool(change.notes)
    return change.before.tasks != change.after.tasks or bool(change.notes)


def _note(old: Snapshot, new: Snapshot) -> str:
    """Return a note about another status or another open request, or an empty text."""
    was, now = status_of(old), status_of(new)
    old_request = shown(old.outputs.get("pending_request_id"))
    new_request = shown(new.outputs.get("pending_request_id"))
    if was != now and now == PermissionStatus.ENDED_BY_OWNER:
        return "the owner took the pixel away"
    if (was, now) == (PermissionStatus.ENDED_BY_OWNER, PermissionStatus.WAITING_FOR_SHARE):
        return "the owner shared the pixel again, so the next update permits the ad account"
    if was != now:
        return f"the status changed from {was} to {now}"
    if old_request and new_request and old_request != new_request:
        return f"sharing request {new_request} replaced sharing request {old_request}"
    return ""


def is_by_hand(drift: Change) -> bool:
    """Return True if somebody gave or ended access, other than by the answer to a request."""
    return bool(drift.gains or drift.loses) and drift.before.status in _AT_REST


def mark_undone(change: Change, drift: Change) -> tuple[Change, Change]:
    """Return a change and the drift of the same grant, each with a mark.

    Drift is marked as undone if the update undoes it. A change is marked if it does nothing else.
    """
    if not _undoes(change, drift):
        return change, drift
    undone_drift = replace(drift, undone=True)
    has_same_tasks = {*change.loses} == {*drift.gains} and {*change.gains} == {*drift.loses}
    changes_more = change.is_declared_anew or change.is_unmanaged or bool(change.term)
    if changes_more or not has_same_tasks:
        return change, undone_drift
    return replace(change, undone=True, notes=(*change.notes, _UNDOES)), undone_drift


def _undoes(change: Change, drift: Change) -> bool:
    """Return True if the update ends all access that drift added, and restores all lost access."""
    may_fail = change.effect in (Effect.UNKNOWN, Effect.REFUSED)
    if may_fail or change.removes or not is_by_hand(drift):
        return False
    return {*drift.gains} <= {*change.loses} and {*drift.loses} <= {*change.gains}
