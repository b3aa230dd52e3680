"""Reports of estates that were read in part, compared with the report of the whole estate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from metapixel_cli.access.judging.judge import judge
from metapixel_cli.access.judging.report import (
    UNKNOWN,
    Drift,
    End,
    Managed,
    Report,
    Route,
    Row,
)
from metapixel_cli.access.reading import Observed
from metapixel_cli.stacks.export import StackState
from metapixel_provider.sharing.estate.estate import Part, PixelAccess
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from tests.cli.access.estates import (
    NOW,
    TODAY,
    estate,
    permission,
    pixel,
    request,
    share,
    stack,
    user,
)

T = TypeVar("T")

PIXELS, AGENCIES, TASKS = ("1", "2", "3"), ("51", "52"), ("ANALYZE", "ADVERTISE", "EDIT")
ACCOUNTS, REQUESTS = ("71", "72"), ("91", "92")

tasks = st.lists(st.sampled_from(TASKS), min_size=1, unique=True)
pixels = st.builds(
    lambda id_, shares, accounts, users, fired: pixel(
        id_,
        shares,
        accounts,
        [user(each, first, others=others) for each, (first, *others) in users.items()],
        NOW if fired else None,
    ),
    st.just(""),
    st.dictionaries(st.sampled_from(AGENCIES), tasks),
    st.dictionaries(
        st.sampled_from(AGENCIES), st.lists(st.sampled_from(ACCOUNTS), min_size=1, unique=True)
    ),
    st.dictionaries(
        st.sampled_from(("11", "12")),
        st.lists(st.sampled_from(AGENCIES), min_size=1, unique=True),
    ),
    st.booleans(),
)
requests = st.lists(
    st.builds(request, st.sampled_from(REQUESTS), st.sampled_from(AGENCIES)),
    unique_by=lambda each: each.request.id,
)
shares = st.builds(
    lambda pixel_, agency, each, status, sent, ends, name: share(
        *each,
        pixel=pixel_,
        agency=agency,
        status=status,
        inputs={"expires_on": ends} if ends else {},
        pending_request_id=sent if status == ShareStatus.PENDING else "",
        name=name,
    ),
    st.sampled_from(PIXELS),
    st.sampled_from(AGENCIES),
    tasks,
    st.sampled_from([each.value for each in ShareStatus]),
    st.sampled_from(REQUESTS),
    st.sampled_from(["", "2026-11-01", "2027-11-01"]),
    st.sampled_from(["one", "two"]),
)
permissions = st.builds(
    permission,
    st.sampled_from(ACCOUNTS),
    st.sampled_from(PIXELS),
    st.sampled_from(AGENCIES),
    st.sampled_from([each.value for each in PermissionStatus]),
)
stacks = st.builds(
    lambda found, killed: stack(*found, killed=killed),
    st.lists(st.one_of(shares, permissions), max_size=5, unique_by=lambda each: each.urn),
    st.lists(st.one_of(shares, permissions), max_size=3),
)
worlds = st.builds(
    lambda found, sent, declared: Observed(
        (
            estate(
                *(replace(each, id=id_) for each, id_ in zip(found, PIXELS, strict=True)),
                requests=sent,
            ),
        ),
        (declared,),
    ),
    st.lists(pixels, min_size=3, max_size=3),
    requests,
    stacks,
)


@st.composite
def partly(draw: Callable[[st.SearchStrategy[object]], object], world: Observed) -> Observed:
    """A world in which some reads failed, after some of their items had arrived."""

    def fails() -> bool:
        return bool(draw(st.integers(0, 3).map(lambda number: number == 0)))

    def items(part: Part[tuple[T, ...]]) -> Part[tuple[T, ...]]:
        if not fails():
            return part
        return Part(some(part.value), "no answer")

    def some(found: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(each for each in found if draw(st.booleans()))

    def entries(part: Part[Mapping[str, T]]) -> Part[Mapping[str, T]]:
        found = items(Part(tuple(part.value.items())))
        return Part(dict(found.value), found.reason)

    def one(each: PixelAccess) -> PixelAccess:
        return replace(
            each,
            agencies=entries(each.agencies),
            ad_accounts=entries(each.ad_accounts),
            users=entries(each.users),
        )

    (read,), (declared,) = world.estates, world.stacks
    listed = items(read.pixels)
    found = replace(
        read,
        pixels=replace(listed, value=tuple(map(one, listed.value))),
        requests=items(read.requests),
    )
    if fails():
        declared = StackState(declared.name, (), "no such stack")
    return Observed((found,), (declared,))


both = worlds.flatmap(lambda world: st.tuples(st.just(world), partly(world)))


def _found(report: Report) -> set[tuple[str, ...]]:
    """Return the findings. The subject of a share is its request, if the request was read."""
    return {
        (
            each.name,
            each.pixel_id,
            each.business_id,
            "" if each.subject_id in REQUESTS else each.subject_id,
        )
        for each in report.findings
    }


def _key(row: Row) -> tuple[str, ...]:
    """Return the identity of a row. A read that failed can hide the business of a user."""
    is_user = row.route in (Route.PERSON, Route.SYSTEM_USER)
    business = "" if is_user else row.business_id
    return (row.route, row.owner_id, row.pixel_id, business, row.subject_id)


@settings(max_examples=100)
@given(both)
def test_a_read_that_failed_causes_no_finding_and_only_missing_or_unknown_rows(
    seen: tuple[Observed, Observed],
) -> None:
    whole, part = (judge(each, NOW, TODAY) for each in seen)
    rows, found = ({_key(row): row for row in each.rows} for each in (whole, part))

    assert _found(part) <= _found(whole)
    # A request has another pixel, or none, if the shares were not read.
    asked = {row.subject_id for row in part.rows if row.route is Route.REQUEST}
    missing = [row for key, row in rows.items() if key not in found and row.subject_id not in asked]
    assert not missing or part.unread
    for key in rows.keys() & found.keys():
        expected, row = rows[key], found[key]
        assert row.managed in (expected.managed, Managed.UNKNOWN)
        assert row.status in (expected.status, UNKNOWN)
        assert row.drift in (expected.drift, Drift.UNKNOWN)
        assert row.end in (expected.end, End.UNKNOWN)
