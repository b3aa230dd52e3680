"""Reports of estates that were read in part, compared with the report of the whole estate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest

from metapixel_cli.access.evaluation.report import (
    UNKNOWN,
    Drift,
    End,
    Managed,
    Report,
    Route,
    Row,
)
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from tests.cli.access.estates import (
    NOW,
    estate,
    permission,
    pixel,
    report,
    request,
    share,
    stack,
    user,
)

T = TypeVar("T")

PIXELS, AGENCIES, TASKS = ("1", "2", "3"), ("51", "52"), ("ANALYZE", "ADVERTISE", "EDIT")
ACCOUNTS, USERS, REQUESTS = ("71", "72"), ("11", "12"), ("91", "92")


def some(random: Random, among: Sequence[T], least: int = 0) -> list[T]:
    return random.sample(among, random.randint(least, len(among)))


def a_pixel(random: Random, id_: str) -> PixelAccess:
    return pixel(
        id_,
        {agency: some(random, TASKS, 1) for agency in some(random, AGENCIES)},
        {agency: some(random, ACCOUNTS, 1) for agency in some(random, AGENCIES)},
        [
            user(each, random.choice(AGENCIES), others=some(random, AGENCIES))
            for each in some(random, USERS)
        ],
        random.choice([NOW, None]),
    )


def a_resource(random: Random) -> StackResource:
    pixel_id, agency = random.choice(PIXELS), random.choice(AGENCIES)
    if random.random() < 0.5:
        status = random.choice(list(PermissionStatus)).value
        return permission(random.choice(ACCOUNTS), pixel_id, agency, status)
    status = random.choice([*ShareStatus, ShareStatus.PENDING]).value
    return share(
        *some(random, TASKS, 1),
        pixel=pixel_id,
        agency=agency,
        status=status,
        inputs={"expires_on": random.choice(["", "2026-11-01", "2027-11-01"])},
        name=random.choice(["one", "two"]),
        pending_request_id=random.choice(REQUESTS) if status == ShareStatus.PENDING else "",
    )


def a_world(random: Random) -> tuple[Estate, StackState]:
    pixels = (a_pixel(random, each) for each in PIXELS)
    requests = [request(each, random.choice(AGENCIES)) for each in some(random, REQUESTS)]
    recorded, killed = ([a_resource(random) for _ in range(random.randint(0, 5))] for _ in "12")
    declared = {each.urn: each for each in recorded}.values()
    return estate(*pixels, requests=requests), stack(*declared, killed=killed)


def in_part(random: Random, read: Estate, declared: StackState) -> tuple[Estate, StackState]:
    """Return a world in which some reads failed, after some of their items had arrived."""

    def items(part: Part[tuple[T, ...]]) -> Part[tuple[T, ...]]:
        fails = random.random() < 0.25
        return Part(tuple(some(random, part.value)), "no answer") if fails else part

    def entries(part: Part[Mapping[str, T]]) -> Part[Mapping[str, T]]:
        found = items(Part(tuple(part.value.items())))
        return Part(dict(found.value), found.reason)

    pixels = items(read.pixels)
    read_in_part = tuple(
        replace(
            each,
            agencies=entries(each.agencies),
            ad_accounts=entries(each.ad_accounts),
            users=entries(each.users),
        )
        for each in pixels.value
    )
    found = replace(read, pixels=replace(pixels, value=read_in_part), requests=items(read.requests))
    return found, random.choice([declared, declared, declared, stack(failed="no such stack")])


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


@pytest.mark.parametrize("seed", range(20))
def test_a_read_that_failed_causes_no_finding_and_only_missing_or_unknown_rows(seed: int) -> None:
    random = Random(seed)
    for _ in range(40):
        whole, whole_stack = a_world(random)
        part, part_stack = in_part(random, whole, whole_stack)
        _compare(report(whole, stacks=[whole_stack]), report(part, stacks=[part_stack]))


def _compare(whole: Report, part: Report) -> None:
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
