"""The grants in the state, joined with their declarations in the program, by pixel and user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.names import names_of
from metapixel_cli.review.judging.records import Record, declared, key_of, recorded
from metapixel_cli.review.reading.operations import CREATES, DELETES, IDLE, KNOWN_OPS
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_provider.sharing.resource_types import ResourceType

Records = Mapping[Key, list[Record]]


def joined(steps: Sequence[Step]) -> list[Change]:
    """Return the grants in the state, joined with the grants that the program declares."""
    state: defaultdict[Key, list[Record]] = defaultdict(list)
    program: defaultdict[Key, list[Record]] = defaultdict(list)
    # The engine reports a replacement as a whole, and usually its two parts too.
    created = {step.urn for step in steps if step.op == "create-replacement"}
    deleted = {step.old_urn for step in steps if step.op == "delete-replaced"}
    for place, step in enumerate(steps):
        if not step.grants or (step.op in IDLE and not step.ends_management):
            continue
        begins = step.op != "replace" or step.urn not in created
        ends = step.op != "replace" or step.old_urn not in deleted
        if step.old is not None and step.op not in CREATES and ends:
            grant = recorded(step.type, step.old)
            state[key_of(step, step.old)].append(Record(place, step, step.old, grant))
        if step.new is not None and step.op not in (*DELETES, *IDLE) and begins:
            grant = declared(step.type, step.new)
            program[key_of(step, step.new)].append(Record(place, step, step.new, grant))
        elif step.old is None and step.op not in KNOWN_OPS:
            key = Key(None, None, "" if step.type == ResourceType.SHARE else None, step.urn)
            program[key] = [Record(place, step, Snapshot({}, {}), Grant(tasks_known=False))]
    found = _changes(steps, state, program)
    return sorted(found, key=lambda each: min(r.place for r in (*each.olds, *each.news)))


def refreshed(steps: Sequence[Step]) -> list[Change]:
    """Return the grants in the state that the preview read from Meta."""
    found: defaultdict[Key, list[Record]] = defaultdict(list)
    for place, step in enumerate(steps):
        if step.op == "refresh" and step.grants and step.old is not None:
            record = Record(place, step, step.old, recorded(step.type, step.old))
            found[key_of(step, step.old)].append(record)
    return _changes(steps, found, {})


def _changes(steps: Sequence[Step], state: Records, program: Records) -> list[Change]:
    names = names_of(steps)
    return [
        Change(
            key,
            state.get(key, ()),
            program.get(key, ()),
            agency_name=names.get(key.business_id or "", ""),
            pixel_name=names.get(key.pixel_id or "", ""),
        )
        for key in dict.fromkeys((*state, *program))
    ]


def by_share(found: Iterable[Change]) -> list[list[Change]]:
    """Return each share with the permissions that depend on it, the share first."""
    groups: defaultdict[Key, list[Change]] = defaultdict(list)
    for each in found:
        groups[each.key.share].append(each)
    return [sorted(group, key=lambda each: not each.is_share) for group in groups.values()]


def share_of(group: Sequence[Change]) -> Change | None:
    """Return the share of a group, or None if the preview has only permissions for it."""
    return group[0] if group[0].is_share else None
