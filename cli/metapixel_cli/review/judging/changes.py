"""Gains and losses: the grants in the state, joined with the grants that the program declares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.review.judging.change import ENDINGS, Acceptance, Case, Change, Effect
from metapixel_cli.review.judging.decisions import changes_later, refusal
from metapixel_cli.review.judging.declarations import Declaration, recorded_declarations
from metapixel_cli.review.judging.moves import component_type, move
from metapixel_cli.review.judging.names import Names
from metapixel_cli.review.judging.projection import Joined, project_account, project_share
from metapixel_cli.review.judging.records import KNOWN_OPS, Row, key_of, returned, rows, status_of
from metapixel_cli.review.reading.preview import Step
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS, ResourceType
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import unknown

_UNMANAGED = (
    "stays at Meta, but Pulumi no longer manages it: to end it, remove it by hand in Meta's "
    "Business Settings"
)
_STAYS_OPEN = (
    "its sharing request stays open, and is no longer declared: to end it, cancel it in Meta's "
    "Business Settings, under Requests"
)
_LATER = "the new name adopts the share as it is, and the next update changes its tasks"


def changes(
    steps: Sequence[Step], today: date, run_on: date | None = None
) -> list[tuple[Row, Change]]:
    """Return a change for each grant in the steps, even if nothing changes.

    `run_on` is the date that the provider uses, if it can be earlier than `today`.
    """
    run_on = min(today, run_on or today)
    names, known = Names.of(steps), recorded_declarations(steps)
    found_waiting = _waiting_since_refresh(steps)
    found: list[tuple[Row, Change]] = []
    for own_share, permissions in by_share(rows(steps)):
        share = project_share(own_share, run_on) if own_share else None
        accounts = [project_account(row, share, row.key in found_waiting) for row in permissions]
        pair = [*([share] if share else []), *accounts]
        for each in pair:
            _compare_declarations(each, known[each.row.key])
        found += judged(pair, names, today, run_on)
    return found


def by_share(found: Iterable[Row]) -> list[tuple[Row | None, list[Row]]]:
    """Return each share with the permissions that depend on it."""
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in found:
        groups[row.key.share].append(row)
    return [
        (
            next((row for row in group if row.is_share), None),
            [row for row in group if not row.is_share],
        )
        for group in groups.values()
    ]


def _waiting_since_refresh(steps: Iterable[Step]) -> set[Key]:
    """Return the ad accounts whose permission waits only since the refresh of this preview.

    The refresh found the share at Meta, so the update permits them.
    """
    found = set()
    for step in steps:
        if step.op != "refresh" or step.type != ResourceType.PERMISSION:
            continue
        if step.old is None or step.new is None:
            continue
        was, now = status_of(step.old), status_of(step.new)
        if was != now == PermissionStatus.WAITING_FOR_SHARE:
            found.add(key_of(step, step.new))
    return found


def _compare_declarations(found: Joined, known: Sequence[Declaration]) -> None:
    """Compare the declarations in the program with those at the last update."""
    for new in found.row.news:
        if new.step.op == "same":
            continue
        declaration = Declaration.of(new.step, new.snapshot)
        hidden = found.row.key.ad_account_id is None
        found.is_declared_anew |= hidden or declaration.is_new(known)
        added = declaration.unexplained(known) if found.row.is_share else None
        if added is not None:
            found.is_unexplained = True
            tasks = f"adds {', '.join(added)}" if added else "may add tasks"
            found.notes.append(f"{tasks} without a new reason")


def judged(
    pair: Sequence[Joined], names: Names, today: date, run_on: date
) -> list[tuple[Row, Change]]:
    """Return the changes of an agency and its ad accounts on one pixel, the share first."""
    share = pair[0] if pair[0].row.is_share else None
    touched = any(each.row.is_touched for each in pair)
    ended_on = ""
    if share and share.row.is_removed and _has_passed(share.before.expires_on, today):
        ended_on = share.before.expires_on or ""
    found = [
        (each.row, _change(each, share, touched, ended_on, names, today, run_on)) for each in pair
    ]
    if not ended_on or not all(_only_ends(change) for _, change in found):
        return found
    due = tuple(old.step.old_urn for row, _ in found for old in row.olds if old.leaves)
    (row, change), *others = found
    return [(row, replace(change, due_deletions=due)), *others]


def _only_ends(change: Change) -> bool:
    is_ending = change.effect in ENDINGS or (change.effect is Effect.UNCHANGED)
    return is_ending and not change.is_unmanaged


def _change(
    found: Joined,
    share: Joined | None,
    touched: bool,
    ended_on: str,
    names: Names,
    today: date,
    run_on: date,
) -> Change:
    row, before, after, acceptance = found.row, found.before, found.after, found.acceptance
    if before.tasks and after.tasks:
        # A task that this version does not know is never a difference.
        strange = Grant(unknown((*before.tasks, *after.tasks)))
        before, after = before.with_tasks(strange), after.with_tasks(strange)
    key, is_share = row.key, row.is_share
    takeovers = row.takeovers() if is_share else []
    refused = next(filter(None, (refusal(*each, run_on) for each in takeovers)), None)
    notes = [refused.cause, refused.remedy] if refused else []
    if any(changes_later(*each, run_on) for each in takeovers):
        notes.append(_LATER)
    notes += found.notes
    is_unmanaged = bool(row.kept) and not (share is not None and share.after.offers_nothing)
    if is_unmanaged:
        notes.append(_STAYS_OPEN if after.is_nothing else _UNMANAGED)
    if is_share and ended_on and before.is_nothing:
        notes.append(f"the end date {ended_on} has passed")
    own_ops = [record.step.op for record in (*row.olds, *row.news)]
    case = Case(
        before,
        after,
        is_hidden=key.is_hidden,
        is_touched=touched,
        is_written=any(op not in ("same", "refresh") for op in own_ops),
        is_unclear=found.is_unclear or any(step.op not in KNOWN_OPS for step in row.steps),
        is_dropped=any(old.leaves for old in row.olds),
        is_removed=row.is_removed,
        is_unmanaged=is_unmanaged,
        is_refused=refused is not None,
        is_asked=acceptance is Acceptance.NEEDED,
        overdue=not after.offers_nothing and _has_passed(after.expires_on, today),
        ended_on=ended_on,
        sent_again=_sent_again(row, after) if found.sends else frozenset(),
    )
    asks = acceptance in (Acceptance.NEEDED, Acceptance.MAY_BE_ASKED_AGAIN)
    has_request = acceptance is Acceptance.WAITS_ALREADY or (
        before.status == ShareStatus.PENDING and (asks or row.is_removed)
    )
    shorter = case.term == "shorter" and not before.is_nothing
    return Change(
        agency_id=key.business_id,
        agency_name=names.agencies.get(key.business_id or "", ""),
        pixel_id=key.pixel_id,
        pixel_name=names.pixels.get(key.pixel_id or "", ""),
        ad_account_id=key.ad_account_id,
        urn=key.urn,
        effect=case.effect,
        widens=case.gains or case.term == "longer",
        narrows=case.loses or shorter,
        removes=case.removes,
        before=before,
        after=after,
        gains=case.gained,
        loses=case.lost,
        withdraws=case.withdrawn,
        term=case.term,
        overdue=case.overdue,
        was_overdue=not before.is_nothing and _has_passed(before.expires_on, today),
        ends_by_date=any(
            component_type(new.step.urn).rpartition("$")[2] == AGENCY_ACCESS for new in row.news
        ),
        ended_on=ended_on,
        acceptance=acceptance,
        request_id=before.request_id if has_request else "",
        requested_on=before.requested_on if has_request else "",
        is_unmanaged=is_unmanaged,
        is_declared_anew=found.is_declared_anew,
        is_unexplained=found.is_unexplained,
        is_skipped=any(step.is_skipped for step in row.steps),
        reason=after.reason if row.news else before.reason,
        notes=tuple(dict.fromkeys(notes)),
        resources=row.names,
        due_deletions=(),
        moves=tuple(filter(None, (move(new.step) for new in row.news))),
    )


def _sent_again(row: Row, after: Grant) -> frozenset[str]:
    """Return the tasks of an unconfirmed share that Meta did not return at the last read."""
    unconfirmed = [
        returned(old.snapshot).tasks
        for old in row.olds
        if old.grant.status == ShareStatus.UNCONFIRMED
    ]
    return frozenset(after.tasks).difference(*unconfirmed) if unconfirmed else frozenset()


def _has_passed(day: str | None, today: date) -> bool:
    try:
        return date.fromisoformat(day or "") < today
    except ValueError:
        return False
