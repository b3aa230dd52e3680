"""Gains and losses per agency and pixel, from the operations of a preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

from metapixel_cli.review.judging.access import (
    NOTHING,
    Access,
    Key,
    recorded,
    returned,
    status_of,
)
from metapixel_cli.review.judging.accounts import permits, waiting_since_refresh, with_permitted
from metapixel_cli.review.judging.answers import owners_by_component
from metapixel_cli.review.judging.change import Acceptance, Change, Fact
from metapixel_cli.review.judging.decisions import (
    Update,
    changes_later,
    created_too_late,
    refusal,
    revoking,
    still_returned,
    update,
)
from metapixel_cli.review.judging.declarations import Declaration, recorded_declarations
from metapixel_cli.review.judging.entry import (
    KNOWN_OPS,
    Entry,
    Names,
    Side,
    entries,
    refreshes,
)
from metapixel_cli.review.judging.moves import component_type, move
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, unknown

_UNMANAGED = (
    "stays at Meta, but Pulumi no longer manages it: to end it, remove it by hand in Meta's "
    "Business Settings"
)
_STAYS_OPEN = (
    "its sharing request stays open, and is no longer declared: to end it, cancel it in Meta's "
    "Business Settings, under Requests"
)
_LATER = "the new name adopts the share as it is, and the next update changes its tasks"
_WAIT = "its ad accounts wait until the agency has the share"
_OVERWRITES = "replaces the tasks if the share already exists"
_WAITING: Mapping[str | None, Acceptance] = {
    ShareStatus.PENDING.value: Acceptance.WAITS_ALREADY,
    ShareStatus.UNCONFIRMED.value: Acceptance.MAY_WAIT_ALREADY,
}


@dataclass
class _Outcome:
    """The access before and after an update, while it is being judged."""

    before: Access = NOTHING
    after: Access = NOTHING
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    facts: set[Fact] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    reason: str | None = ""
    sends: bool = False
    """True if the update sends the share."""

    def add(self, found: Update) -> None:
        self.after = self.after.joined(found.after)
        self.sends |= found.sends
        if found.acceptance is not Acceptance.NOT_NEEDED:
            self.acceptance = found.acceptance
        self.facts |= found.facts
        self.notes += found.notes


def changes(steps: Sequence[Step], today: date, run_on: date | None = None) -> list[Change]:
    """Return a change for each agency and pixel in the steps, even if nothing changes.

    `run_on` is the date that the provider uses, if it can be earlier than `today`.
    """
    run_on = min(today, run_on or today)
    names, known = Names.of(steps), recorded_declarations(steps)
    found_waiting = waiting_since_refresh(steps)
    return [
        _change(
            key,
            entry,
            _outcome(entry, known[key], found_waiting[key], run_on),
            names,
            today,
            run_on,
        )
        for key, entry in entries(steps).items()
    ]


def _outcome(
    entry: Entry, known: Sequence[Declaration], found_waiting: Set[str], run_on: date
) -> _Outcome:
    found = _Outcome(reason=_reason(entry))
    access = {(each.access, each.resend) for each in known}
    shares = [each for each in known if each.is_share]
    for side in entry.olds:
        found.before = found.before.joined(side.access)
    for side in entry.news:
        if side.step.op.startswith("import"):
            active = replace(side.access, status=ShareStatus.ACTIVE.value)
            found.before = found.before.joined(active)
        found.add(_after(side, entry, run_on))
        if side.step.op != "same":
            declaration = Declaration.of(side.step, side.snapshot)
            if declaration.is_new(access):
                found.facts.add(Fact.DECLARED_ANEW)
            if (added := declaration.unexplained(shares)) is not None:
                found.facts.add(Fact.UNEXPLAINED)
                tasks = f"adds {', '.join(added)}" if added else "may add tasks"
                found.notes.append(f"{tasks} without a new reason")
    for side in entry.olds:
        if side.is_share and side.leaves and (revoked := revoking(side.type, side.snapshot)):
            found.notes.append(still_returned(revoked))
    found.acceptance = _acceptance(found)
    # A sharing request that is open already covers the ad accounts.
    found.sends &= found.before.status != ShareStatus.PENDING
    permitted = permits(entry, found_waiting, found.sends)
    found.after = with_permitted(found.after, found.before, permitted)
    for side in entry.kept:
        waiting = _WAITING.get(side.access.status, Acceptance.NOT_NEEDED)
        found.add(Update(side.access, waiting))
    return found


def _after(side: Side, entry: Entry, run_on: date) -> Update:
    old, op = side.step.old, side.step.op
    if old is not None and op == "update" and side.is_share:
        return update(side.type, old, side.snapshot, run_on)
    if old is not None and op in ("update", "same"):
        kept = recorded(side.step.type, old)
        return Update(kept, _WAITING.get(kept.status, Acceptance.NOT_NEEDED))
    if not side.creates_share:
        return Update(side.access)
    old_share = next((each for each in entry.olds if each.is_share), None)
    dropped = old_share is not None and entry.is_deleted_before(old_share.step, side.step)
    if (late := created_too_late(side, old_share, run_on, dropped)) is not None:
        return late
    overwrites = side.snapshot.inputs.get("on_existing") == OnExisting.OVERWRITE
    notes = (_OVERWRITES,) if overwrites else ()
    return Update(side.access, Acceptance.MAY_BE_NEEDED, notes, sends=True)


def _acceptance(found: _Outcome) -> Acceptance:
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


def _end_accounts(entry: Entry, found: _Outcome) -> None:
    """End the permissions of ad accounts if their business has no share after the update.

    An ad account can use the pixel only while its business has the share.
    """
    before, after = found.before, found.after
    share_ends = entry.names(of_shares=True) and not before.is_nothing and after.is_nothing
    has_ended = (before.status or after.status) in ENDED and after.offers_nothing
    new = {*after.ad_accounts} - {*before.ad_accounts}
    kept = {*after.ad_accounts} - new
    if not share_ends and not has_ended:
        return
    if new:
        found.notes.append(_WAIT)
    if kept and share_ends:
        found.notes.append("its ad accounts lose the pixel too")
    found.after = replace(
        after,
        ad_accounts=() if share_ends else tuple(sorted(kept)),
        waiting_ad_accounts=tuple(sorted({*after.waiting_ad_accounts, *new})),
    )


def _change(
    key: Key, entry: Entry, found: _Outcome, names: Names, today: date, run_on: date
) -> Change:
    if found.before.tasks and found.after.tasks:
        # A task that this version does not know is never a difference.
        strange = replace(NOTHING, tasks=unknown((*found.before.tasks, *found.after.tasks)))
        found.before, found.after = found.before.joined(strange), found.after.joined(strange)
    _end_accounts(entry, found)
    before, after, acceptance = found.before, found.after, found.acceptance
    facts = found.facts | set(_facts(entry, after))
    takeovers = [*entry.takeovers()]
    refused = next(filter(None, (refusal(*each, run_on) for each in takeovers)), None)
    notes = [refused.remedy] if refused else []
    if any(changes_later(*each, run_on) for each in takeovers):
        notes.append(_LATER)
    notes += found.notes
    if Fact.UNMANAGED in facts:
        is_open = any(side.is_share and side.access.is_nothing for side in entry.kept)
        notes.append(_STAYS_OPEN if is_open and not after.ad_accounts else _UNMANAGED)
    has_ended = Fact.SHARE_REMOVED in facts and _has_passed(before.expires_on, today)
    ended_on = (before.expires_on or "") if has_ended else ""
    if ended_on and before.is_nothing:
        notes.append(f"the end date {ended_on} has passed")
    asks = acceptance in (Acceptance.NEEDED, Acceptance.MAY_BE_ASKED_AGAIN)
    has_request = acceptance is Acceptance.WAITS_ALREADY or (
        before.status == ShareStatus.PENDING and (asks or Fact.SHARE_REMOVED in facts)
    )
    olds = [side.snapshot for side in entry.olds if side.is_share]
    request_id = (shown(olds[0].outputs.get("pending_request_id")) or "") if olds else ""
    shares, permissions = entry.names(of_shares=True), entry.names(of_shares=False)
    recorded_permissions = {grant: name for grant, name in entry.recorded.items() if grant}
    removed = entry.removed
    return Change(
        agency_id=key.agency_id,
        agency_name=names.agencies.get(key.agency_id or "", ""),
        pixel_id=key.pixel_id,
        pixel_name=names.pixels.get(key.pixel_id or "", ""),
        before=before,
        after=after,
        urn=key.urn,
        acceptance=acceptance,
        request_id=request_id if has_request else "",
        requested_on=(before.requested_on or "") if has_request else "",
        facts=frozenset(facts),
        recorded_permissions=len(recorded_permissions),
        removed_permissions=tuple(
            name for grant, name in recorded_permissions.items() if grant in removed
        ),
        unknown_accounts_lost=sum(
            side.access.ad_accounts_unknown for side in entry.olds if side.grant in removed
        ),
        overdue=not after.offers_nothing and _has_passed(after.expires_on, today),
        was_overdue=not before.is_nothing and _has_passed(before.expires_on, today),
        ended_on=ended_on,
        unconfirmed_accounts=frozenset(
            account
            for side in entry.olds
            if not side.is_share and status_of(side.snapshot) != PermissionStatus.ACTIVE
            for account in side.access.ad_accounts
        ),
        sent_again=_sent_again(entry, after) if found.sends else frozenset(),
        has_share=bool(shares),
        reason=found.reason,
        refusal=refused.cause if refused else "",
        notes=tuple(dict.fromkeys(notes)),
        resources=(*shares, *permissions),
        moves=tuple(filter(None, (move(side.step) for side in entry.news))),
        deleted=tuple(side.step.old_urn for side in entry.olds if side.leaves),
    )


def _sent_again(entry: Entry, after: Access) -> frozenset[str]:
    """Return the tasks of an unconfirmed share that Meta did not return at the last read."""
    unconfirmed = [
        returned(side.snapshot).tasks
        for side in entry.olds
        if side.is_share and side.access.status == ShareStatus.UNCONFIRMED
    ]
    return frozenset(after.tasks).difference(*unconfirmed) if unconfirmed else frozenset()


def _facts(entry: Entry, after: Access) -> Iterator[Fact]:
    """Yield the facts of the operations, without those that another operation reverses."""
    touching = [step for step in entry.steps if step.op != "same"]
    shares = [side for side in (*entry.olds, *entry.news) if side.is_share]
    holds = {
        Fact.TOUCHED: bool(touching),
        Fact.SHARE_TOUCHED: any(side.step.op not in ("same", "refresh") for side in shares),
        Fact.UNCLEAR: any(step.op not in KNOWN_OPS for step in touching),
        Fact.SKIPPED: any(step.is_skipped for step in entry.steps),
        Fact.SHARE_RECORDED: "" in entry.recorded,
        Fact.SHARE_DROPPED: any(side.leaves for side in shares),
        Fact.SHARE_REMOVED: "" in entry.removed,
        Fact.ENDS_BY_DATE: any(
            component_type(side.step.urn).rpartition("$")[2] == AGENCY_ACCESS
            for side in entry.news
            if side.is_share
        ),
        Fact.UNMANAGED: _is_unmanaged(entry, after),
    }
    yield from (fact for fact, is_so in holds.items() if is_so)


def _reason(entry: Entry) -> str | None:
    """Return the reason in the program, or in the state if the program does not have the share."""
    sides = [side for side in entry.news if side.is_share][-1:] or entry.olds
    reasons = (shown(side.snapshot.inputs.get("reason")) for side in sides if side.is_share)
    return next((reason for reason in reasons if reason != ""), "")


def _is_unmanaged(entry: Entry, after: Access) -> bool:
    """Return True if access, or an open request, stays at Meta and the program does not declare it.

    A permission does not stay if its business has no share after the update.
    """
    share_is_gone = bool(entry.names(of_shares=True)) and after.offers_nothing
    return any(
        not side.access.offers_nothing if side.is_share else not share_is_gone
        for side in entry.kept
    )


def _has_passed(day: str | None, today: date) -> bool:
    try:
        return date.fromisoformat(day or "") < today
    except ValueError:
        return False


def drift(steps: Sequence[Step]) -> list[Change]:
    """Return the changes outside of Pulumi that a refresh found."""
    names, owners, changed = Names.of(steps), owners_by_component(steps), []
    for key_, entry in refreshes(steps).items():
        found = _Outcome()
        for side in entry.olds:
            found.before = found.before.joined(side.access.held())
            if side.step.new is not None:
                owner = owners.get(side.snapshot.component, "")
                found.add(_found(side.step.type, side.snapshot, side.step.new, owner))
        changed.append(_change(key_, entry, found, names, date.min, date.min))
    return [change for change in changed if change.before != change.after or change.notes]


def _found(type_: str, old: Snapshot, new: Snapshot, owner: str) -> Update:
    """Return the access that a refresh found, with a note about another status or open request.

    `owner` is the id of the pixel's owner, or empty.
    """
    access, was, now = recorded(type_, new).held(), status_of(old), status_of(new)
    request, other = (shown(each.outputs.get("pending_request_id")) for each in (old, new))
    subject = f"the owner{f', business {owner},' if owner else ''}"
    if was != now == PermissionStatus.ENDED_BY_OWNER:
        note = f"{subject} took the pixel away"
        return Update(access, notes=(note,), facts=frozenset({Fact.ENDED_BY_OWNER}))
    if (was, now) == (PermissionStatus.ENDED_BY_OWNER, PermissionStatus.WAITING_FOR_SHARE):
        note = f"{subject} shared the pixel again, so the next update permits the ad account"
        return Update(access, notes=(note,))
    if was != now:
        return Update(access, notes=(f"the status changed from {was} to {now}",))
    if request and other and request != other:
        note = f"sharing request {other} replaced sharing request {request}"
        return Update(access, notes=(note,))
    return Update(access)
