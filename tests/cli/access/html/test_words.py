"""The words of the page, which have to cover everything that a report can contain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_cli.access.judging.report import Drift, End, Managed, Route, Row
from metapixel_cli.access.rendering.html import words
from tests.support import example_report as access

SHARE = access.row(Route.SHARE, access.SHOP, access.HARBOUR, tasks=("ADVERTISE", "ANALYZE"))
REQUEST = access.row(Route.REQUEST, access.SHOP, access.HARBOUR, status="PENDING")


def test_every_route_finding_and_comparison_has_words() -> None:
    assert set(words.ROUTES) == set(Route)
    assert set(words.MANAGED) == set(Managed)


def test_tasks_have_a_fixed_order_and_an_unknown_task_keeps_its_name() -> None:
    assert words.tasks(("NEW_TASK", "EDIT", "ANALYZE")) == ("Analyze", "Edit", "NEW_TASK")


def test_a_share_allows_its_tasks_and_an_ad_account_ads() -> None:
    account = access.row(Route.AD_ACCOUNT, access.SHOP, access.HARBOUR, ("1", "Account"))

    assert words.may(SHARE) == ("Analyze", "Advertise")
    assert words.may(account) == ("Use it for ads",)


@pytest.mark.parametrize(
    "row",
    [
        REQUEST,
        replace(SHARE, tasks=(), status="ABSENT", drift=Drift.ABSENT),
        replace(SHARE, tasks=(), status="UNKNOWN"),
        access.row(Route.AD_ACCOUNT, access.SHOP, access.HARBOUR, status="WAITING_FOR_SHARE"),
    ],
)
def test_access_that_meta_does_not_list_allows_nothing(row: Row) -> None:
    assert words.may(row) == ()
    assert words.notes(row)


def test_active_access_as_declared_needs_no_note() -> None:
    assert words.notes(replace(SHARE, declared_tasks=("ADVERTISE", "ANALYZE"))) == ()


def test_a_request_without_pixels_states_that_meta_does_not_list_them() -> None:
    assert "Meta does not list the pixels and tasks of a request." in words.notes(REQUEST)


def test_a_drifted_share_names_the_declared_tasks() -> None:
    drifted = replace(SHARE, declared_tasks=("ANALYZE",), drift=Drift.MORE)

    assert words.notes(drifted) == ("Declared in code: Analyze.",)


def test_an_overdue_end_is_different_from_an_end_to_come() -> None:
    coming = access.report().rows[0]

    assert words.end(coming) == "31 March 2027"
    assert words.end(replace(coming, end=End.OVERDUE)) == "Should have ended on 31 March 2027"
    assert words.end(replace(coming, end=End.UNKNOWN)) == "Not known"
    assert words.end(SHARE) == "No end date"


def test_names_are_in_the_order_of_their_numbers() -> None:
    names = ["Shop 10", "shop 9", "", "10", "9"]

    assert sorted(names, key=lambda each: words.order(each, "")) == [
        "", "9", "10", "shop 9", "Shop 10",
    ]  # fmt: skip
