"""Gains and losses: the grants in the state, joined with the grants that the program declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.declarations import compare, recorded_declarations
from metapixel_cli.review.judging.effects import ENDINGS, Effect, has_passed
from metapixel_cli.review.judging.join import by_share, joined, share_of
from metapixel_cli.review.judging.projection import project
from metapixel_cli.review.judging.records import key_of, status_of
from metapixel_cli.review.reading.preview import Step
from metapixel_provider.sharing.possible import Possible, Refusal
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import unknown

_UNMANAGED = (
    "stays at Meta, but Pulumi no longer manages it: to end it, remove it by hand in Meta's "
    "Business Settings"
)
_AWAITS_APPROVAL = (
    "another admin may still approve it: decline it in Meta's Business Settings, under Requests"
)
_STAYS_OPEN = (
    "its sharing request stays open, and is no longer declared: to end it, cancel it in Meta's "
    "Business Settings, under Requests"
)


def judged(steps: Sequence[Step], today: date, possible: Mapping[int, Possible]) -> list[Change]:
    """Return each grant in the steps with its verdict, even if nothing changes.

    `possible` are the writes of each step, by its place.
    """
    known, found_waiting = recorded_declarations(steps), _waiting_since_refresh(steps)
    groups = by_share(joined(steps))
    for group in groups:
        for change in group:
            places = {record.place for record in (*change.olds, *change.news)}
            change.writes = [write for place in places for write in possible[place].writes]
            change.refusals = [possible[place].refusal for place in places]
        project(group, found_waiting)
        for change in group:
            compare(change, known.get(change.key, ()))
        judge(group, today)
    return [change for group in groups for change in group]


def _waiting_since_refresh(steps: Iterable[Step]) -> set[Key]:
    """Return the ad accounts whose permission waits only since the refresh of this preview.

    The refresh found the share at Meta, so the update permits them.
    """
    waits = PermissionStatus.WAITING_FOR_SHARE
    return {
        key_of(step, step.new)
        for step in steps
        if step.op == "refresh" and step.type == ResourceType.PERMISSION
        if step.old is not None and step.new is not None
        if status_of(step.old) != status_of(step.new) == waits
    }


def judge(group: Sequence[Change], today: date) -> None:
    """Complete the facts about an agency and its ad accounts on one pixel, the share first."""
    share = share_of(group)
    is_touched = any(step.op != "same" for change in group for step in change.steps)
    ended_on = ""
    if share and share.is_removed and has_passed(share.before.expires_on, today):
        ended_on = share.before.expires_on or ""
    for change in group:
        change.today, change.is_touched, change.ended_on = today, is_touched, ended_on
        if change.before.tasks and change.after.tasks:
            # A task that this version does not know is never a difference.
            strange = Grant(unknown((*change.before.tasks, *change.after.tasks)))
            change.before = change.before.with_tasks(strange)
            change.after = change.after.with_tasks(strange)
        change.is_unmanaged = bool(change.kept) and not (share and share.after.offers_nothing)
        is_with_share = share is not None and share is not change and share.is_removed
        if Refusal.AWAITS_APPROVAL in change.refusals and change.is_removed and not is_with_share:
            change.is_refused = True
            change.note(_AWAITS_APPROVAL)
        if change.is_unmanaged:
            change.note(_STAYS_OPEN if change.after.is_nothing else _UNMANAGED)
        if change.is_share and ended_on and change.before.is_nothing:
            change.note(f"the end date {ended_on} has passed")
    if share and ended_on and {change.effect for change in group} <= {*ENDINGS, Effect.UNCHANGED}:
        leaving = [old for change in group for old in change.olds if old.leaves]
        share.due_deletions = tuple(dict.fromkeys(old.step.old_urn for old in leaving))
