"""Words for changes outside of Pulumi, which a refresh found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metapixel_cli.review.judging.change import Change, Fact
from metapixel_cli.review.judging.undone import by_hand
from metapixel_cli.words import and_, at_most, count
from metapixel_provider.sharing.status import ShareStatus

#: The maximum number of changes that the status line describes one by one.
_MOST = 2
#: The maximum number of tasks or ad accounts in a list.
_MOST_LISTED = 6
_CHANGED = "changed at Meta"
_ENDED: Mapping[str | None, str] = {
    ShareStatus.DECLINED.value: "declined the request for",
    ShareStatus.EXPIRED.value: "did not answer the request, which expired, for",
    ShareStatus.CANCELED.value: "no longer has a request, which was canceled, for",
}


def line(
    drift: Sequence[Change], name: Callable[[Change], str], asset: Callable[[Change], str]
) -> str:
    """Return the part of the status line about drift, empty without drift.

    `name` and `asset` return unescaped names of the agency and of the asset.
    """
    if not drift:
        return ""
    ordered = sorted(drift, key=lambda change: not by_hand(change))
    named = ordered[:_MOST]
    if len(named) == 1:
        found = [f"{name(change)} {happened(change, asset(change))}" for change in named]
    else:
        found = [f"{name(change)} {_change(change, asset(change), str)}" for change in named]
        effects = [_next(change) for change in named]
        found = [
            f"{each} ({effect})" if effect else each
            for each, effect in zip(found, effects, strict=True)
        ]
    rest = len(ordered) - len(named)
    more = [f"and {count(rest, 'more change')} at Meta"] if rest else []
    beginnings = {_beginning(change) for change in named}
    first = beginnings.pop() if len(beginnings) == 1 else _CHANGED
    return f"C{first[1:]}: {', '.join([*found, *more])}"


def _beginning(change: Change) -> str:
    """Return the words that introduce a change made outside of Pulumi."""
    return f"{_CHANGED} by hand" if by_hand(change) else _CHANGED


def happened(change: Change, asset: str, escape: Callable[[str], str] = str) -> str:
    """Return the words after the agency's name: the change, and the effect of the next update."""
    return "; ".join(filter(None, [_change(change, asset, escape), _next(change)]))


def _change(change: Change, asset: str, escape: Callable[[str], str]) -> str:
    gained, lost = (_list(found, escape) for found in (change.gained_tasks, change.lost_tasks))
    was, now = change.before.status, change.after.status
    if was == ShareStatus.PENDING and now == ShareStatus.ACTIVE:
        return f"accepted {gained or 'the share'} on {asset}"
    if was and not now:
        return f"no longer has {'access to' if lost else 'a request for'} {asset}"
    parts = []
    if gained:
        added = " in addition" if change.before.tasks else ""
        parts.append(f"has {gained}{added} on {asset}")
    if lost:
        parts.append(f"no longer has {lost} on {asset}")
    if change.lost_accounts:
        noun = "ad account" if len(change.lost_accounts) == 1 else "ad accounts"
        parts.append(f"no longer has {noun} {_list(change.lost_accounts, escape)} on {asset}")
    if not parts and now in _ENDED:
        return f"{_ENDED[now]} {asset}"
    notes = escape("; ".join(change.notes))
    if parts:
        return and_(parts) + (f", because {notes}" if Fact.ENDED_BY_OWNER in change.facts else "")
    return f"on {asset}: {notes}"


def _next(change: Change) -> str:
    if Fact.UNDONE not in change.facts:
        return ""
    if change.before.status and not change.after.status:
        return "the next update shares it again"
    gained, lost = change.gained_tasks, (*change.lost_tasks, *change.lost_accounts)
    if gained and lost:
        return "the next update undoes this"
    them = "it" if len((*gained, *lost)) == 1 else "them"
    return f"the next update {'removes' if gained else 'restores'} {them}"


def _list(found: Sequence[str], escape: Callable[[str], str]) -> str:
    return and_(map(escape, at_most(found, _MOST_LISTED))) if found else ""
