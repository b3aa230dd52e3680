"""Gains and losses per agency and pixel, from the steps of a preview.

Steps are grouped by agency and pixel, not by the name in the program. When a program renames a
resource, the engine deletes one name and creates the other, and no access changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from metapixel_cli.review.judging.access import (
    GRANTS,
    NOTHING,
    Access,
    Key,
    declared,
    recorded,
    status_of,
)
from metapixel_cli.review.judging.change import Acceptance, Change
from metapixel_cli.review.judging.names import Names
from metapixel_cli.review.judging.operations import CREATES, DELETES, IDLE, KNOWN_OPS
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.resource_types import SHARES, ResourceType
from metapixel_provider.sharing.status import ShareStatus


@dataclass
class _Entry:
    """The facts about one key, gathered from its steps."""

    before: Access = NOTHING
    after: Access = NOTHING
    shares: list[Step] = field(default_factory=list)
    unmanaged: bool = False
    withdrawn: bool = False
    strange: bool = False
    touched: bool = False
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    request_id: str = ""
    reason: str | None = ""
    notes: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)


def changes(steps: Sequence[Step], today: date) -> list[Change]:
    """Return a change for each agency and pixel in the steps, even if nothing changes."""
    entries: defaultdict[Key, _Entry] = defaultdict(_Entry)
    created = {step.urn for step in steps if step.op == "create-replacement"}
    deleted = {step.urn for step in steps if step.op == "delete-replaced"}
    for step in steps:
        if step.type not in GRANTS or step.op in IDLE:
            continue
        begins = step.op in (*CREATES, "update", "same") or (
            step.op == "replace" and step.urn not in created
        )
        ends = step.op in (*DELETES, "update", "same") or (
            step.op == "replace" and step.urn not in deleted
        )
        if step.op not in KNOWN_OPS:
            begins = ends = True
        if ends and step.old is not None:
            _ended(entries[_key(step, step.old)], step, step.old)
        if begins and step.new is not None:
            _begun(entries[_key(step, step.new)], step, step.new)
        elif step.op not in KNOWN_OPS and step.old is None:
            entry = entries[Key.of(ResourceType(step.type), {}, step.urn)]
            entry.strange = entry.touched = True
            _named(entry, step)
    names = Names.of(steps)
    return [_change(key, entry, names, today) for key, entry in entries.items()]


def _key(step: Step, snapshot: Snapshot) -> Key:
    return Key.of(ResourceType(step.type), snapshot.inputs, step.urn)


def _ended(entry: _Entry, step: Step, old: Snapshot) -> None:
    """Add the access before the step. If it stays at Meta, it is also the access after it."""
    had = recorded(step.type, old)
    entry.before = entry.before.joined(had)
    entry.strange |= step.op not in KNOWN_OPS
    _named(entry, step)
    if step.type in SHARES and entry.reason == "":
        entry.reason = shown(old.inputs.get("reason"))
    if step.op in DELETES:
        if old.kept_on_delete:
            entry.after = entry.after.joined(had)
            entry.unmanaged = True
            entry.notes.append("stays at Meta, but Pulumi no longer manages it")
        elif step.type in SHARES and status_of(old) == ShareStatus.PENDING:
            entry.withdrawn = True
            entry.request_id = shown(old.outputs.get("pending_request_id")) or ""


def _begun(entry: _Entry, step: Step, new: Snapshot) -> None:
    """Add the access after the step."""
    is_share = step.type in SHARES
    entry.strange |= step.op not in KNOWN_OPS
    _named(entry, step)
    if is_share:
        entry.reason = shown(new.inputs.get("reason"))
    if step.op == "same" and step.old is not None:
        entry.after = entry.after.joined(recorded(step.type, step.old))
        _waits(entry, step, step.old)
        return
    if is_share and step.op in ("update", *_REPLACED) and step.old is not None:
        status = status_of(step.old)
        if step.op == "update" and status in (ShareStatus.DECLINED, ShareStatus.CANCELED):
            if step.old.inputs.get("resend") == new.inputs.get("resend"):
                entry.notes.append(
                    f"the sharing request is {status}, and is sent again only if resend changes"
                )
                return
            entry.acceptance = Acceptance.NEEDED
        elif step.op == "update" and status != ShareStatus.ACTIVE:
            entry.acceptance = Acceptance.NEEDED
            entry.request_id = shown(step.old.outputs.get("pending_request_id")) or ""
        elif step.op in _REPLACED:
            entry.acceptance = Acceptance.MAY_BE_NEEDED
    elif is_share and step.op.startswith("create"):
        entry.acceptance = Acceptance.MAY_BE_NEEDED
        if new.inputs.get("on_existing") == "overwrite":
            entry.notes.append("replaces the tasks if the share already exists")
    if step.op.startswith("import"):
        entry.before = entry.before.joined(declared(step.type, new))
    entry.after = entry.after.joined(declared(step.type, new))


_REPLACED = ("replace", "create-replacement")


def _waits(entry: _Entry, step: Step, old: Snapshot) -> None:
    if step.type in SHARES and status_of(old) == ShareStatus.PENDING:
        entry.acceptance = Acceptance.WAITS_ALREADY
        entry.request_id = shown(old.outputs.get("pending_request_id")) or ""


def _named(entry: _Entry, step: Step) -> None:
    entry.touched |= step.op != "same"
    if step.type in SHARES:
        entry.shares.append(step)
    if step.name not in entry.resources:
        entry.resources.append(step.name)


def _change(key: Key, entry: _Entry, names: Names, today: date) -> Change:
    notes, after = list(entry.notes), entry.after
    share_ends = entry.shares and not entry.before.is_nothing and after.is_nothing
    if share_ends and after.ad_accounts:
        # An ad account can use the pixel only while its business has the share.
        notes.append("its ad accounts lose the pixel too")
        after = Access(ad_accounts_unknown=after.ad_accounts_unknown)
    acceptance = entry.acceptance
    if acceptance is Acceptance.MAY_BE_NEEDED and not entry.before.is_nothing:
        acceptance = Acceptance.NOT_NEEDED
    return Change(
        agency_id=key.agency_id,
        agency_name=names.agencies.get(key.agency_id or "", ""),
        asset=key.asset,
        asset_id=key.asset_id,
        asset_name=names.assets.get((key.asset, key.asset_id or ""), ""),
        before=entry.before,
        after=after,
        urn=key.urn,
        acceptance=acceptance,
        request_id=entry.request_id,
        unmanaged=entry.unmanaged,
        withdrawn=entry.withdrawn and acceptance is Acceptance.NOT_NEEDED,
        overdue=not after.is_nothing and _has_passed(after.expires_on, today),
        strange=entry.strange,
        touched=entry.touched,
        has_share=bool(entry.shares),
        reason=entry.reason,
        notes=tuple(dict.fromkeys(notes)),
        resources=tuple(entry.resources),
    )


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
        entry.before = entry.before.joined(recorded(step.type, step.old))
        if step.new is not None:
            entry.after = entry.after.joined(recorded(step.type, step.new))
            _moved(entry, step.old, step.new)
    names = Names.of(steps)
    changed = [_change(key, entry, names, date.min) for key, entry in entries.items()]
    return [change for change in changed if change.before != change.after or change.notes]


def _moved(entry: _Entry, old: Snapshot, new: Snapshot) -> None:
    was, now = status_of(old), status_of(new)
    if was != now:
        entry.notes.append(f"the status changed from {was} to {now}")
