"""The rows and findings of an agency's side, from estates that the agency read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from metapixel_cli.access.judging.judge import judge
from metapixel_cli.access.judging.report import Managed, Report, Route
from metapixel_cli.access.reading import Observed, StackRead
from tests.cli.access.estates import (
    ACCOUNT,
    NOW,
    REQUEST,
    TODAY,
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


def lost(*resources: StackRead, **refused: list[str]) -> Report:
    """Return the report after the owner has taken away the only pixel."""
    return report(received(**refused), stacks=resources)  # type: ignore[arg-type]


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


def test_a_pixel_whose_ad_accounts_were_not_read_does_not_lack_one() -> None:
    found = report(received(pixel(shares=ADVERTISE, refused=["ad accounts"])))

    assert names(found) == []
    assert [part.part for part in found.unread] == ["ad accounts"]


def test_a_time_that_meta_hides_from_an_agency_makes_no_pixel_silent() -> None:
    accounts = {NORTHLIGHT: [ACCOUNT]}
    silent = pixel(PIXEL, ADVERTISE, accounts, last_fired=NOW - timedelta(days=99))
    hidden = pixel(PIXEL_2, ADVERTISE, accounts, last_fired=None)
    declared = stack(permission(), permission(pixel=PIXEL_2))

    found = report(received(silent, hidden), stacks=[declared])

    assert [(each.name, each.pixel_id) for each in found.findings] == [("silent-pixel", PIXEL)]


# Requests


def test_every_open_request_waits_for_the_agency() -> None:
    found = report(received(requests=[request(agency=NORTHLIGHT)]))

    assert names(found) == ["open-request"]
    assert found.findings[0].sentence == (
        f"Client Acme Outdoor ({OWNER}): Sharing request {REQUEST} waits for an answer: no stack "
        f"accepts it."
    )


@pytest.mark.parametrize(
    ("last_day", "answer"),
    [
        ("", "the standing response of stack shop/prod accepts it"),
        ("2026-11-26", "the standing response of stack shop/prod accepts it"),
        ("2026-11-25", "no stack accepts it"),
    ],
)
def test_a_standing_response_accepts_a_request_until_its_last_day(
    last_day: str, answer: str
) -> None:
    asked = received(requests=[request(agency=NORTHLIGHT)])

    found = report(asked, stacks=[stack(standing(last_day))])

    assert names(found) == ["open-request"]
    assert answer in found.findings[0].sentence


def test_an_owner_that_meta_does_not_name_is_unknown_and_never_the_agency() -> None:
    nobody = received(
        pixel(shares={NORTHLIGHT: ["UPLOAD"]}), requests=[request(agency=NORTHLIGHT)], owner=""
    )
    found = report(nobody, stacks=[stack(standing())])

    assert {each.owner_id for each in found.rows} == {""}
    assert all(each.sentence.startswith("Unknown client: ") for each in found.findings)
    assert row(found, Route.REQUEST).managed is Managed.BY_OWNER


# Losses


def test_a_complete_list_without_a_declared_pixel_proves_that_its_owner_ended_it() -> None:
    found = lost(stack(permission()))

    assert (names(found), found.unread) == (["ended-by-owner"], ())
    assert row(found, Route.AD_ACCOUNT).status == "ENDED_BY_OWNER"


def test_an_incomplete_list_proves_nothing() -> None:
    found = lost(stack(permission()), refused=["pixels"])

    assert names(found) == []
    assert row(found, Route.AD_ACCOUNT).status == "UNKNOWN"
    assert [part.part for part in found.unread] == ["pixels"]


def test_a_permission_that_waits_for_its_pixel_has_not_lost_it() -> None:
    found = lost(stack(permission(status="WAITING_FOR_SHARE")))

    assert names(found) == []
    assert row(found, Route.AD_ACCOUNT).status == "WAITING_FOR_SHARE"


def test_a_pixel_that_came_back_waits_for_the_next_update() -> None:
    back = received(pixel(shares=ADVERTISE))

    found = report(back, stacks=[stack(permission(status="ENDED_BY_OWNER"))])

    assert row(found, Route.AD_ACCOUNT).status == "WAITING_FOR_SHARE"
    assert names(found) == ["without-ad-account"]


def test_the_owner_of_a_lost_pixel_comes_from_the_standing_response_it_depends_on() -> None:
    answer = standing()
    declared = stack(answer, permission())
    depending = tuple(
        replace(each, dependencies=frozenset({declared.resources[0].urn}))
        for each in declared.resources
    )

    found = lost(replace(declared, resources=depending))

    assert row(found, Route.AD_ACCOUNT).owner_id == OWNER


def test_the_agencys_own_pixels_and_other_businesses_are_not_part_of_the_report() -> None:
    declared = stack(permission(), permission(pixel=PIXEL_2, business=HARBOUR))
    mine = replace(received(), own_pixels=frozenset({PIXEL}))
    observed = Observed((mine,), (declared,))

    assert judge(observed, NOW, TODAY).rows == ()


def test_a_share_of_the_owners_stack_is_compared_with_the_agencys_list() -> None:
    found = report(received(pixel(shares=ADVERTISE)), stacks=[stack(share("UPLOAD"))])

    assert "drifted" in names(found)
