"""Every mistake that inputs show is a problem on the right property; nothing else is."""

from __future__ import annotations

import pytest

from metapixel_provider.process.claims import Claims
from metapixel_provider.sharing.contract import Lifecycle, Properties
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.response.lifecycle import (
    PixelSharingRequestResponseLifecycle,
    PixelSharingStandingResponseLifecycle,
)
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL
from tests.unit.sharing.support import PERMISSIONS, RESPONSES, SHARES, STANDING_RESPONSES

SHARE: Properties = {
    "pixel_id": PIXEL,
    "agency_business_id": NORTHLIGHT,
    "permitted_tasks": ["ANALYZE"],
}
PERMISSION: Properties = {
    "pixel_id": PIXEL,
    "business_id": NORTHLIGHT,
    "ad_account_id": NORTHLIGHT_ACCOUNT,
}
RESPONSE: Properties = {
    "request_id": "77",
    "request_status": "APPROVE",
    "agency_business_id": NORTHLIGHT,
}
DECLINE = RESPONSE | {"request_status": "DECLINE", "agency_business_id": None}
PAIR: Properties = {"owner_business_id": OWNER, "agency_business_id": NORTHLIGHT}
ITSELF: Properties = {"owner_business_id": OWNER, "agency_business_id": OWNER}

RIGHT: list[tuple[Lifecycle, Properties]] = [
    (SHARES, SHARE),
    (PERMISSIONS, PERMISSION),
    (RESPONSES, RESPONSE | PAIR),
    (STANDING_RESPONSES, PAIR),
]
HOSTILE = "\x1b[31m1\n\u202e2\r\u2028" + "x" * 100_000
WRONG: list[tuple[Lifecycle, Properties, str, object]] = [
    (SHARES, SHARE, "pixel_id", 1.29e20),
    (SHARES, SHARE, "permitted_tasks", []),
    (SHARES, SHARE, "permitted_tasks", ["ANALYZE", "AA_ANALYZE"]),
    (SHARES, SHARE, "permitted_tasks", ["ANALYZE", None]),
    (SHARES, SHARE, "permitted_tasks", [["ANALYZE"]]),
    (SHARES, SHARE, "permitted_tasks", {"ANALYZE": True}),
    (SHARES, SHARE, "expires_on", "2026-02-30"),
    (SHARES, SHARE, "expires_on", ""),
    (SHARES, SHARE, "expires_on", "2027-W13-3"),
    (SHARES, SHARE, "expires_on", "2027-03-31T00:00:00"),
    (SHARES, SHARE, "expires_on", "２０２７-03-31"),
    (SHARES, SHARE, "permitted_tasks", ["EDıT"]),
    (SHARES, SHARE, "credentials", True),
    (SHARES, SHARE, "permited_tasks", ["ANALYZE"]),
    (RESPONSES, RESPONSE, "request_status", "PENDING"),
    (RESPONSES, RESPONSE, "asset_id", "1"),
    *(
        (lifecycle, right, each.name, value)
        for lifecycle, right in RIGHT
        for each in lifecycle.type_.inputs
        for value in (HOSTILE, [HOSTILE], {HOSTILE: HOSTILE})
        if value is not HOSTILE or each.name not in ("resend", "reason", "credentials")
    ),
]


@pytest.mark.parametrize(
    ("lifecycle", "right", "name", "value"),
    WRONG,
    ids=[f"{type(case[0]).__name__}-{case[2]}-{case[3]!r}"[:80] for case in WRONG],
)
def test_a_wrong_input_is_a_problem_on_its_property_in_one_short_line(
    lifecycle: Lifecycle, right: Properties, name: str, value: object
) -> None:
    problems = lifecycle.check(right | {name: value}).problems

    assert [problem.property for problem in problems] == [name]
    assert problems[0].reason.isprintable()
    assert len(problems[0].reason) < 200


@pytest.mark.parametrize("number", ["123.0", "1e+17", 1e17])
@pytest.mark.parametrize(
    ("lifecycle", "right", "name"),
    [
        (SHARES, SHARE, "pixel_id"),
        (PERMISSIONS, PERMISSION, "ad_account_id"),
        (RESPONSES, RESPONSE, "request_id"),
    ],
)
def test_an_id_that_may_have_been_rounded_is_asked_for_in_quotes(
    lifecycle: Lifecycle, right: Properties, name: str, number: object
) -> None:
    (problem,) = lifecycle.check(right | {name: number}).problems

    assert problem.property == name
    assert "in quotes" in problem.reason


