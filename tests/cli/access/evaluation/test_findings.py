"""Findings, accepted findings, and no finding without a read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import Accepted
from metapixel_provider.sharing.estate.estate import AssignedUser, Estate
from tests.cli.access.estates import (
    ACCOUNT,
    NOW,
    REQUEST,
    estate,
    names,
    permission,
    pixel,
    report,
    request,
    share,
    stack,
    user,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3

SHARED = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, accounts={NORTHLIGHT: [ACCOUNT]})


DECLARED = stack(share(), permission())
UNREAD = stack(failed="no such stack")
ADVERTISE = {NORTHLIGHT: ["ADVERTISE", "ANALYZE"]}
WITH_ACCOUNT = pixel(shares=ADVERTISE, accounts={NORTHLIGHT: [ACCOUNT]})
EVERY_ROUTE = pixel(
    shares={NORTHLIGHT: ["ANALYZE"]},
    accounts={NORTHLIGHT: [ACCOUNT]},
    users=[user("11", NORTHLIGHT)],
)


def used_by(*users: Mapping[str, AssignedUser]) -> Estate:
    return estate(pixel(shares={HARBOUR: ["ANALYZE"]}, users=users))


def asked(requested_on: str) -> StackState:
    """Return a stack with Harbour's pending share."""
    pending = share(agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)
    sent = {**pending.outputs, "requested_on": requested_on}
    return stack(replace(pending, outputs=sent))


def three() -> Estate:
    """Return three pixels, of which Northlight has all and Harbour two."""
    northlight, both = {NORTHLIGHT: ["UPLOAD"]}, {NORTHLIGHT: ["UPLOAD"], HARBOUR: ["UPLOAD"]}
    return estate(pixel(PIXEL, both), pixel(PIXEL_2, both), pixel(PIXEL_3, northlight))


#: The findings of an estate and of stacks.
FINDINGS: dict[str, tuple[Estate, list[StackState], list[str]]] = {
    "access as declared": (estate(SHARED), [DECLARED], []),
    "every route without a stack": (
        estate(EVERY_ROUTE, requests=[request()]),
        [stack()],
        ["unmanaged"] * 4,
    ),
    "a killed creation without access": (
        estate(pixel()),
        [stack(killed=[share(), permission()])],
        [],
    ),
    "a stack and its exported state": (
        estate(SHARED),
        [DECLARED, stack(share("UPLOAD"), permission())],
        [],
    ),
    "a user of the owner": (used_by(user("12", OWNER)), [stack(share(agency=HARBOUR))], []),
    "a user of an agency with a declared share": (
        used_by(user("11", HARBOUR)),
        [stack(share(agency=HARBOUR))],
        [],
    ),
    "a user of two businesses without a share": (
        estate(pixel(users=[user("11", NORTHLIGHT, others=[HARBOUR])])),
        [stack()],
        ["unmanaged"],
    ),
    "access after its last day": (
        estate(SHARED),
        [stack(share(inputs={"expires_on": "2026-11-25"}), permission())],
        ["overdue", "overdue"],
    ),
    "a request of 14 days": (estate(pixel(), requests=[request()]), [asked("2026-11-12")], []),
    "a request of 15 days": (
        estate(pixel(), requests=[request()]),
        [asked("2026-11-11")],
        ["open-request"],
    ),
    "ADVERTISE without an ad account": (
        estate(pixel(shares=ADVERTISE)),
        [stack(share("ADVERTISE", "ANALYZE"))],
        ["without-ad-account"],
    ),
    "ADVERTISE of a declared share beside an unread stack": (
        estate(pixel(shares=ADVERTISE)),
        [stack(share("ADVERTISE", "ANALYZE")), UNREAD],
        ["without-ad-account"],
    ),
    "ADVERTISE with an ad account": (
        estate(WITH_ACCOUNT),
        [stack(share("ADVERTISE", "ANALYZE"), permission())],
        [],
    ),
    "ADVERTISE that Meta added": (
        estate(pixel(shares=ADVERTISE)),
        [stack(share("ANALYZE", tasks_added_by_meta=["ADVERTISE"]))],
        [],
    ),
    "a last event 30 days ago": (estate(pixel(last_fired=NOW - timedelta(days=30))), [], []),
    "a last event 31 days ago": (
        estate(pixel(last_fired=NOW - timedelta(days=31))),
        [],
        ["silent-pixel"],
    ),
    "no event": (estate(pixel(last_fired=None)), [], ["silent-pixel"]),
    "EDIT as declared": (
        estate(pixel(shares={NORTHLIGHT: ["EDIT"]})),
        [stack(share("EDIT"))],
        ["edit"],
    ),
    "an agency with both of two pixels": (
        estate(pixel(shares=ADVERTISE), pixel(PIXEL_2, ADVERTISE)),
        [UNREAD],
        [],
    ),
    "an agency with all of three pixels": (three(), [UNREAD], ["all-pixels"]),
}


@pytest.mark.parametrize("case", FINDINGS)
def test_the_findings_of(case: str) -> None:
    owned, stacks, expected = FINDINGS[case]

    assert names(report(owned, stacks=stacks)) == expected


HARBOURS = share(agency=HARBOUR)
ASKING = estate(requests=[request()], business="1009")


