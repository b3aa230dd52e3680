"""Rows: what Meta lists, joined with what stacks declare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from itertools import combinations
from operator import attrgetter
from typing import Any

import pytest

from metapixel_cli.access.evaluation.report import Drift, End, Managed, Route
from metapixel_cli.stacks.export import StackResource, StackState
from metapixel_provider.sharing.estate.estate import SentRequest
from metapixel_provider.sharing.status import PermissionStatus
from tests.cli.access.estates import (
    ACCOUNT,
    REQUEST,
    asked,
    estate,
    names,
    permission,
    pixel,
    report,
    request,
    row,
    share,
    stack,
    user,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2

SHARED = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, accounts={NORTHLIGHT: [ACCOUNT]})
WITHOUT_ACCOUNT = pixel(shares={NORTHLIGHT: ["ANALYZE"]})


@pytest.mark.parametrize(
    ("listed", "declared", "expected"),
    [
        (["ANALYZE", "EDIT"], share("ANALYZE"), Drift.MORE),
        (["ANALYZE", "EDIT"], share("ANALYZE", "UPLOAD"), Drift.OTHER),
        (["UPLOAD", "ANALYZE"], share("ANALYZE", "UPLOAD"), Drift.NONE),
        (["ANALYZE", "NEW_TASK"], share("ANALYZE"), Drift.NONE),
        (["ANALYZE", "EDIT"], share("EDIT", tasks_added_by_meta=["ANALYZE"]), Drift.NONE),
        # An update that sent nothing has recorded a task that Meta had added.
        (["ANALYZE", "EDIT"], share("ANALYZE", "EDIT", tasks_added_by_meta=["EDIT"]), Drift.NONE),
        # A read of an active share has recorded the tasks that Meta adds.
        (["ANALYZE", "ADVERTISE"], share("ANALYZE", status="PENDING"), Drift.NONE),
        *(
            (["ANALYZE", "ADVERTISE"], share("ANALYZE", status=status), Drift.MORE)
            for status in ("ACTIVE", "DECLINED")
        ),
        (["ANALYZE"], replace(share(), inputs={}), Drift.UNKNOWN),
    ],
)
def test_drift_compares_the_tasks_that_a_program_can_declare(
    listed: list[str], declared: StackResource, expected: Drift
) -> None:
    found = report(estate(pixel(shares={NORTHLIGHT: listed})), stacks=[stack(declared)])

    assert row(found).drift is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"inputs": {"expires_on": "2026-11-25"}}, End.OVERDUE),
        ({"inputs": {"expires_on": "2026-11-26"}}, End.EXPIRING),
        ({"inputs": {"expires_on": None}}, End.UNKNOWN),
    ],
)
def test_a_permission_ends_with_its_share_after_the_last_day(
    changes: dict[str, Any], expected: End
) -> None:
    others = share(name="no end"), share(name="later", inputs={"expires_on": "2027-03-31"})
    declared = stack(replace(share(), **changes), *others, permission())

    assert [each.end for each in report(estate(SHARED), stacks=[declared]).rows] == [expected] * 2


ENDED = {"expires_on": "2026-11-01"}
PENDING = share(agency=HARBOUR, status="PENDING", pending_request_id=REQUEST, inputs=ENDED)
ABSENT, NONE = ("ABSENT", Drift.ABSENT), Drift.NONE


@pytest.mark.parametrize(
    ("declared", "route", "expected"),
    [
        (share(inputs=ENDED), Route.SHARE, ABSENT),
        (permission(), Route.AD_ACCOUNT, ABSENT),
        (permission(status="WAITING_FOR_SHARE"), Route.AD_ACCOUNT, ("WAITING_FOR_SHARE", NONE)),
        (PENDING, Route.REQUEST, ABSENT),
        (share(status="DECLINED", inputs=ENDED), Route.REQUEST, ("DECLINED", NONE)),
    ],
)
def test_declared_access_that_meta_does_not_list_is_absent_and_not_overdue(
    declared: StackResource, route: Route, expected: tuple[str, Drift]
) -> None:
    (found,) = report(estate(pixel()), stacks=[stack(declared)]).rows

    assert (found.route, found.managed, found.tasks) == (route, Managed.YES, ())
    assert (found.status, found.drift, found.end) == (*expected, End.NONE)


@pytest.mark.parametrize(
    ("sent", "refused", "expected"),
    [
        ([request(agency=NORTHLIGHT)], [], "UNCONFIRMED"),
        ([request(agency=HARBOUR)], [], "ACTIVE"),
        ([replace(request(agency=""), others=frozenset({NORTHLIGHT}))], [], "ACTIVE"),
        ([], ["requests"], "UNKNOWN"),
        # The stack may have confirmed the share.
        ([request(agency=NORTHLIGHT)], ["state"], "UNKNOWN"),
    ],
)
def test_an_open_request_to_the_agency_leaves_the_status_of_a_listed_share_open(
    sent: list[SentRequest], refused: list[str], expected: str
) -> None:
    stacks = [stack(failed="no such stack" if "state" in refused else "")]

    found = report(estate(WITHOUT_ACCOUNT, requests=sent, refused=refused), stacks=stacks)
    with_account = report(estate(SHARED, requests=sent, refused=refused), stacks=stacks)

    assert row(found).status == expected
    # What another stack declares does not matter to a share that this one declares.
    declared = report(
        estate(WITHOUT_ACCOUNT, requests=sent, refused=refused),
        stacks=[stack(share(status="UNCONFIRMED")), *stacks],
    )
    assert row(declared).status == ("UNCONFIRMED" if "state" in refused else expected)
    # Only a business that has the pixel can permit an ad account.
    assert row(with_account).status == "ACTIVE"


def test_a_declared_pixel_of_no_business_is_unknown_and_a_missing_part() -> None:
    declared = stack(share(pixel="77", pixel_name="Old shop"))

    found = report(estate(SHARED), stacks=[declared])

    (unknown,) = (each for each in found.rows if each.pixel_id == "77")
    assert (unknown.status, unknown.drift, unknown.owner_id) == ("UNKNOWN", Drift.UNKNOWN, "")
    assert unknown.pixel_name == "Old shop"
    assert [(part.subject_id, part.part) for part in found.unread] == [("77", "shares")]


def test_a_pixel_is_without_access_only_if_all_its_lists_were_read() -> None:
    unread = [pixel(part, refused=[part]) for part in ("shares", "ad accounts", "users")]

    assert [each.id for each in report(estate(pixel(), *unread)).unused_pixels] == [PIXEL]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ([asked(PIXEL, on="2026-11-20")], [(PIXEL, Managed.YES, date(2026, 11, 20))]),
        ([asked(PIXEL), asked(PIXEL_2)], [(each, Managed.YES, None) for each in (PIXEL, PIXEL_2)]),
        ([], [("", Managed.NO, None)]),
        # A share that records no request may belong to this one.
        ([share(agency=HARBOUR, status="UNCONFIRMED")], [("", Managed.UNKNOWN, None)]),
        ([share(agency=NORTHLIGHT, status="UNCONFIRMED")], [("", Managed.NO, None)]),
    ],
)
def test_an_open_request_has_the_pixels_and_the_date_of_the_shares_that_wait_for_it(
    declared: list[StackResource], expected: list[tuple[str, Managed, date | None]]
) -> None:
    owned = estate(pixel(), pixel(PIXEL_2), requests=[request()])

    found = report(owned, stacks=[stack(*declared)])

    rows = [each for each in found.rows if each.route is Route.REQUEST]
    assert [(each.pixel_id, each.managed, each.open_since) for each in rows] == expected
    assert {(each.subject_id, each.business_id, each.status) for each in rows} == {
        (REQUEST, HARBOUR, "PENDING")
    }
    assert {each.drift for each in rows} == {Drift.NONE}


def test_a_listed_request_is_open_also_if_the_shares_of_its_pixel_were_not_read() -> None:
    unread = estate(pixel(refused=["shares"]), requests=[request()])

    assert row(report(unread, stacks=[stack(asked(PIXEL))]), Route.REQUEST).is_open_request


def test_an_accepted_share_is_active_and_has_no_open_request_although_the_stack_waits() -> None:
    accepted = pixel(shares={HARBOUR: ["ANALYZE"]})

    (only,) = report(estate(accepted), stacks=[stack(asked(PIXEL, on="2026-11-20"))]).rows

    assert (only.route, only.status, only.open_since) == (Route.SHARE, "ACTIVE", None)


@pytest.mark.parametrize(
    ("sent", "ended", "parts"),
    [
        ([request(agency="")], (), ["requests", "ad accounts", "users"]),
        ([], (REQUEST,), ["ad accounts", "users"]),
    ],
)
def test_an_unknown_business_that_received_a_request_leaves_parts_unread(
    sent: list[SentRequest], ended: tuple[str, ...], parts: list[str]
) -> None:
    found = report(replace(estate(WITHOUT_ACCOUNT, requests=sent), ended_to_unknown=ended))

    assert row(found).status == ("UNKNOWN" if sent else "ACTIVE")
    assert [(part.subject_id, part.part) for part in found.unread] == [
        (OWNER, each) for each in parts
    ]
    for part in found.unread:
        assert f"the business that received sharing request {REQUEST}" in part.reason
    # The open request may be for a share whose own request Meta no longer has.
    waiting = stack(share(agency=HARBOUR, status="PENDING", pending_request_id="77"))
    lost = report(estate(pixel(), requests=sent), stacks=[waiting])
    (status,) = (each.status for each in lost.rows if each.pixel_id)
    assert status == ("UNKNOWN" if sent else "ABSENT")


@pytest.mark.parametrize(
    ("other", "declared", "expected"),
    [
        (OWNER, [share()], OWNER),
        (HARBOUR, [], HARBOUR),
        ("1", [], "1"),
        # The declared share explains the access, although Meta lists only the other share.
        (HARBOUR, [share()], NORTHLIGHT),
    ],
)
def test_a_user_of_several_businesses_is_one_row_of_the_owner_or_of_a_business_with_the_share(
    other: str, declared: list[StackResource], expected: str
) -> None:
    lists = [user("11", NORTHLIGHT, "EDIT"), user("11", other, "ANALYZE")]
    shared = pixel(shares={HARBOUR: ["ANALYZE"]}, users=lists)

    found = row(report(estate(shared), stacks=[stack(*declared)]), Route.PERSON)

    assert (found.business_id, {*found.tasks}) == (expected, {"ANALYZE", "EDIT"})


RECORDS = [
    *(share(*tasks) for tasks in (["ANALYZE"], ["ANALYZE", "EDIT"], ["UPLOAD"])),
    # The tasks in this stack are a secret.
    replace(share(), inputs={}),
    *(
        share(status=status, pending_request_id=request, requested_on=f"2026-11-{day}")
        for status in ("PENDING", "UNCONFIRMED", "DECLINED")
        for request, day in ((REQUEST, 20), ("77", 10))
    ),
    *map(partial(permission, ACCOUNT, PIXEL, NORTHLIGHT), PermissionStatus),
]


@pytest.mark.parametrize("shares", [{}, {NORTHLIGHT: ["ANALYZE"]}])
@pytest.mark.parametrize("sent", [[], [request(agency=NORTHLIGHT)]])
def test_the_order_of_the_stacks_that_declare_the_same_access_changes_nothing(
    shares: dict[str, list[str]], sent: list[SentRequest]
) -> None:
    def result(*stacks: StackState) -> object:
        found = report(estate(pixel(shares=shares), requests=sent), stacks=stacks)
        facts = attrgetter("route", "subject_id", "status", "managed", "drift", "end", "open_since")
        rows = list(map(facts, found.rows))
        return rows, names(found)

    for record, other in combinations(RECORDS, 2):
        one, two = stack(record, name="shop/one"), stack(other, name="shop/two")
        assert result(one, two) == result(two, one), (record, other)


def test_drift_from_any_stack_is_found_and_the_earliest_end_counts() -> None:
    stacks = [
        stack(share(inputs={"expires_on": "2027-03-31"}), name="shop/one"),
        stack(share("ANALYZE", "UPLOAD", inputs={"expires_on": "2026-11-01"}), name="shop/two"),
        # The tasks in this stack are a secret.
        stack(replace(share(), inputs={}), name="shop/three"),
    ]

    found = row(report(estate(SHARED), stacks=stacks))

    assert (found.drift, found.declared_tasks) == (Drift.FEWER, ("ANALYZE", "UPLOAD"))
    assert (found.end, found.expires_on) == (End.OVERDUE, date(2026, 11, 1))
    assert set(found.stack.split(", ")) == {"shop/one", "shop/two", "shop/three"}
