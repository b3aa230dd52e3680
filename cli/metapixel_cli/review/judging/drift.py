"""Changes outside of Pulumi: the grants in the state, joined with those that a refresh found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from metapixel_cli.grants.grant import together
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.decisions import Update
from metapixel_cli.review.judging.effects import Effect
from metapixel_cli.review.judging.join import by_share, refreshed, share_of
from metapixel_cli.review.judging.judge import judge
from metapixel_cli.review.judging.projection import add, end_with_share
from metapixel_cli.review.judging.records import Record, recorded, status_of
from metapixel_cli.review.reading.preview import Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus

_UNDOES = "undoes a change that was made at Meta"
#: The statuses of a grant that changes only if somebody changes it. Others change in the usual
#: course: an open request is answered, or the share is confirmed.
_AT_REST = (None, ShareStatus.ACTIVE, *ENDED)


def drift(steps: Sequence[Step]) -> list[Change]:
    """Return the changes outside of Pulumi that a refresh found."""
    groups = by_share(refreshed(steps))
    for group in groups:
        for change in group:
            _project(change)
        for change in group:
            end_with_share(change, share_of(group))
        judge(group, date.min)
    return [change for group in groups for change in group if _is_drift(change)]


def _is_drift(change: Change) -> bool:
    """Return True for other access, or another share. A permission that waits gives no access."""
    if change.is_share:
        return change.before != change.after or bool(change.notes)
    return change.before.tasks != change.after.tasks or bool(change.notes)


def _project(change: Change) -> None:
    change.before = together(old.grant.held() for old in change.olds)
    for old in change.olds:
        if old.step.new is not None:
            grant = recorded(old.step.type, old.step.new).held()
            note = _note(old)
            add(change, Update(grant, notes=(note,) if note else ()))


def _note(old: Record) -> str:
    """Return a note about another status or another open request, or an empty text."""
    new = old.step.new or old.snapshot
    was, now = status_of(old.snapshot), status_of(new)
    request, other = (shown(each.outputs.get("pending_request_id")) for each in (old.snapshot, new))
    if was != now == PermissionStatus.ENDED_BY_OWNER:
        return "the owner took the pixel away"
    if (was, now) == (PermissionStatus.ENDED_BY_OWNER, PermissionStatus.WAITING_FOR_SHARE):
        return "the owner shared the pixel again, so the next update permits the ad account"
    if was != now:
        return f"the status changed from {was} to {now}"
    if request and other and request != other:
        return f"sharing request {other} replaced sharing request {request}"
    return ""


def by_hand(drift: Change) -> bool:
    """Return True if somebody gave or ended access, other than by the answer to a request."""
    return bool(drift.gains or drift.loses) and drift.before.status in _AT_REST


def link(changes: Iterable[Change], drift: Iterable[Change]) -> None:
    """Mark drift that the update undoes, and each change that only undoes drift."""
    found = {each.key: each for each in drift}
    for change in changes:
        other = found.get(change.key)
        if other is not None and _undoes(change, other):
            other.undone = True
            if _only_undoes(change, other):
                change.undone = True
                change.note(_UNDOES)


def _undoes(change: Change, drift: Change) -> bool:
    """Return True if the update ends all access that drift added, and restores all lost access."""
    if not by_hand(drift) or change.effect in (Effect.UNKNOWN, Effect.REFUSED) or change.removes:
        return False
    return {*drift.gains} <= {*change.loses} and {*drift.loses} <= {*change.gains}


def _only_undoes(change: Change, drift: Change) -> bool:
    """Return True if the program only undoes the changes of `drift`."""
    return (
        not (change.is_declared_anew or change.is_unmanaged or change.term)
        and {*change.loses} <= {*drift.gains}
        and {*change.gains} <= {*drift.loses}
    )
