"""Rows: what Meta lists, joined with what stacks declare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from metapixel_cli.access.judging.report import Drift, End, Managed, Route
from tests.cli.access.estates import (
    ACCOUNT,
    REQUEST,
    estate,
    permission,
    pixel,
    report,
    request,
    row,
    share,
    stack,
    user,
)
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL, PIXEL_2

SHARED = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, accounts={NORTHLIGHT: [ACCOUNT]})


def test_a_share_that_a_stack_declares_is_managed_and_active() -> None:
    declared = share(inputs={"expires_on": "2026-12-31", "reason": "Spring"})

    found = row(report(estate(SHARED), stacks=[stack(declared)]))

    assert (found.managed, found.status, found.drift) == (Managed.YES, "ACTIVE", Drift.NONE)
    assert (found.end, found.expires_on) == (End.EXPIRING, date(2026, 12, 31))
    assert (found.reason, found.stack, found.urn) == ("Spring", "shop/prod", declared.urn)


def test_access_that_no_stack_declares_is_unmanaged() -> None:
    found = report(estate(SHARED), stacks=[stack()])

    assert [each.managed for each in found.rows] == [Managed.NO, Managed.NO]


@pytest.mark.parametrize(
    ("listed", "declared", "expected"),
    [
        (["ANALYZE", "EDIT"], ["ANALYZE"], Drift.MORE),
        (["ANALYZE"], ["ANALYZE", "UPLOAD"], Drift.FEWER),
        (["ANALYZE", "EDIT"], ["ANALYZE", "UPLOAD"], Drift.OTHER),
        (["UPLOAD", "ANALYZE"], ["ANALYZE", "UPLOAD"], Drift.NONE),
        (["ANALYZE", "NEW_TASK"], ["ANALYZE"], Drift.NONE),
    ],
)
def test_drift_compares_the_tasks_that_a_program_can_declare(
    listed: list[str], declared: list[str], expected: Drift
) -> None:
    found = report(estate(pixel(shares={NORTHLIGHT: listed})), stacks=[stack(share(*declared))])

    assert row(found).drift is expected


def test_a_task_that_meta_added_by_itself_is_no_drift() -> None:
    shared = pixel(shares={NORTHLIGHT: ["ANALYZE", "ADVERTISE"]})
    declared = share("ADVERTISE", tasks_added_by_meta=["ANALYZE"])

    assert row(report(estate(shared), stacks=[stack(declared)])).drift is Drift.NONE


@pytest.mark.parametrize(("status", "expected"), [("PENDING", Drift.NONE), ("ACTIVE", Drift.MORE)])
def test_a_task_that_meta_may_imply_is_no_drift_until_a_read_has_recorded_the_tasks(
    status: str, expected: Drift
) -> None:
    shared = pixel(shares={NORTHLIGHT: ["ANALYZE", "ADVERTISE"]})
    declared = share("ANALYZE", status=status)

    assert row(report(estate(shared), stacks=[stack(declared)])).drift is expected


def test_the_drift_of_secret_tasks_is_unknown() -> None:
    secret = share()
    secret = type(secret)(secret.urn, secret.type, secret.key, {}, secret.outputs)

    assert row(report(estate(SHARED), stacks=[stack(secret)])).drift is Drift.UNKNOWN


def test_a_declared_share_that_meta_does_not_list_is_absent() -> None:
    found = row(report(estate(pixel()), stacks=[stack(share())]))

    assert (found.managed, found.status, found.drift) == (Managed.YES, "ABSENT", Drift.ABSENT)
    assert (found.tasks, found.declared_tasks) == ((), ("ANALYZE",))


def test_a_declared_permission_that_meta_does_not_list_is_absent() -> None:
    found = report(estate(pixel()), stacks=[stack(permission())])

    assert row(found, Route.AD_ACCOUNT).drift is Drift.ABSENT


def test_a_permission_that_waits_for_its_share_is_not_absent() -> None:
    waiting = permission(status="WAITING_FOR_SHARE")

    found = row(report(estate(pixel()), stacks=[stack(waiting)]), Route.AD_ACCOUNT)

    assert (found.status, found.drift) == ("WAITING_FOR_SHARE", Drift.NONE)


def test_a_permission_ends_with_its_share() -> None:
    declared = stack(share(inputs={"expires_on": "2026-11-25"}), permission())

    found = report(estate(SHARED), stacks=[declared])

    assert [each.end for each in found.rows] == [End.OVERDUE, End.OVERDUE]


def test_the_last_day_itself_is_not_overdue() -> None:
    declared = stack(share(inputs={"expires_on": "2026-11-26"}))

    assert row(report(estate(SHARED), stacks=[declared])).end is End.EXPIRING


def test_absent_access_is_not_overdue() -> None:
    declared = stack(share(inputs={"expires_on": "2026-11-25"}))

    assert row(report(estate(pixel()), stacks=[declared])).end is End.NONE


@pytest.mark.parametrize("part", ["shares", "ad accounts"])
def test_declared_access_is_unknown_if_its_part_was_refused(part: str) -> None:
    declared = {"shares": share(), "ad accounts": permission()}[part]

    (found,) = report(estate(pixel(refused=[part])), stacks=[stack(declared)]).rows

    assert (found.status, found.drift, found.end) == ("UNKNOWN", Drift.UNKNOWN, End.UNKNOWN)


def test_a_stack_that_was_not_read_makes_undeclared_access_unknown() -> None:
    read, unread = stack(share()), stack(name="other", failed="no such stack")

    found = report(estate(SHARED), stacks=[read, unread])

    assert row(found).managed is Managed.YES
    assert row(found, Route.AD_ACCOUNT).managed is Managed.UNKNOWN


def test_a_declared_pixel_of_no_business_is_unknown_and_a_missing_part() -> None:
    declared = stack(share(pixel="77", pixel_name="Old shop"))

    found = report(estate(SHARED), stacks=[declared])

    (unknown,) = (each for each in found.rows if each.pixel_id == "77")
    assert (unknown.status, unknown.drift, unknown.owner_id) == ("UNKNOWN", Drift.UNKNOWN, "")
    assert unknown.pixel_name == "Old shop"
    assert [(part.subject_id, part.part) for part in found.unread] == [("77", "shares")]


def test_a_declared_pixel_may_be_among_pixels_that_were_refused() -> None:
    found = report(estate(refused=["pixels"]), stacks=[stack(share())])

    assert row(found).status == "UNKNOWN"
    assert [part.part for part in found.unread] == ["pixels"]


def test_a_pending_share_is_a_request_with_its_pixel_and_date() -> None:
    pending = share(
        agency=HARBOUR,
        status="PENDING",
        pending_request_id=REQUEST,
        requested_on="2026-11-20",
    )

    found = report(estate(pixel(), requests=[request()]), stacks=[stack(pending)])

    (only,) = found.rows
    assert (only.route, only.pixel_id, only.subject_id) == (Route.REQUEST, PIXEL, REQUEST)
    assert (only.status, only.managed, only.drift) == ("PENDING", Managed.YES, Drift.NONE)
    assert only.open_since == date(2026, 11, 20)


def test_one_request_for_two_pixels_has_two_rows() -> None:
    pending = [
        share(pixel=each, agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)
        for each in (PIXEL, PIXEL_2)
    ]
    owned = estate(pixel(), pixel(PIXEL_2), requests=[request()])

    found = report(owned, stacks=[stack(*pending)])

    assert [each.pixel_id for each in found.rows] == [PIXEL, PIXEL_2]


def test_a_request_that_no_stack_records_has_no_pixel_and_no_date() -> None:
    (only,) = report(estate(pixel(), requests=[request()]), stacks=[stack()]).rows

    assert (only.pixel_id, only.business_id, only.open_since) == ("", HARBOUR, None)
    assert only.managed is Managed.NO


def test_a_request_may_belong_to_a_share_that_records_no_request() -> None:
    adopted = share(agency=HARBOUR, status="UNCONFIRMED")

    found = report(estate(pixel(), requests=[request()]), stacks=[stack(adopted)])

    assert row(found, Route.REQUEST).managed is Managed.UNKNOWN


def test_a_recorded_request_that_is_no_longer_open_is_absent() -> None:
    pending = share(agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)

    found = row(report(estate(pixel()), stacks=[stack(pending)]), Route.REQUEST)

    assert (found.status, found.drift) == ("ABSENT", Drift.ABSENT)


def test_a_recorded_request_is_unknown_if_the_requests_were_refused() -> None:
    pending = share(agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)
    owned = estate(pixel(), refused=["requests"])

    found = row(report(owned, stacks=[stack(pending)]), Route.REQUEST)

    assert (found.status, found.drift) == ("UNKNOWN", Drift.UNKNOWN)


@pytest.mark.parametrize("status", ["DECLINED", "EXPIRED", "CANCELED"])
def test_a_request_that_ended_keeps_its_recorded_status(status: str) -> None:
    ended = share(agency=HARBOUR, status=status)

    found = row(report(estate(pixel()), stacks=[stack(ended)]), Route.REQUEST)

    assert (found.status, found.drift) == (status, Drift.NONE)


def test_an_accepted_share_is_active_although_the_stack_still_waits() -> None:
    accepted = pixel(shares={HARBOUR: ["ANALYZE"]})
    pending = share(agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)

    (only,) = report(estate(accepted), stacks=[stack(pending)]).rows

    assert (only.route, only.status) == (Route.SHARE, "ACTIVE")


def test_a_listed_share_is_unconfirmed_while_a_request_to_the_agency_is_open() -> None:
    listed = pixel(shares={HARBOUR: ["ANALYZE"]})

    found = report(estate(listed, requests=[request()]))

    assert row(found).status == "UNCONFIRMED"


def test_the_status_of_a_share_is_unknown_if_the_requests_were_refused() -> None:
    assert row(report(estate(SHARED, refused=["requests"]))).status == "UNKNOWN"


def test_the_status_of_a_share_is_unknown_if_a_request_is_open_to_an_unknown_business() -> None:
    found = report(estate(SHARED, requests=[request(agency="")]))

    assert row(found).status == "UNKNOWN"
    assert {part.part for part in found.unread} == {"requests", "ad accounts", "users"}
    for part in found.unread:
        assert f"the business that received sharing request {REQUEST}" in part.reason


def test_ad_accounts_and_users_are_not_read_if_an_ended_request_went_to_an_unknown_business() -> (
    None
):
    read = estate(SHARED)
    ended = tuple(f"240{number}" for number in range(7))

    found = report(replace(read, ended_to_unknown=ended))

    assert row(found).status == "ACTIVE"
    reasons = {(part.subject_id, part.part): part.reason for part in found.unread}
    assert reasons == {
        (OWNER, part): (
            f"Meta did not return the business that received sharing requests 2400, 2401, 2402, "
            f"2403, 2404, and 2 more, so the {part} of that business were not read; look the "
            f"business up in Business Settings, and add --agency"
        )
        for part in ("ad accounts", "users")
    }


def test_a_share_is_active_if_the_unknown_business_of_a_request_is_another_one() -> None:
    sent = replace(request(agency=""), others=frozenset({NORTHLIGHT}))

    found = report(estate(SHARED, requests=[sent]))

    assert row(found).status == "ACTIVE"


def test_users_are_rows_of_their_own_business_without_a_drift() -> None:
    users = [user("11", NORTHLIGHT), user("12", OWNER, "EDIT", system=True)]

    found = report(estate(pixel(users=users)), stacks=[stack()])

    person, system = row(found, Route.PERSON), row(found, Route.SYSTEM_USER)
    assert (person.business_id, person.tasks) == (NORTHLIGHT, ("ANALYZE",))
    assert (system.business_id, system.tasks) == (OWNER, ("EDIT",))
    assert person.drift is system.drift is Drift.NONE


@pytest.mark.parametrize(("other", "expected"), [(OWNER, OWNER), (HARBOUR, HARBOUR), ("1", "1")])
def test_a_user_of_several_businesses_is_one_row_of_the_owner_or_of_a_business_with_the_share(
    other: str, expected: str
) -> None:
    shared = pixel(shares={HARBOUR: ["ANALYZE"]}, users=[user("11", NORTHLIGHT, others=[other])])

    assert row(report(estate(shared)), Route.PERSON).business_id == expected


def test_two_stacks_with_the_same_share_are_both_named() -> None:
    stacks = [stack(share(), name="one"), stack(share(), name="two")]

    assert row(report(estate(SHARED), stacks=stacks)).stack == "one, two"


def test_two_agencies_of_the_same_name_are_two_rows() -> None:
    shared = pixel(shares={"501": ["ANALYZE"], "502": ["ANALYZE"]})
    found = report(estate(shared))

    assert [each.business_id for each in found.rows] == ["501", "502"]


def test_an_ad_account_without_a_share_is_listed() -> None:
    left = pixel(accounts={HARBOUR: [HARBOUR_ACCOUNT]})

    found = row(report(estate(left)), Route.AD_ACCOUNT)

    assert (found.business_id, found.status) == (HARBOUR, "ACTIVE")


def test_the_contact_of_an_agency_is_on_its_rows() -> None:
    found = report(estate(SHARED), contacts={NORTHLIGHT: "anna@shop.example"})

    assert {each.contact for each in found.rows} == {"anna@shop.example"}


def test_the_end_of_an_access_is_unknown_if_it_is_secret_in_the_state() -> None:
    declared = replace(share(), secret_inputs=frozenset({"expires_on"}))

    assert row(report(estate(SHARED), stacks=[stack(declared)])).end is End.UNKNOWN


@pytest.mark.parametrize("order", [1, -1])
def test_drift_from_any_stack_is_found_and_the_earliest_end_counts(order: int) -> None:
    stacks = [
        stack(share(inputs={"expires_on": "2027-03-31"}), name="shop/one"),
        stack(share("ANALYZE", "UPLOAD", inputs={"expires_on": "2026-11-01"}), name="shop/two"),
    ]

    found = row(report(estate(SHARED), stacks=stacks[::order]))

    assert (found.drift, found.declared_tasks) == (Drift.FEWER, ("ANALYZE", "UPLOAD"))
    assert (found.end, found.expires_on) == (End.OVERDUE, date(2026, 11, 1))
    assert set(found.stack.split(", ")) == {"shop/one", "shop/two"}