@pytest.mark.parametrize(
    ("lifecycle", "names"),
    [
        (SHARES, ["pixel_id", "agency_business_id", "permitted_tasks"]),
        (PERMISSIONS, ["pixel_id", "business_id", "ad_account_id"]),
        (RESPONSES, ["request_id", "request_status"]),
    ],
    ids=["share", "permission", "response"],
)
def test_every_missing_input_is_named_at_once(lifecycle: Lifecycle, names: list[str]) -> None:
    problems = lifecycle.check({}).problems

    assert [(problem.property, problem.reason) for problem in problems] == [
        (name, "is required") for name in names
    ]


@pytest.mark.parametrize(("lifecycle", "right"), RIGHT)
def test_unknown_inputs_pass_and_give_no_key(lifecycle: Lifecycle, right: Properties) -> None:
    unknown: Properties = dict.fromkeys(right, UNKNOWN)

    checked = lifecycle.check(unknown)

    assert checked.problems == ()
    assert lifecycle.type_.id_of(checked.inputs) is None
    assert all(checked.inputs[name] is UNKNOWN for name in right)


def test_a_list_of_tasks_with_an_unknown_one_passes_as_written() -> None:
    checked = SHARES.check(SHARE | {"permitted_tasks": ["upload", UNKNOWN]})

    assert checked.problems == ()
    assert checked.inputs["permitted_tasks"] == ["upload", UNKNOWN]


def test_inputs_get_their_one_form_which_stays() -> None:
    raw = {
        "pixel_id": int(PIXEL),
        "agency_business_id": f" {NORTHLIGHT} ",
        "permitted_tasks": [" upload", "ANALYZE", "Upload"],
        "on_existing": "Overwrite",
        "resend": 2.0,
        "expires_on": "2026-12-31",
        "reason": 4711,
        "credentials": None,
    }

    checked = SHARES.check(raw)

    assert checked.problems == ()
    assert checked.inputs == {
        "pixel_id": PIXEL,
        "agency_business_id": NORTHLIGHT,
        "permitted_tasks": ["ANALYZE", "UPLOAD"],
        "on_existing": "overwrite",
        "resend": "2",
        "expires_on": "2026-12-31",
        "reason": "4711",
    }
    assert SHARES.check(checked.inputs) == checked


@pytest.mark.parametrize(
    ("lifecycle", "inputs", "name", "said"),
    [
        (RESPONSES, RESPONSE | {"request_id": ""}, "request_id", "a PixelSharingStandingResponse"),
        (RESPONSES, DECLINE | {"owner_business_id": OWNER}, "agency_business_id", "is required"),
        (RESPONSES, RESPONSE | ITSELF, "agency_business_id", "is also the owner"),
        (STANDING_RESPONSES, ITSELF, "agency_business_id", "is also the owner"),
    ],
)
def test_an_input_that_does_not_fit_another_one_is_a_problem(
    lifecycle: Lifecycle, inputs: Properties, name: str, said: str
) -> None:
    (problem,) = lifecycle.check(inputs).problems

    assert problem.property == name
    assert said in problem.reason


@pytest.mark.parametrize(
    ("answer", "contradicts"),
    [
        (DECLINE, True),
        (DECLINE | PAIR, True),
        (DECLINE | {"agency_business_id": NORTHLIGHT}, True),
        (DECLINE | {"agency_business_id": HARBOUR}, False),
        (DECLINE | PAIR | {"owner_business_id": HARBOUR}, False),
        (RESPONSE, False),
    ],
)
def test_a_standing_response_contradicts_a_new_decline_that_may_be_about_its_owner(
    answer: Properties, contradicts: bool
) -> None:
    accepts, declines, declined = Claims(), Claims(), Claims()
    accepts.declare("PixelSharingStandingResponse", f"{OWNER}/{NORTHLIGHT}", PAIR)
    declines.declare("PixelSharingRequestResponse", "77", answer)
    declined.declare("PixelSharingRequestResponse", "77", answer, is_recorded=True)

    answers = PixelSharingRequestResponseLifecycle(accepts)
    of_answer = answers.check(answer).problems
    of_standing = PixelSharingStandingResponseLifecycle(declines).check(PAIR).problems

    found = [each.property for each in (*of_answer, *of_standing)]
    assert found == (["request_status", "owner_business_id"] if contradicts else [])
    assert answers.check(answer, answer).problems == ()
    assert bool(answers.check(answer, answer | {"request_id": "78"}).problems) is contradicts
    assert bool(answers.check(answer | {"request_id": UNKNOWN}).problems) is contradicts
    assert PixelSharingStandingResponseLifecycle(declined).check(PAIR).problems == ()


def test_two_owners_that_are_not_known_yet_are_no_contradiction() -> None:
    unknown = PAIR | {"owner_business_id": UNKNOWN}
    declines = Claims()
    declines.declare(
        "PixelSharingRequestResponse", "77", RESPONSE | {"request_status": "DECLINE"} | unknown
    )

    assert PixelSharingStandingResponseLifecycle(declines).check(unknown).problems == ()
