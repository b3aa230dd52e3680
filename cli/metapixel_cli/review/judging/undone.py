"""Changes outside of Pulumi that the next update undoes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from metapixel_cli.review.judging.change import Change, Fact
from metapixel_provider.sharing.status import ENDED, ShareStatus

_UNDOES = "undoes a change that was made at Meta"
#: The statuses of a share that changes only if somebody changes it. Other shares change in the
#: usual course: an open request is answered, or the share is confirmed.
_AT_REST = (None, ShareStatus.ACTIVE, *ENDED)


def by_hand(drift: Change) -> bool:
    """Return True if somebody gave or ended access, other than by the answer to a request."""
    is_changed = drift.gained_tasks or drift.lost_tasks or drift.lost_accounts
    return bool(is_changed) and drift.before.status in _AT_REST


def linked(changes: Iterable[Change], drift: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """Return the changes and the drift, with notes and facts about undone drift."""
    found = {each.key: each for each in drift}
    undone: set[object] = set()
    result = []
    for change in changes:
        other = found.get(change.key)
        if other is not None and _undoes(change, other):
            undone.add(change.key)
            if _only_undoes(change, other):
                facts, notes = change.facts | {Fact.UNDONE}, (*change.notes, _UNDOES)
                change = replace(change, facts=facts, notes=notes)
        result.append(change)
    marked = [
        replace(each, facts=each.facts | {Fact.UNDONE}) if key in undone else each
        for key, each in found.items()
    ]
    return result, marked


def _undoes(change: Change, drift: Change) -> bool:
    """Return True if the update ends all access that drift added, and restores all lost access."""
    if not by_hand(drift) or change.is_unknown or change.refusal or change.removes:
        return False
    return (
        {*drift.gained_tasks} <= {*change.lost_tasks}
        and {*drift.lost_tasks} <= {*change.gained_tasks}
        and {*drift.lost_accounts} <= {*change.gained_accounts, *change.after.waiting_ad_accounts}
    )


def _only_undoes(change: Change, drift: Change) -> bool:
    """Return True if the program only undoes the changes of `drift`."""
    return (
        Fact.DECLARED_ANEW not in change.facts
        and not change.unmanaged
        and not change.term
        and {*change.lost_tasks} <= {*drift.gained_tasks}
        and {*change.gained_tasks} <= {*drift.lost_tasks}
        and {*change.gained_accounts} <= {*drift.lost_accounts}
    )
