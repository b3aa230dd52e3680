"""The rows and findings of an agency's side, from estates that the agency read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from metapixel_cli.access.evaluation.report import Drift, Managed, Route
from metapixel_cli.stacks.export import StackState
from metapixel_provider.sharing.estate.estate import Estate
from tests.cli.access.estates import (
    ACCOUNT,
    NOW,
    REQUEST,
    names,
    permission,
    pixel,
    received,
    report,
    request,
    row,
    share,
    stack,
    standing,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2

ADVERTISE = {NORTHLIGHT: ["ADVERTISE", "ANALYZE"]}


def test_a_permission_that_no_stack_declares_is_a_finding_and_a_share_is_none() -> None:
    found = report(received(pixel(shares=ADVERTISE, accounts={NORTHLIGHT: [ACCOUNT]})))

    assert names(found) == ["unmanaged"]
    assert row(found, Route.AD_ACCOUNT).findings == found.findings
    assert row(found).managed is Managed.BY_OWNER
    assert found.findings[0].sentence.startswith(f"Client Acme Outdoor ({OWNER}): No stack decl")


def test_an_agency_with_every_pixel_and_the_task_edit_has_no_finding_of_an_owner() -> None:
    pixels = [pixel(each, {NORTHLIGHT: ["EDIT", "UPLOAD"]}) for each in ("1", "2", "3")]

    assert names(report(received(*pixels))) == ["without-ad-account"] * 3


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [
        (["ADVERTISE"], "none of the agency's ad accounts may use pixel"),
        (["ANALYZE", "UPLOAD"], "none of the agency's ad accounts may use pixel"),
        (["UPLOAD"], "is shared only for UPLOAD, so no ad account may use it."),
        (["UPLOAD", "NEW_TASK"], "which this version does not know."),
    ],
)
def test_the_tasks_decide_whether_an_ad_account_is_missing_or_impossible(
    tasks: list[str], sentence: str
) -> None:
    (found,) = report(received(pixel(shares={NORTHLIGHT: tasks}))).findings

    assert sentence.lower() in found.sentence.lower()


def test_a_time_that_meta_hides_from_an_agency_makes_no_pixel_silent() -> None:
    accounts = {NORTHLIGHT: [ACCOUNT]}
    silent = pixel(PIXEL, ADVERTISE, accounts, last_fired=NOW - timedelta(days=99))
    hidden = pixel(PIXEL_2, ADVERTISE, accounts, last_fired=None)
    declared = stack(permission(), permission(pixel=PIXEL_2))

    found = report(received(silent, hidden), stacks=[declared])

    assert [(each.name, each.pixel_id) for each in found.findings] == [("silent-pixel", PIXEL)]


# Requests


@pytest.mark.parametrize(
    ("stacks", "answer"),
    [
        ([], "no stack accepts it"),
        ([stack(standing())], "the standing response of stack shop/prod accepts it"),
        ([stack(standing("2026-11-26"))], "the standing response of stack shop/prod accepts it"),
        ([stack(standing("2026-11-25"))], "no stack accepts it"),
        ([stack(standing("2026-11-25")), stack(standing(), name="new")], "no stack accepts it"),
    ],
)
def test_an_open_request_waits_for_the_agency_or_a_standing_response_until_its_last_day(
    stacks: list[StackState], answer: str
) -> None:
    found = report(received(requests=[request(agency=NORTHLIGHT)]), stacks=stacks)

    assert names(found) == ["open-request"]
    assert found.findings[0].sentence == (
        f"Client Acme Outdoor ({OWNER}): Sharing request {REQUEST} waits for an answer: {answer}."
    )


def test_an_owner_that_meta_does_not_name_is_unknown_and_never_the_agency() -> None:
    nobody = received(
        pixel(shares={NORTHLIGHT: ["UPLOAD"]}), requests=[request(agency=NORTHLIGHT)], owner=""
    )
    found = report(nobody, stacks=[stack(standing())])

    assert {each.owner_id for each in found.rows} == {""}
    assert all(each.sentence.startswith("Unknown client: ") for each in found.findings)
    assert row(found, Route.REQUEST).managed is Managed.BY_OWNER
    # The agency's own list has only what the agency has accepted.
    assert row(found).status == "ACTIVE"


# Losses

BACK = received(pixel(shares=ADVERTISE))
PART = received(pixel(shares=ADVERTISE, refused=["ad accounts"]))


@pytest.mark.parametrize(
    ("read", "status", "expected", "findings", "unread"),
    [
        # A complete list without a pixel proves that its owner took it away.
        (received(), "ACTIVE", "ENDED_BY_OWNER", ["ended-by-owner"], []),
        (received(), "ENDED_BY_OWNER", "ENDED_BY_OWNER", ["ended-by-owner"], []),
        (received(refused=["pixels"]), "ACTIVE", "UNKNOWN", [], ["pixels"]),
        (PART, "ACTIVE", "UNKNOWN", [], ["ad accounts"]),
        (received(), "WAITING_FOR_SHARE", "WAITING_FOR_SHARE", [], []),
        # A pixel that came back waits for the next update.
        (BACK, "ENDED_BY_OWNER", "WAITING_FOR_SHARE", ["without-ad-account"], []),
    ],
)
def test_a_permission_that_meta_does_not_list(
    read: Estate, status: str, expected: str, findings: list[str], unread: list[str]
) -> None:
    # A part that was not read can be in the estate of each client.
    found = report(read, read, stacks=[stack(permission(status=status))])

    lost = row(found, Route.AD_ACCOUNT)
    assert (lost.status, names(found)) == (expected, findings)
    assert (lost.drift is Drift.ABSENT) is (expected == "ENDED_BY_OWNER")
    assert [part.part for part in found.unread] == unread


def test_the_owner_of_a_lost_pixel_comes_from_the_standing_response_it_depends_on() -> None:
    answer, lost = stack(standing(), permission()).resources
    depending = replace(lost, dependencies=frozenset({answer.urn}))

    found = report(received(), stacks=[StackState("shop/prod", (answer, depending))])

    assert row(found, Route.AD_ACCOUNT).owner_id == OWNER


def test_the_agencys_own_pixels_and_other_businesses_are_not_part_of_the_report() -> None:
    declared = stack(permission(), permission(pixel=PIXEL_2, business=HARBOUR))
    mine = replace(received(), own_pixels=frozenset({PIXEL}))

    assert report(mine, stacks=[declared]).rows == ()


def test_a_share_of_the_owners_stack_is_compared_with_the_agencys_list() -> None:
    found = report(received(pixel(shares=ADVERTISE)), stacks=[stack(share("UPLOAD"))])

    assert "drifted" in names(found)
