"""Random reports: what is said stays as it is, and a part that was not read causes no finding."""

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
from metapixel_cli.access.rendering.csv_table import as_csv
from metapixel_cli.access.rendering.json_document import as_json
from metapixel_cli.access.rendering.table import as_table
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
    standing,
    user,
)
from tests.conftest import Approve
from tests.support.digests import digests
from tests.support.example import OWNER

T = TypeVar("T")

AGENCIES, TASKS = ("51", "52"), ("ANALYZE", "ADVERTISE", "EDIT")
ACCOUNTS, USERS = ("71", "72"), ("11", "12")
#: The owners of pixels, and those who sent requests. No owner has pixel 9.
PIXELS = {"1": OWNER, "2": OWNER, "3": OWNER, "4": "1009", "9": ""}
REQUESTS = {"91": OWNER, "92": OWNER, "93": "1009"}


def some(random: Random, among: Sequence[T], least: int = 0) -> list[T]:
    return random.sample(among, random.randint(least, len(among)))


def a_pixel(random: Random, id_: str) -> PixelAccess:
    return pixel(
        id_,
        {agency: some(random, TASKS, 1) for agency in some(random, AGENCIES)},
        {agency: some(random, ACCOUNTS, 1) for agency in some(random, AGENCIES)},
        [
            user(each, random.choice([*AGENCIES, OWNER]), others=some(random, AGENCIES))
            for each in some(random, USERS)
        ],
        random.choice([NOW, None]),
    )


def a_resource(random: Random) -> StackResource:
    pixel_id, agency = random.choice([*PIXELS]), random.choice(AGENCIES)
    if random.random() < 0.5:
        status = random.choice(list(PermissionStatus)).value
        return permission(random.choice(ACCOUNTS), pixel_id, agency, status)
    status = random.choice([*ShareStatus, ShareStatus.PENDING]).value
    sent = [each for each, owner in REQUESTS.items() if owner == (PIXELS[pixel_id] or OWNER)]
    return share(
        *some(random, TASKS, 1),
        pixel=pixel_id,
        agency=agency,
        status=status,
        inputs={"expires_on": random.choice(["", "2026-11-01", "2027-11-01"])},
        name=random.choice(["one", "two"]),
        pending_request_id=random.choice(sent) if status == ShareStatus.PENDING else "",
    )


def an_estate(random: Random, business: str) -> Estate:
    pixels = [a_pixel(random, id_) for id_, owner in PIXELS.items() if owner == business]
    sent = [id_ for id_, owner in REQUESTS.items() if owner == business]
    requests = [request(each, random.choice(AGENCIES)) for each in some(random, sent, 1)]
    return estate(*pixels, requests=requests, business=business)


def a_stack(random: Random) -> StackState:
    recorded, killed = ([a_resource(random) for _ in range(random.randint(0, 9))] for _ in "12")
    declared = {each.urn: each for each in recorded}.values()
    return stack(*declared, killed=killed)


def in_part(random: Random, read: Estate) -> Estate:
    """Return an estate of which some reads failed, after some of their items had arrived."""

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
    return replace(read, pixels=replace(pixels, value=read_in_part), requests=items(read.requests))


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
        whole = [an_estate(random, each) for each in (OWNER, "1009")]
        declared, unread = a_stack(random), (stack(failed="no such stack"), stack(name="other"))
        part = [in_part(random, each) for each in whole]
        read = report(*whole, stacks=[declared])
        stacks = random.choice([[declared], [declared], unread, unread[::-1]])
        _compare(read, report(*part, stacks=stacks))

        named = {each.key[0] for each in (*declared.resources, *declared.half_created)}
        assert {each.subject_id for each in read.unread} == named & {"9"}
        sent = {each.id for owned in whole for each in owned.requests.value}
        assert sent <= {each.subject_id for each in read.rows if each.route is Route.REQUEST}


def _compare(whole: Report, part: Report) -> None:
    rows, found = ({_key(row): row for row in each.rows} for each in (whole, part))

    assert _found(part) <= _found(whole)
    # A request has another pixel, or none, if the shares were not read.
    asked = {row.subject_id for row in part.rows if row.route is Route.REQUEST}
    missing = [row for key, row in rows.items() if key not in found and row.subject_id not in asked]
    assert not missing or part.unread
    causes = {each for each in part.unread if each.reason not in ("no answer", "no such stack")}
    assert causes <= {*whole.unread}
    own = {row.managed for row in (*whole.rows, *part.rows) if row.business_id == row.owner_id}
    assert own <= {Managed.NO}
    for key in rows.keys() & found.keys():
        expected, row = rows[key], found[key]
        assert row.managed in (expected.managed, Managed.UNKNOWN)
        assert row.status in (expected.status, UNKNOWN)
        assert row.drift in (expected.drift, Drift.UNKNOWN)
        assert row.end in (expected.end, End.UNKNOWN)


@pytest.mark.parametrize("agency", ["", "51"], ids=["of an owner", "of an agency"])
def test_what_is_said_about_any_access_stays_as_it_is(agency: str, approve: Approve) -> None:
    def told(random: Random) -> str:
        whole = replace(an_estate(random, OWNER), agency_business_id=agency)
        options: list[dict[str, object]] = [{}, {"expires_on": None}, {"permitted_tasks": []}]
        second = share("NEW_TASK", pixel="1", agency="51", inputs=random.choice(options))
        stacks = [a_stack(random), stack(second, standing("2026-11-01"), name="shop/dev")]
        read = random.choice([whole, in_part(random, whole)])
        found = report(read, stacks=stacks[: random.randint(1, 2)])
        return as_json(found) + as_table(found) + as_csv(found)

    reader = "agency" if agency else "owner"
    approve(f"access-any-{reader}.txt", digests(told, groups=40))
