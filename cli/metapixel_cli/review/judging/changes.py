"""Gains and losses per agency and pixel, from the steps of a preview.

Steps are grouped by agency and pixel, not by the name in the program. When a program renames a
resource, the engine deletes one name and creates the other, and no access changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from metapixel_cli.review.judging.access import (
    ENDED,
    GRANTS,
    NOT_ASKED_AGAIN,
    NOTHING,
    Access,
    Key,
    added_by_meta,
    declared,
    recorded,
    returned,
    status_of,
)
from metapixel_cli.review.judging.change import Acceptance, Change, Fact
from metapixel_cli.review.judging.moves import Move, component_type, move
from metapixel_cli.review.judging.names import Names
from metapixel_cli.review.judging.operations import CREATES, DELETES, IDLE, KNOWN_OPS
from metapixel_cli.review.judging.refusals import Refusal, refusal
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import items, shown, text
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS, SHARES, ResourceType
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, settable, unknown

#: Operations that keep the resource. Other ids need a replacement.
_KEEPS_IDS = ("same", "update", "refresh")
#: Operations that create a share, or find it at Meta. An import only finds it.
_CREATED = ("create", "create-replacement", "replace")
_UNMANAGED = (
    "stays at Meta, but Pulumi no longer manages it: to end it, remove it by hand in Meta's "
    "Business Settings"
)
_STAYS_OPEN = (
    "its sharing request stays open, and is no longer declared: to end it, cancel it in Meta's "
    "Business Settings, under Requests"
)
_WAIT = "its ad accounts wait until the agency has the share"
_RESHARE = (
    "if Meta still returns this, the update ends the share and its ad account permissions, and "
    "creates the share again"
)
_NOT_ASKED = {
    ShareStatus.DECLINED: "the agency declined; it is asked again only if `resend` changes",
    ShareStatus.CANCELED: "the request was canceled; the agency is asked again only if `resend` "
    "changes",
}


#: The access that a resource declares, and the value of `resend`.
_Declaration = tuple[Access, str | None]


@dataclass
class _Entry:
    """The facts about one key, gathered from its steps."""

    before: Access = NOTHING
    after: Access = NOTHING
    created: Access | None = None
    """The access of a share that the update creates, or finds at Meta."""
    created_name: str = ""
    """The name of this share in the program."""
    on_existing: object = None
    """The value of this input of this share."""
    refusal: Refusal | None = None
    """The refusal of this share by `pulumi up`."""
    declares_share: bool = False
    """True if the program declares the share."""
    declarations: list[_Declaration] = field(default_factory=list)
    """The access that the program declares, by resource."""
    declared_accounts: set[str] = field(default_factory=set)
    """The ad accounts whose permission the program declares."""
    recorded_permissions: dict[str, str] = field(default_factory=dict)
    """The names of the permissions in the state, by ad account, or by URN if it is unknown."""
    ended_permissions: set[str] = field(default_factory=set)
    """The keys of those whose record the update deletes, and whose access does not stay at Meta."""
    kept: Access | None = None
    """The access of a share that leaves the state and stays at Meta."""
    kept_accounts: list[Access] = field(default_factory=list)
    """The access of permissions that leave the state and stay at Meta. One that waits has none."""
    facts: set[Fact] = field(default_factory=set)
    unknown_accounts_lost: int = 0
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    reason: str | None = ""
    notes: list[str] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)
    permissions: list[str] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def drop_ended(self) -> None:
        """Drop kept access that ends because the update deletes another record of it."""
        if Fact.SHARE_REMOVED in self.facts:
            self.kept = None
        self.kept_accounts = [
            access
            for access in self.kept_accounts
            if self.ended_permissions.isdisjoint(access.ad_accounts)
        ]


def changes(steps: Sequence[Step], today: date) -> list[Change]:
    """Return a change for each agency and pixel in the steps, even if nothing changes."""
    entries: defaultdict[Key, _Entry] = defaultdict(_Entry)
    created = {step.urn for step in steps if step.op == "create-replacement"}
    deleted = {step.old_urn for step in steps if step.op == "delete-replaced"}
    for step in steps:
        if step.type not in GRANTS or step.op in IDLE:
            continue
        begins = step.op in (*CREATES, "update", "same") or (
            step.op == "replace" and step.urn not in created
        )
        ends = step.op in (*DELETES, "update", "same") or (
            step.op == "replace" and step.old_urn not in deleted
        )
        if step.op not in KNOWN_OPS:
            begins = ends = True
        if ends and step.old is not None:
            _ended(entries[_key(step, step.old)], step, step.old)
        if begins and step.new is not None:
            _begun(entries[_key(step, step.new)], step, step.new)
        elif step.op not in KNOWN_OPS and step.old is None:
            entry = entries[Key.of(ResourceType(step.type), {}, step.urn)]
            _named(entry, step)
    names = Names.of(steps)
    known = _recorded_declarations(steps)
    for key, entry in entries.items():
        if any(_is_new(each, known[key]) for each in entry.declarations):
            entry.facts.add(Fact.DECLARED_ANEW)
    return [_change(key, entry, names, today) for key, entry in entries.items()]


def _recorded_declarations(steps: Sequence[Step]) -> defaultdict[Key, list[_Declaration]]:
    """Return the access that the program declared at the last update, as the state has it."""
    found: defaultdict[Key, list[_Declaration]] = defaultdict(list)
    for step in steps:
        if step.type in GRANTS and step.old is not None:
            found[_key(step, step.old)].append(_declaration(step, step.old))
    return found


def _declaration(step: Step, snapshot: Snapshot) -> _Declaration:
    return declared(step.type, snapshot), shown(snapshot.inputs.get("resend"))


def _is_new(found: _Declaration, known: Sequence[_Declaration]) -> bool:
    """Return True if the state does not have the declaration. An unknown value may be new."""
    access, resend = found
    is_known = access.tasks_known and None not in (resend, access.expires_on)
    return not is_known or access.ad_accounts_unknown > 0 or found not in known


def _key(step: Step, snapshot: Snapshot) -> Key:
    """Return the key of one side of a step.

    A step that keeps the resource keeps its ids. So if they are secret on one side, which the
    engine does not do alike on both, the ids of the other side are the same.
    """
    type_ = ResourceType(step.type)
    sides = [snapshot]
    if step.op in _KEEPS_IDS:
        sides = [side for side in (step.old, step.new, snapshot) if side is not None]
    ids = {name: side.inputs[name] for side in sides for name in type_.key if _has(side, name)}
    return Key.of(type_, {**snapshot.inputs, **ids}, step.urn)


def _has(side: Snapshot, name: str) -> bool:
    return bool(shown(side.inputs.get(name)))


def _ended(entry: _Entry, step: Step, old: Snapshot) -> None:
    """Add the access before the step. If it stays at Meta, it is also the access after it."""
    had = recorded(step.type, old)
    entry.before = entry.before.joined(had)
    _named(entry, step)
    is_share = step.type in SHARES
    leaves_state = step.op in (*DELETES, "replace")
    removes = leaves_state and not old.kept_on_delete
    if is_share:
        entry.facts.add(Fact.SHARE_RECORDED)
        if removes:
            entry.facts.add(Fact.SHARE_REMOVED)
        if entry.reason == "":
            entry.reason = shown(old.inputs.get("reason"))
    else:
        account = (*had.ad_accounts, *had.waiting_accounts, step.old_urn)[0]
        entry.recorded_permissions.setdefault(account, step.name)
        if removes:
            entry.unknown_accounts_lost += had.ad_accounts_unknown
            entry.ended_permissions.add(account)
    if not leaves_state:
        return
    if _revoking(old):
        entry.notes.append(_still_returned(_revoking(old)))
    if had.status in ENDED:
        entry.facts.add(Fact.ENDED_REMOVED)
    elif old.kept_on_delete:
        if is_share:
            entry.kept = had
        elif not had.waiting_accounts:
            entry.kept_accounts.append(had)
    elif is_share and had.status == ShareStatus.PENDING:
        entry.facts.add(Fact.WITHDRAWN)
    new, existing = entry.created, returned(old)
    if is_share and new is not None and existing:
        keeps_tasks = not new.tasks_known or new.tasks == settable(existing)
        found = refusal(step, entry.created_name, entry.on_existing, keeps_tasks)
        entry.refusal = entry.refusal or found
    if entry.refusal:
        entry.facts.add(Fact.REFUSED)


def _begun(entry: _Entry, step: Step, new: Snapshot) -> None:
    """Add the access after the step."""
    is_share = step.type in SHARES
    will = declared(step.type, new)
    entry.declarations.append(_declaration(step, new))
    _named(entry, step)
    if moved := move(step):
        entry.moves.append(moved)
    if is_share:
        entry.declares_share = True
        if component_type(step.urn).rpartition("$")[2] == AGENCY_ACCESS:
            entry.facts.add(Fact.ENDS_BY_DATE)
        entry.reason = shown(new.inputs.get("reason"))
    entry.declared_accounts.update(will.ad_accounts)
    if step.op == "same" and step.old is not None:
        kept = recorded(step.type, step.old)
        entry.acceptance = _WAITING.get(kept.status, entry.acceptance)
        entry.after = entry.after.joined(kept)
        return
    if step.op == "update" and step.old is not None:
        updated = (
            _updated(entry, step, step.old, new) if is_share else recorded(step.type, step.old)
        )
        entry.after = entry.after.joined(updated)
        return
    if is_share and step.op in _CREATED:
        entry.acceptance, entry.created = Acceptance.MAY_BE_NEEDED, will
        entry.created_name = step.name
        entry.on_existing = new.inputs.get("on_existing")
        if entry.on_existing == OnExisting.OVERWRITE:
            entry.notes.append("replaces the tasks if the share already exists")
    if step.op.startswith("import"):
        entry.before = entry.before.joined(replace(will, status=ShareStatus.ACTIVE.value))
    entry.after = entry.after.joined(will)


_WAITING = {
    ShareStatus.PENDING.value: Acceptance.WAITS_ALREADY,
    ShareStatus.UNCONFIRMED.value: Acceptance.MAY_WAIT_ALREADY,
}


def _updated(entry: _Entry, step: Step, old: Snapshot, new: Snapshot) -> Access:
    """Return the access after an update of a share, as the provider decides it."""
    was, will = recorded(step.type, old), declared(step.type, new)
    resends = [snapshot.inputs.get("resend") for snapshot in (old, new)]
    # Two secrets look equal and can differ.
    is_unclear = None in map(shown, resends)
    resent = resends[0] != resends[1] and not is_unclear
    if was.status in NOT_ASKED_AGAIN and is_unclear:
        entry.acceptance = Acceptance.MAY_BE_ASKED_AGAIN
        entry.facts.add(Fact.MAY_ASK)
    elif was.status in NOT_ASKED_AGAIN and not resent:
        entry.notes.append(_NOT_ASKED[ShareStatus(was.status)])
        entry.facts.add(Fact.NOT_ASKED)
        return Access(expires_on=will.expires_on)
    elif was.status in ENDED:
        entry.acceptance = Acceptance.NEEDED
    elif was.status == ShareStatus.PENDING:
        if will.tasks_known and will.tasks == was.requested and not resent:
            waits, may_ask = Acceptance.WAITS_ALREADY, Acceptance.MAY_BE_ASKED_AGAIN
            entry.acceptance = may_ask if is_unclear else waits
            return replace(was, expires_on=will.expires_on)
        entry.acceptance = Acceptance.NEEDED
        if resent:
            entry.facts.add(Fact.RESENT)
    elif was.status != ShareStatus.ACTIVE:
        revoking = _revoking(old)
        if not revoking:
            entry.acceptance = Acceptance.MAY_WAIT_ALREADY
        elif not set(revoking) & set(will.tasks):
            entry.notes.append(_still_returned(revoking))
            may_end = shown(new.inputs.get("allow_reshare")) in ("true", None)
            if may_end and will.tasks == declared(step.type, old).tasks:
                entry.acceptance = Acceptance.MAY_BE_NEEDED
                entry.facts.add(Fact.MAY_RESHARE)
                entry.notes.append(_RESHARE)
    return will.joined(added_by_meta(old))


def _revoking(old: Snapshot) -> list[str]:
    """Return the tasks that were revoked, but whose removal no read has confirmed yet."""
    return list(map(text, items(old.outputs.get("tasks_being_revoked"))))


def _still_returned(tasks: Sequence[str]) -> str:
    return f"Meta still returned {', '.join(tasks)} after its revocation"


def _named(entry: _Entry, step: Step) -> None:
    if step.op not in KNOWN_OPS:
        entry.facts.add(Fact.STRANGE)
    if step.is_skipped:
        entry.facts.add(Fact.SKIPPED)
    if step.op != "same":
        entry.facts.add(Fact.TOUCHED)
        if step.type in SHARES:
            entry.facts.add(Fact.SHARE_TOUCHED)
    names = entry.shares if step.type in SHARES else entry.permissions
    if step.name not in names:
        names.append(step.name)


def _change(key: Key, entry: _Entry, names: Names, today: date) -> Change:
    entry.drop_ended()
    before, after, notes = entry.before, entry.after, list(entry.notes)
    if before.tasks and after.tasks:
        # A task that this version does not know is never a difference.
        strange = Access(tasks=unknown((*before.tasks, *after.tasks)))
        before, after = before.joined(strange), after.joined(strange)
    acceptance = _acceptance(entry)
    for access in entry.kept_accounts:
        after = after.joined(access)
    if entry.kept is not None and not entry.declares_share:
        after = after.joined(entry.kept)
        acceptance = _WAITING.get(entry.kept.status, acceptance)
    waits_in_vain = _accounts_without_share(entry, after)
    if waits_in_vain:
        kept_accounts = {*after.ad_accounts} - {*waits_in_vain}
        after = replace(
            after,
            ad_accounts=tuple(sorted(kept_accounts)),
            waiting_accounts=tuple(sorted({*after.waiting_accounts, *waits_in_vain})),
        )
        notes.append(_WAIT)
    share_ends = entry.shares and not before.is_nothing and after.is_nothing
    if share_ends and after.ad_accounts:
        # An ad account can use the pixel only while its business has the share.
        new = {*after.ad_accounts} - {*before.ad_accounts}
        if new:
            notes.append(_WAIT)
        if new != {*after.ad_accounts}:
            notes.append("its ad accounts lose the pixel too")
        waiting = tuple(sorted({*after.waiting_accounts, *new}))
        after = replace(after, ad_accounts=(), waiting_accounts=waiting)
    facts = _facts(entry, after, acceptance)
    if waits_in_vain:
        facts.add(Fact.NOT_ASKED)
    if Fact.UNMANAGED in facts:
        is_open = entry.kept is not None and entry.kept.is_nothing
        notes.append(_STAYS_OPEN if is_open and not after.ad_accounts else _UNMANAGED)
    if entry.refusal:
        notes.insert(0, entry.refusal.remedy)
    has_ended = Fact.SHARE_REMOVED in facts and _has_passed(before.expires_on, today)
    ended_on = (before.expires_on or "") if has_ended else ""
    if ended_on and before.is_nothing:
        notes.append(f"the end date {ended_on} has passed")
    asks = acceptance in (Acceptance.NEEDED, Acceptance.MAY_BE_ASKED_AGAIN)
    has_request = Fact.WITHDRAWN in facts or acceptance is Acceptance.WAITS_ALREADY
    known = has_request or (asks and before.status == ShareStatus.PENDING)
    return Change(
        agency_id=key.agency_id,
        agency_name=names.agencies.get(key.agency_id or "", ""),
        asset=key.asset,
        asset_id=key.asset_id,
        asset_name=names.assets.get((key.asset, key.asset_id or ""), ""),
        before=before,
        after=after,
        urn=key.urn,
        acceptance=acceptance,
        request_id=before.request_id if known else "",
        requested_on=before.requested_on if known else "",
        facts=frozenset(facts),
        recorded_permissions=len(entry.recorded_permissions),
        removed_permissions=_removed_permissions(entry),
        unknown_accounts_lost=entry.unknown_accounts_lost,
        overdue=not after.offers_nothing and _has_passed(after.expires_on, today),
        was_overdue=not before.is_nothing and _has_passed(before.expires_on, today),
        ended_on=ended_on,
        has_share=bool(entry.shares),
        reason=entry.reason,
        refusal=entry.refusal.cause if entry.refusal else "",
        notes=tuple(dict.fromkeys(notes)),
        resources=(*entry.shares, *entry.permissions),
        moves=tuple(entry.moves),
    )


def _facts(entry: _Entry, after: Access, acceptance: Acceptance) -> set[Fact]:
    """Return the facts of the operations, without those that another operation reverses."""
    facts = set(entry.facts)
    if _is_unmanaged(entry, after):
        facts.add(Fact.UNMANAGED)
    if entry.declares_share:
        facts.discard(Fact.SHARE_REMOVED)
    if acceptance is not Acceptance.NOT_NEEDED:
        facts.discard(Fact.WITHDRAWN)
    if not after.offers_nothing:
        facts -= {Fact.NOT_ASKED, Fact.ENDED_REMOVED}
    return facts


def _is_unmanaged(entry: _Entry, after: Access) -> bool:
    """Return True if access, or an open request, stays at Meta and the program does not declare it.

    A share whose request has ended leaves nothing at Meta. Neither does a permission that waits, or
    whose business has no share after the update.
    """
    if entry.kept is not None and not entry.declares_share and not entry.kept.offers_nothing:
        return True
    if entry.shares and after.offers_nothing:
        return False
    kept = {account for access in entry.kept_accounts for account in access.ad_accounts}
    unknown = any(access.ad_accounts_unknown for access in entry.kept_accounts)
    return unknown or not kept <= entry.declared_accounts


def _removed_permissions(entry: _Entry) -> tuple[str, ...]:
    """Return the names of permissions that the update removes."""
    removed = entry.ended_permissions - entry.declared_accounts
    return tuple(name for key, name in entry.recorded_permissions.items() if key in removed)


def _accounts_without_share(entry: _Entry, after: Access) -> tuple[str, ...]:
    """Return new ad accounts of an agency that has no share and is not asked to accept one."""
    if entry.before.status not in ENDED or not after.offers_nothing:
        return ()
    return tuple(sorted({*after.ad_accounts} - {*entry.before.ad_accounts}))


def _acceptance(entry: _Entry) -> Acceptance:
    """Return the need to accept. A share that is created may exist under its older name."""
    status = entry.before.status
    if entry.acceptance is not Acceptance.MAY_BE_NEEDED or Fact.MAY_RESHARE in entry.facts:
        return entry.acceptance
    if status == ShareStatus.PENDING:
        same = entry.created is not None and entry.created.tasks == entry.before.requested
        return Acceptance.WAITS_ALREADY if same else Acceptance.NEEDED
    if status == ShareStatus.UNCONFIRMED:
        return Acceptance.MAY_WAIT_ALREADY
    return entry.acceptance if entry.before.is_nothing else Acceptance.NOT_NEEDED


def _has_passed(day: str | None, today: date) -> bool:
    try:
        return date.fromisoformat(day or "") < today
    except ValueError:
        return False


def drift(steps: Sequence[Step]) -> list[Change]:
    """Return the changes outside of Pulumi that a refresh found."""
    entries: defaultdict[Key, _Entry] = defaultdict(_Entry)
    for step in steps:
        if step.op != "refresh" or step.type not in GRANTS or step.old is None:
            continue
        entry = entries[_key(step, step.old)]
        _named(entry, step)
        entry.before = entry.before.joined(recorded(step.type, step.old).held())
        if step.new is not None:
            entry.after = entry.after.joined(recorded(step.type, step.new).held())
            _found(entry, step.old, step.new)
    names = Names.of(steps)
    changed = [_change(key, entry, names, date.min) for key, entry in entries.items()]
    return [change for change in changed if change.before != change.after or change.notes]


def _found(entry: _Entry, old: Snapshot, new: Snapshot) -> None:
    """Note the status, or the open request, that a refresh found instead of the recorded one."""
    was, now = status_of(old), status_of(new)
    request, other = (shown(each.outputs.get("pending_request_id")) for each in (old, new))
    if was != now:
        entry.notes.append(f"the status changed from {was} to {now}")
    elif request and other and request != other:
        entry.notes.append(f"sharing request {other} replaced sharing request {request}")