@pytest.mark.parametrize(
    ("estates", "declared", "killed", "expected"),
    [
        ([estate(SHARED)], [], [share(), permission()], {"": True, ACCOUNT: True}),
        (
            [estate(pixel(), requests=[request(), request("24", NORTHLIGHT)])],
            [],
            [HARBOURS],
            {REQUEST: True, "24": False},
        ),
        # The pixel belongs to another owner, or may do so if no pixels were read.
        ([estate(pixel()), ASKING], [], [HARBOURS], {REQUEST: False}),
        ([estate(refused=["pixels"]), ASKING], [], [HARBOURS], {REQUEST: True}),
        # The stack has recorded the creation since.
        (
            [estate(pixel(shares={HARBOUR: ["ANALYZE"]}), requests=[request()])],
            [HARBOURS],
            [HARBOURS],
            {REQUEST: False},
        ),
    ],
)
def test_a_killed_run_may_have_left_what_its_creations_name(
    estates: list[Estate],
    declared: list[StackResource],
    killed: list[StackResource],
    expected: dict[str, bool],
) -> None:
    found = report(*estates, stacks=[stack(*declared, killed=killed)]).findings

    assert {each.subject_id: "a killed run" in each.sentence for each in found} == expected


#: The only finding of an estate and of stacks: its name, its subject, and a part of its sentence.
SENTENCES: list[tuple[Estate, list[StackState], str, str, str]] = [
    (
        estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})),
        [stack(killed=[share(name="one")])],
        "unmanaged",
        "",
        f"No stack declares the share of pixel Web shop ({PIXEL}) with business Northlight Media "
        f"({NORTHLIGHT}); a killed run may have left it: declare 'one' in stack shop/prod again, "
        f"and run `pulumi up`",
    ),
    *(
        (
            estate(SHARED),
            [stack(share(name="one"), permission()), stack(share(name="two"), name=name)],
            "declared-twice",
            "",
            f"by 'one' in stack shop/prod and 'two' in stack {name}, so",
        )
        for name in ("shop/other", "shop/prod")
    ),
    (
        estate(SHARED),
        [DECLARED, stack(permission(), name="shop/other")],
        "declared-twice",
        ACCOUNT,
        "The permission of ad account",
    ),
    (
        estate(pixel(users=[user("11", NORTHLIGHT)])),
        [stack()],
        "unmanaged",
        "11",
        "but this business has no share.",
    ),
    (
        estate(pixel(shares={NORTHLIGHT: ["ANALYZE", "UPLOAD"]})),
        [stack(share("ANALYZE", "EDIT"))],
        "drifted",
        "",
        "Meta also lists UPLOAD, and does not list EDIT",
    ),
    (
        estate(pixel(shares={NORTHLIGHT: ["ANALYZE", "NEW_TASK"]})),
        [stack(share("ANALYZE"))],
        "unknown-task",
        "",
        "lists NEW_TASK for business",
    ),
]


@pytest.mark.parametrize(("owned", "stacks", "name", "subject", "part"), SENTENCES)
def test_a_finding_names_its_cause(
    owned: Estate, stacks: list[StackState], name: str, subject: str, part: str
) -> None:
    (finding,) = report(owned, stacks=stacks).findings

    assert (finding.name, finding.subject_id) == (name, subject)
    assert part in finding.sentence


def accepted(day: date, **ids: str) -> Accepted:
    return Accepted(FindingName.UNMANAGED, "Sister company", day, **ids)


LAPSED, COMING = date(2026, 11, 25), date(2026, 12, 25)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([accepted(date(2026, 11, 26), pixel_id=PIXEL, business_id=NORTHLIGHT)], "accepted"),
        ([accepted(LAPSED, business_id=NORTHLIGHT)], "lapsed"),
        ([accepted(LAPSED), accepted(COMING)], "accepted"),
        ([accepted(COMING, pixel_id=PIXEL_2)], "open"),
        ([accepted(COMING, business_id=HARBOUR)], "open"),
        ([accepted(COMING, subject_id=ACCOUNT)], "open"),
    ],
)
def test_a_finding_is_accepted_by_a_matching_entry_until_its_last_day(
    entries: list[Accepted], expected: str
) -> None:
    owned = estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]}))

    (found,) = report(owned, accepted=entries).findings

    assert found.is_open is (expected != "accepted")
    assert (found.acceptance is None) is (expected == "open")


def test_an_entry_for_a_share_does_not_accept_the_ad_accounts_of_its_agency() -> None:
    entry = accepted(date(2026, 12, 25), business_id=NORTHLIGHT, pixel_id=PIXEL)
    held = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, accounts={NORTHLIGHT: [ACCOUNT]})

    found = report(estate(held), accepted=[entry]).findings

    assert [each.subject_id for each in found if each.is_open] == [ACCOUNT]


def test_a_pixel_is_not_silent_if_the_time_of_its_last_event_may_not_have_been_read() -> None:
    fired = pixel(PIXEL, last_fired=NOW - timedelta(days=31))
    unknown = pixel(PIXEL_2, last_fired=None)

    found = report(estate(fired, unknown, refused=["pixels"]))

    assert [each.pixel_id for each in found.findings] == [PIXEL]
