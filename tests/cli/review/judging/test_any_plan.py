"""Any plan: each access that begins or ends at Meta has a line, and the findings of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hypothesis import given, note, settings
from hypothesis import strategies as st

from metapixel_cli.review.judging.review import Finding
from metapixel_cli.review.judging.words import Effect
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review.streams import (
    TODAY,
    Event,
    moved,
    permission,
    reviewed,
    share,
    step,
)
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2

TASKS = ("ANALYZE", "EDIT", "UPLOAD")
REFUSED = ("DECLINED", "CANCELED")
FATES = ("same", "edit", "move", "rename", "replace", "replace", "drop", "drop")
#: The statuses of a permission whose business does not have the pixel.
WITHOUT_PIXEL = ("WAITING_FOR_SHARE", "ENDED_BY_OWNER")
#: An agency and a pixel.
Pair = tuple[str, str]
#: An agency, a pixel, and a task or an ad account.
Right = tuple[str, str, str]


class Key(NamedTuple):
    agency: str
    pixel: str
    account: str
    """The ad account of a permission, empty for a share."""

    @property
    def share(self) -> Key:
        return self._replace(account="")


@dataclass(frozen=True)
class Declared:
    """A share or a permission in a program."""

    key: Key
    tasks: tuple[str, ...]
    expires_on: str
    on_existing: str

    @property
    def kind(self) -> str:
        return "PixelAdAccountPermission" if self.key.account else "PixelAgencyShare"

    def state(self, status: str | None = None, granted: tuple[str, ...] = ()) -> dict[str, object]:
        agency, pixel, account = self.key
        if account:
            return permission(account, business=agency, pixel=pixel, status=status)
        return share(
            self.tasks,
            agency=agency,
            pixel=pixel,
            status=status,
            granted=granted,
            request="77" if status == "PENDING" else "",
            expires_on=self.expires_on,
            on_existing=self.on_existing,
        )


@dataclass(frozen=True)
class Record:
    """A share or a permission in the state, and its fate in the plan."""

    declared: Declared
    status: str
    is_retained: bool
    fate: str

    @property
    def has(self) -> frozenset[str]:
        """The tasks that the agency has, or may have."""
        holds = self.status in ("ACTIVE", "UNCONFIRMED")
        return frozenset(self.declared.tasks if holds else ())

    @property
    def offers(self) -> frozenset[str]:
        """The tasks that the agency has, may have, or gets when it accepts a request."""
        return self.has or frozenset(self.declared.tasks if self.status == "PENDING" else ())

    @property
    def state(self) -> dict[str, object]:
        found = self.declared.state(self.status, tuple(self.has))
        return {**found, "retainOnDelete": self.is_retained}


@dataclass
class Plan:
    """The events of a plan, and the rights at Meta before and after it."""

    events: list[Event]
    has: set[Right]
    offered: set[Right]
    offers: set[Right]
    """The rights after the plan, if each agency accepts."""
    kept: set[Key]
    """The records that the state and the program have."""
    unmanaged: set[Key]
    ended: set[Key]
    """The shares that the plan removes after their end date."""


@dataclass
class _Steps:
    begins: list[Event] = field(default_factory=list)
    ends: list[Event] = field(default_factory=list)
    declared: dict[Key, frozenset[str]] = field(default_factory=dict)
    """The tasks after the plan. A permission has none."""
    dropped: list[Record] = field(default_factory=list)

    def drop(self, record: Record, name: str, op: str = "delete") -> None:
        self.ends.append(step(op, record.state, name=name, kind=record.declared.kind))
        self.dropped.append(record)

    def create(self, new: Declared, name: str, op: str = "create") -> None:
        self.begins.append(step(op, None, new.state(), name=name, kind=new.kind))
        self.declared[new.key] = self.after(new)

    def after(self, new: Declared) -> frozenset[str]:
        return frozenset() if new.key.account else frozenset(new.tasks)


keys = st.builds(
    Key,
    st.sampled_from([NORTHLIGHT, HARBOUR]),
    st.sampled_from([PIXEL, PIXEL_2]),
    st.sampled_from(["", "", "5511", "5522"]),
)
some_tasks = st.sets(st.sampled_from(TASKS), min_size=1).map(lambda found: tuple(sorted(found)))
days = st.sampled_from(["", "2026-11-01", "2027-01-31"])
declarations = st.builds(Declared, keys, some_tasks, days, st.sampled_from(["fail", "overwrite"]))


@st.composite
def records(draw: st.DrawFn) -> Record:
    declared, fate = draw(declarations), draw(st.sampled_from(FATES))
    statuses = ["ACTIVE", "UNCONFIRMED", *WITHOUT_PIXEL]
    if not declared.key.account:
        statuses = ["ACTIVE", "ACTIVE", "UNCONFIRMED", "PENDING", "EXPIRED", *REFUSED]
    return Record(declared, draw(st.sampled_from(statuses)), draw(st.integers(0, 3)) == 0, fate)


@st.composite
def states(draw: st.DrawFn) -> list[Record]:
    """Records, in which two of the same share or permission have the same access at Meta."""
    first: dict[Key, Record] = {}
    return [
        replace(
            first.setdefault(each.declared.key, each),
            is_retained=each.is_retained,
            fate=each.fate,
        )
        for each in draw(st.lists(records(), min_size=1, max_size=5))
    ]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    state = draw(states())
    before = {record.declared.key: record.offers for record in state}
    steps = _Steps()
    for number, record in enumerate(state):
        _add(draw, steps, record, f"r{number}")
    for number, new in enumerate(draw(st.lists(declarations, max_size=2))):
        if new.key not in steps.declared:
            steps.create(new, f"c{number}")
    has = {r.declared.key: r.has for r in state if r.status not in WITHOUT_PIXEL}
    deleted = {record.declared.key for record in steps.dropped if not record.is_retained}
    retained = {record.declared.key for record in steps.dropped if record.is_retained}
    waiting = {r.declared.key for r in state if r.status in WITHOUT_PIXEL}
    left = retained - deleted - waiting - {*steps.declared}
    after = steps.declared | {key: before[key] for key in left}
    shares = {key for key in (*before, *steps.declared) if not key.account}
    offers = {*_rights(after, shares)}
    dates = {record.declared.key: record.declared.expires_on for record in state}
    return Plan(
        steps.ends + steps.begins if draw(st.booleans()) else steps.begins + steps.ends,
        has={*_rights(has, shares)},
        offered={*_rights(before, shares)},
        offers=offers,
        kept={*before} & {*after},
        unmanaged={key for key in left if (key in offers if key.account else after[key])},
        ended={
            key
            for key in deleted - {*steps.declared}
            if not key.account and _has_passed(dates[key])
        },
    )


def _has_passed(day: str) -> bool:
    return "" < day < TODAY.isoformat()


def _add(draw: st.DrawFn, steps: _Steps, record: Record, name: str) -> None:
    """Add the operations of a record to a plan. A program declares no key twice."""
    old, state = record.declared, record.state
    new = draw(declarations)
    if record.fate == "replace":
        is_other = new.key != old.key and new.kind == old.kind
        if is_other and new.key not in steps.declared:
            steps.create(new, name, "create-replacement")
            steps.drop(record, name, "delete-replaced")
            return
    if old.key in steps.declared or record.fate in ("replace", "drop"):
        steps.drop(record, name)
        return
    edited = replace(new, key=old.key, tasks=draw(st.sampled_from([new.tasks, old.tasks])))
    if record.fate == "rename":
        steps.create(edited, f"{name}-new")
        steps.drop(record, name)
        return
    steps.declared[old.key] = record.offers
    if record.fate == "move":
        steps.begins.append(
            moved("same", state, old.state(), old_name=name, name="m", kind=old.kind)
        )
        return
    after = edited if record.fate == "edit" else old
    op = "update" if record.fate == "edit" else "same"
    steps.begins.append(step(op, state, after.state(), name=name, kind=old.kind))
    if record.fate == "edit" and not old.key.account:
        steps.declared[old.key] = frozenset() if record.status in REFUSED else steps.after(edited)


def _rights(access: Mapping[Key, frozenset[str]], shares: set[Key]) -> Iterator[Right]:
    """Yield the rights. An ad account has one only while its business has the pixel."""
    for key, tasks in access.items():
        if not key.account:
            yield from ((key.agency, key.pixel, task) for task in tasks)
        elif key.share not in shares or access.get(key.share):
            yield key


@settings(max_examples=200)
@given(plans())
def test_each_access_that_begins_or_ends_has_a_line_and_a_finding(plan: Plan) -> None:
    found = reviewed(*plan.events)
    text = comment(found, GITHUB_LIMIT)
    gained, withdrawn = plan.offers - plan.offered, plan.offered - plan.offers
    lost = plan.has - plan.offers
    note(f"gained {gained}, withdrawn {withdrawn}, lost {lost}\n{text}")

    changed = {*gained, *withdrawn, *lost}
    # The permission of an ad account that the update keeps is of use only with its share.
    with_share = {*gained, *withdrawn} & plan.kept - lost
    lines: set[Pair | Right] = {*changed - with_share}
    lines |= {right[:2] for right in with_share}
    assert [line for line in lines if not _has_line(line, text)] == []

    shares_left = {right[:2] for right in plan.offers}
    removed = {r for r in lost if r[2] not in TASKS or r[:2] not in shares_left}
    ended = {(key.agency, key.pixel) for key in plan.ended}
    expected = {
        Finding.WIDENING: bool(gained),
        Finding.NARROWING: bool(lost),
    }
    missing = {finding for finding, is_due in expected.items() if is_due}.difference(found.findings)
    # The update of a share that is renamed with other tasks will fail.
    assert any(change.effect is Effect.REFUSED for change in found.changes) or not missing
    assert any(c.effect is Effect.REFUSED or c.removes for c in found.changes) or not removed
    due = {(change.agency_id, change.pixel_id) for change in found.changes if change.due_deletions}
    assert due <= ended - {right[:2] for right in gained}
    assert bool(plan.unmanaged) is any(change.is_unmanaged for change in found.changes)


def _has_line(ids: Pair | Right, text: str) -> bool:
    return any(all(part in line for part in ids) for line in text.splitlines())
