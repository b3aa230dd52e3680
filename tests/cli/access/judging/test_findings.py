"""Findings, accepted findings, and no finding without a read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from metapixel_cli.access.judging.report import Managed, Route
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import Accepted
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
    row,
    share,
    stack,
    user,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3

SHARED = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, accounts={NORTHLIGHT: [ACCOUNT]})


def test_managed_access_as_declared_has_no_finding() -> None:
    assert names(report(estate(SHARED), stacks=[stack(share(), permission())])) == []


def test_each_unmanaged_route_is_a_finding() -> None:
    owned = estate(
        pixel(
            shares={NORTHLIGHT: ["ANALYZE"]},
            accounts={NORTHLIGHT: [ACCOUNT]},
            users=[user("11", NORTHLIGHT)],
        ),
        requests=[request()],
    )

    assert names(report(owned, stacks=[stack()])) == ["unmanaged"] * 4


def test_no_access_is_unmanaged_while_a_stack_is_unread() -> None:
    assert names(report(estate(SHARED), stacks=[stack(failed="no such stack")])) == []


def test_unmanaged_access_that_a_killed_run_may_have_left_says_how_to_end_it() -> None:
    killed = [share(name="one"), permission()]

    share_, account = report(estate(SHARED), stacks=[stack(killed=killed)]).findings

    assert (share_.name, account.name) == ("unmanaged", "unmanaged")
    assert share_.sentence.startswith(
        f"No stack declares the share of pixel Web shop ({PIXEL}) with business Northlight Media "
        f"({NORTHLIGHT}); a killed run may have left it: declare 'one' in stack shop/prod again, "
        f"and run `pulumi up`"
    )
    assert "a killed run" in account.sentence
    assert account.subject_id == ACCOUNT


@pytest.mark.parametrize("name", ["shop/prod", "shop/other"])
def test_a_killed_creation_that_a_stack_has_recorded_since_is_no_finding(name: str) -> None:
    stacks = [stack(permission(), killed=[share()]), stack(share(), name=name)]

    assert names(report(estate(SHARED), stacks=stacks)) == []


def test_a_killed_creation_without_access_at_meta_is_no_finding() -> None:
    assert names(report(estate(pixel()), stacks=[stack(killed=[share(), permission()])])) == []


def test_an_open_request_may_be_of_a_killed_run_for_the_same_agency() -> None:
    owned = estate(pixel(), requests=[request(), request("24", NORTHLIGHT)])

    first, second = report(owned, stacks=[stack(killed=[share(agency=HARBOUR)])]).findings

    assert (first.subject_id, "a killed run" in first.sentence) == (REQUEST, True)
    assert (second.subject_id, "a killed run" in second.sentence) == ("24", False)


def test_a_request_is_not_of_a_killed_run_for_a_pixel_of_another_owner() -> None:
    other = "1009"
    killed = [stack(killed=[share(agency=HARBOUR)])]
    asking = estate(requests=[request()], business=other)

    (found,) = report(estate(pixel()), asking, stacks=killed).findings
    # The pixels of the first owner were not read, so its request may be the one of the killed run.
    (unread,) = report(estate(refused=["pixels"]), asking, stacks=killed).findings

    assert "a killed run" not in found.sentence
    assert "a killed run" in unread.sentence


@pytest.mark.parametrize("name", ["shop/other", "shop/prod"])
def test_access_that_two_resources_declare_is_a_finding(name: str) -> None:
    stacks = [
        stack(share(name="one"), permission()),
        stack(share(name="two"), name=name),
    ]

    (finding,) = report(estate(SHARED), stacks=stacks).findings

    assert (finding.name, finding.subject_id) == ("declared-twice", "")
    assert f"by 'one' in stack shop/prod and 'two' in stack {name}, so" in finding.sentence


def test_a_permission_that_two_stacks_declare_is_a_finding() -> None:
    stacks = [stack(share(), permission()), stack(permission(), name="shop/other")]

    (finding,) = report(estate(SHARED), stacks=stacks).findings

    assert (finding.name, finding.subject_id) == ("declared-twice", ACCOUNT)


def test_a_resource_in_a_stack_and_in_its_exported_state_counts_once() -> None:
    exported = stack(share("UPLOAD"), permission())

    found = report(estate(SHARED), stacks=[stack(share(), permission()), exported])

    assert names(found) == []


def test_users_of_the_owner_and_of_a_managed_agency_are_no_finding() -> None:
    users = [user("11", NORTHLIGHT), user("12", OWNER)]
    shared = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, users=users)

    assert names(report(estate(shared), stacks=[stack(share())])) == []


def test_a_user_who_stayed_after_the_share_is_a_finding() -> None:
    found = report(estate(pixel(users=[user("11", NORTHLIGHT)])), stacks=[stack()])

    (finding,) = found.findings
    assert (finding.name, finding.subject_id) == ("unmanaged", "11")
    assert "but this business has no share." in finding.sentence


@pytest.mark.parametrize("shared", [OWNER, HARBOUR])
def test_a_user_with_a_role_at_the_owner_or_a_managed_agency_is_no_finding(shared: str) -> None:
    users = [user("11", NORTHLIGHT, others=[shared])]
    found = report(
        estate(pixel(shares={HARBOUR: ["ANALYZE"]}, users=users)),
        stacks=[stack(share(agency=HARBOUR))],
    )

    assert names(found) == []


def test_a_user_of_two_businesses_without_a_share_is_one_finding() -> None:
    users = [user("11", NORTHLIGHT, others=[HARBOUR])]

    assert names(report(estate(pixel(users=users)), stacks=[stack()])) == ["unmanaged"]


@pytest.mark.parametrize("part", ["shares", "users"])
def test_a_user_is_unknown_if_the_shares_or_the_users_were_refused(part: str) -> None:
    unread = pixel(users=[user("11", NORTHLIGHT)], refused=[part])

    found = report(estate(unread), stacks=[stack()])

    assert (names(found), row(found, Route.PERSON).managed) == ([], Managed.UNKNOWN)


def test_drift_names_the_tasks_of_both_sides() -> None:
    listed = pixel(shares={NORTHLIGHT: ["ANALYZE", "UPLOAD"]})

    (finding,) = report(estate(listed), stacks=[stack(share("ANALYZE", "EDIT"))]).findings

    assert finding.name == "drifted"
    assert "Meta also lists UPLOAD, and does not list EDIT" in finding.sentence


def test_access_after_its_end_is_a_finding() -> None:
    declared = stack(share(inputs={"expires_on": "2026-11-25"}), permission())

    assert names(report(estate(SHARED), stacks=[declared])) == ["overdue", "overdue"]


@pytest.mark.parametrize(
    ("asked", "expected"), [("2026-11-12", []), ("2026-11-11", ["open-request"])]
)
def test_a_request_is_a_finding_only_after_the_days(asked: str, expected: list[str]) -> None:
    pending = share(
        agency=HARBOUR, status="PENDING", pending_request_id=REQUEST, requested_on=asked
    )

    found = report(estate(pixel(), requests=[request()]), stacks=[stack(pending)])

    assert names(found) == expected


def test_advertise_needs_an_ad_account_that_may_use_the_pixel() -> None:
    without = pixel(shares={NORTHLIGHT: ["ADVERTISE"]})
    with_one = pixel(shares={NORTHLIGHT: ["ADVERTISE"]}, accounts={NORTHLIGHT: [ACCOUNT]})
    declared = stack(share("ADVERTISE"), permission())

    assert "without-ad-account" in names(report(estate(without), stacks=[declared]))
    assert names(report(estate(with_one), stacks=[declared])) == []


def test_advertise_that_meta_added_needs_no_ad_account() -> None:
    listed = pixel(shares={NORTHLIGHT: ["ANALYZE", "ADVERTISE"]})
    declared = share("ANALYZE", tasks_added_by_meta=["ADVERTISE"])

    assert "without-ad-account" not in names(report(estate(listed), stacks=[stack(declared)]))


def test_advertise_is_no_finding_while_the_stack_that_may_show_its_origin_is_unread() -> None:
    listed = pixel(shares={NORTHLIGHT: ["ANALYZE", "ADVERTISE"]})

    assert "without-ad-account" not in names(
        report(estate(listed), stacks=[stack(failed="no such stack")])
    )


def test_advertise_is_no_finding_if_the_ad_accounts_were_refused() -> None:
    unread = pixel(shares={NORTHLIGHT: ["ADVERTISE"]}, refused=["ad accounts"])

    assert names(report(estate(unread), stacks=[stack(share("ADVERTISE"))])) == []


@pytest.mark.parametrize(
    ("last_fired", "expected"),
    [
        (NOW - timedelta(days=30), []),
        (NOW - timedelta(days=31), ["silent-pixel"]),
        (None, ["silent-pixel"]),
    ],
)
def test_a_pixel_without_events_is_a_finding(
    last_fired: datetime | None, expected: list[str]
) -> None:
    assert names(report(estate(pixel(last_fired=last_fired)))) == expected


def test_edit_of_an_agency_is_a_finding_although_it_is_declared() -> None:
    shared = pixel(shares={NORTHLIGHT: ["EDIT"]})

    assert names(report(estate(shared), stacks=[stack(share("EDIT"))])) == ["edit"]


def test_an_unknown_task_is_a_finding_and_not_a_difference() -> None:
    shared = pixel(shares={NORTHLIGHT: ["ANALYZE", "NEW_TASK"]})

    found = report(estate(shared), stacks=[stack(share("ANALYZE"))])

    assert names(found) == ["unknown-task"]
    assert "lists NEW_TASK for business" in found.findings[0].sentence


def three(refused: str = "") -> list[str]:
    """Return the findings about agencies of three pixels, of which Northlight has all."""
    shares = [{NORTHLIGHT: ["ANALYZE"], HARBOUR: ["ANALYZE"]}] * 2 + [{NORTHLIGHT: ["ANALYZE"]}]
    pixels = [
        pixel(id_, shares=each, refused=[refused] if id_ == PIXEL_3 else [])
        for id_, each in zip((PIXEL, PIXEL_2, PIXEL_3), shares, strict=True)
    ]
    found = report(estate(*pixels))
    return [each.business_id for each in found.findings if each.name == "all-pixels"]


def test_an_agency_that_has_all_of_three_pixels_is_a_finding() -> None:
    assert three() == [NORTHLIGHT]


def test_an_agency_of_all_pixels_is_no_finding_if_one_list_was_refused() -> None:
    assert three(refused="shares") == []


def test_an_agency_that_has_both_of_two_pixels_is_no_finding() -> None:
    shares = {NORTHLIGHT: ["ANALYZE"]}

    found = report(estate(pixel(shares=shares), pixel(PIXEL_2, shares=shares)))

    assert "all-pixels" not in names(found)


def accepted(day: date, **ids: str) -> Accepted:
    return Accepted(FindingName.UNMANAGED, "Sister company", day, **ids)


def test_an_accepted_finding_stays_counted_and_is_not_open() -> None:
    entry = accepted(date(2026, 11, 26), pixel_id=PIXEL, business_id=NORTHLIGHT)

    found = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})), accepted=[entry])

    (finding,) = found.findings
    assert not finding.is_open
    assert finding.acceptance
    assert finding.acceptance.reason == "Sister company"


def test_an_accepted_finding_comes_back_when_it_lapses() -> None:
    entry = accepted(date(2026, 11, 25), business_id=NORTHLIGHT)

    (finding,) = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})), accepted=[entry]).findings

    assert finding.is_open
    assert finding.acceptance
    assert finding.acceptance.has_lapsed


def test_an_entry_that_has_not_lapsed_takes_precedence() -> None:
    entries = [accepted(date(2026, 11, 25)), accepted(date(2026, 12, 25))]

    (finding,) = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})), accepted=entries).findings

    assert not finding.is_open


@pytest.mark.parametrize(
    "ids", [{"pixel_id": PIXEL_2}, {"business_id": HARBOUR}, {"subject_id": ACCOUNT}]
)
def test_an_entry_about_other_access_accepts_nothing(ids: dict[str, str]) -> None:
    entry = accepted(date(2026, 12, 25), **ids)

    (finding,) = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})), accepted=[entry]).findings

    assert finding.acceptance is None


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


def test_any_date_of_today_can_be_given() -> None:
    silent = estate(pixel(last_fired=NOW))

    assert names(report(silent, today=date.min)) == []
    assert names(report(silent, today=date.max)) == ["silent-pixel"]
