"""/{pixel}/agencies, after the pixel-sharing guide and AdsPixel in Meta's reference."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from metapixel_simulator import Pixel, Relationship, Share, SharingRequest, Simulator
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import (
    PERMISSION,
    REQUEST,
    SHARE,
    SUCCESS,
    WAITS,
    Error,
    Row,
    refused,
    row,
    unknown,
)
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3

REQUEST_2 = "2400000000000002"
PENDING = {**SUCCESS, "pending_request_id": REQUEST}
PENDING_2 = {**SUCCESS, "pending_request_id": REQUEST_2}
UPLOAD = ("UPLOAD",)
#: A share that Harbour accepted.
ACCEPTED = (PIXEL, HARBOUR)
ACTIVE = (Share(*ACCEPTED, UPLOAD), Relationship(OWNER, HARBOUR))
FULL = Error(100, "shared with 1 businesses, which is the maximum", 1752150)
ABSENT = Error(100, "not shared with this business")


def share(pixel: str = PIXEL, agency: str = NORTHLIGHT, tasks: str = '["UPLOAD"]') -> str:
    return f"POST {pixel}/agencies?business={agency}&permitted_tasks={tasks}"


def end(pixel: str, agency: str) -> str:
    return f"DELETE {pixel}/agencies?business={agency}"


SHARES = {
    "a related agency gets the pixel, with quotes as in the guide": row(
        share(PIXEL_3, tasks="['UPLOAD']"), {(PIXEL_3, NORTHLIGHT): {"UPLOAD"}}
    ),
    "a repeated share replaces the tasks, and is not counted": row(
        share(), {SHARE: {"UPLOAD"}}, max_shares_per_pixel=1
    ),
    "a repeated share adds its tasks": row(
        share(), {SHARE: {"ADVERTISE", "ANALYZE", "UPLOAD"}}, repeat_share="union"
    ),
    "a repeated share is refused": row(share(), Error(100, "already shared"), repeat_share="error"),
    "the pixel joins the open request": row(
        share(PIXEL, HARBOUR),
        {REQUEST: ("PENDING", {PIXEL_3: ("ANALYZE",), PIXEL: UPLOAD})},
        answer=PENDING,
        repeat_pending="new_request",
    ),
    "a repeated share changes its request, and is not counted": row(
        share(PIXEL_3, HARBOUR),
        {REQUEST: ("PENDING", {PIXEL_3: UPLOAD})},
        answer=PENDING,
        max_shares_per_pixel=1,
    ),
    "a repeated share moves to a new request": row(
        share(PIXEL_3, HARBOUR),
        {REQUEST: ("CANCELED", {}), REQUEST_2: ("PENDING", {PIXEL_3: UPLOAD})},
        answer=PENDING_2,
        repeat_pending="new_request",
    ),
    "a share after a declined request asks again": row(
        share(PIXEL_3, HARBOUR),
        {REQUEST_2: ("PENDING", {PIXEL_3: UPLOAD})},
        SharingRequest(REQUEST, OWNER, HARBOUR, {PIXEL_3: UPLOAD}, "DECLINE"),
        answer=PENDING_2,
        max_shares_per_pixel=1,
    ),
    "another share is one too many": row(share(agency=HARBOUR), FULL, max_shares_per_pixel=1),
    "a share beside a request is one too many": row(share(PIXEL_3), FULL, max_shares_per_pixel=1),
    **{
        f"another admin approves {setting}": row(
            share(), {SHARE: {"UPLOAD"}}, answer=WAITS, admin_approval=setting
        )
        for setting in ("grants", "always")
    },
    "another admin approves a request": row(
        share(PIXEL_3, HARBOUR),
        {REQUEST: ("PENDING", {PIXEL_3: UPLOAD})},
        answer=WAITS,
        admin_approval="grants",
    ),
    "an app on Meta's list may grant EDIT": row(
        share(tasks='["EDIT"]'), {SHARE: {"EDIT"}}, token="edit-token"
    ),
    "pages need a scope by the switch": row(
        share(), Error(200, "pages_show_list"), require_pages_permission=True
    ),
    **refused(
        100,
        {
            "The parameter permitted_tasks is required": share(tasks=""),
            "permitted_tasks must not be empty": share(tasks="[]"),
            "permitted_tasks must be an array": share(tasks="ANALYZE"),
            "permitted_tasks[1] must be one of": share(tasks='["ANALYZE", "WATCH"]'),
            "business must be an integer": share(agency="Acme"),
            "must be the id of a business - got 999": share(agency="999"),
            "cannot be shared with the business that owns it": share(agency=OWNER),
        },
    ),
    **refused(200, {"The task EDIT is restricted": share(tasks='["EDIT"]')}),
    **refused(200, {"Requires business_management permission": share()}, "unscoped-token"),
    **refused(10, {"an admin of the business Acme Outdoor": share()}, "employee-token"),
}
ENDS = {
    **{
        f"another admin approves {setting}, and a share ends": row(
            end(*SHARE), {SHARE: None, PERMISSION: None}, answer=reply, admin_approval=setting
        )
        for setting, reply in (("grants", SUCCESS), ("removals", WAITS), ("always", WAITS))
    },
    "a share ends without its permissions": row(
        end(*SHARE), {SHARE: None}, unshare_drops_permissions=False
    ),
    "the first of two shares leaves the relationship": row(
        end(PIXEL_2, NORTHLIGHT), {(PIXEL_2, NORTHLIGHT): None}, last_share="ends_relationship"
    ),
    "the last share leaves the relationship": row(end(*ACCEPTED), {ACCEPTED: None}, *ACTIVE),
    "the last share ends the relationship": row(
        end(*ACCEPTED),
        {ACCEPTED: None, (OWNER, HARBOUR): None},
        *(*ACTIVE, Pixel("9", "Other", NORTHLIGHT), Share("9", HARBOUR, ("UPLOAD",))),
        last_share="ends_relationship",
    ),
    "a request loses one pixel of two": row(
        end(PIXEL_3, HARBOUR),
        {REQUEST: ("PENDING", {PIXEL: UPLOAD})},
        SharingRequest(REQUEST, OWNER, HARBOUR, {PIXEL: UPLOAD, PIXEL_3: UPLOAD}),
    ),
    "a request without a pixel is canceled, and no admin has to approve it": row(
        end(PIXEL_3, HARBOUR), {REQUEST: ("CANCELED", {})}, admin_approval="always"
    ),
    "a request keeps its pixel": row(
        end(PIXEL_3, HARBOUR), ABSENT, delete_while_pending="no_effect"
    ),
    "an absent share": row(end(PIXEL_3, NORTHLIGHT), ABSENT),
    "an absent share as good as ended": row(end(PIXEL_3, NORTHLIGHT), {}, delete_absent="success"),
    **refused(10, {"Acme Outdoor": end(*SHARE)}, "northlight-token"),
}


def tasks(pixel: str, *shown: str, agency: str = NORTHLIGHT, **switches: Any) -> Row:
    rows = [{"id": agency, "permitted_tasks": list(shown)}]
    return row(f"GET {pixel}/agencies?fields=permitted_tasks", {"data": rows}, **switches)


LISTS = {
    "names without fields": row(
        "GET agencies", {"data": [{"id": NORTHLIGHT, "name": "Northlight Media"}]}
    ),
    "an employee, and a number on request": row(
        f"GET {PIXEL_3}/agencies?summary=true",
        {"data": [], "summary": {"total_count": 0}},
        token="employee-token",
    ),
    "a pending share": tasks(
        PIXEL_3, "AA_ANALYZE", "ANALYZE", agency=HARBOUR, pending_in_agencies="present"
    ),
    "no task implies another": tasks(PIXEL_2, "UPLOAD"),
    "an absent task implies none": tasks(PIXEL_2, "UPLOAD", implied_tasks="ANALYZE:EDIT"),
    "an implied task implies another": tasks(
        PIXEL_2,
        *("AA_ANALYZE", "ANALYZE", "EDIT", "UPLOAD"),
        implied_tasks="ANALYZE:EDIT UPLOAD:ANALYZE",
    ),
    **unknown("GET agencies", PIXEL, "harbour-token"),
    **refused(
        10, {"must have a role in the business Acme Outdoor": "GET agencies"}, "northlight-token"
    ),
}
ROWS = SHARES | ENDS | LISTS


@pytest.mark.parametrize("check", ROWS.values(), ids=ROWS)
def test_agencies(sim: Simulator, api: Api, check: Row) -> None:
    check(sim, api)


SENT = {"business": NORTHLIGHT, "permitted_tasks": '["UPLOAD"]'}


@pytest.mark.parametrize(
    "sent",
    [
        {"params": SENT},
        {"files": {name: (None, value) for name, value in SENT.items()}},
    ],
    ids=["query", "multipart"],
)
def test_parameters_may_be_sent_in_each_form(sim: Simulator, sent: dict[str, Any]) -> None:
    headers = {"Authorization": "Bearer owner-token"}

    answer = requests.post(f"{sim.url}/{PIXEL}/agencies/", headers=headers, timeout=10, **sent)

    assert answer.json() == SUCCESS
    assert sim.shares() == {SHARE: frozenset({"UPLOAD"})}


@pytest.mark.parametrize("pixel", [PIXEL, PIXEL_2, PIXEL_3])
def test_tasks_are_read_back_in_another_order_with_aa_analyze(
    sim: Simulator, api: Api, pixel: str
) -> None:
    def tasks(*sent: str) -> list[str]:
        sim.share(pixel, NORTHLIGHT, sent)
        (row,) = api.call(f"GET {pixel}/agencies", fields="permitted_tasks")["data"]
        return list(row["permitted_tasks"])

    sent = ("ANALYZE", "UPLOAD", "ADVERTISE")
    first, second = tasks(*sent), tasks(*sent)

    assert sorted(first) == sorted([*sent, "AA_ANALYZE"])
    assert tuple(task for task in first if task != "AA_ANALYZE") != sent
    assert first == second
    assert tasks("UPLOAD", "ADVERTISE") == ["ADVERTISE", "UPLOAD"]


@pytest.mark.parametrize(("setting", "left"), [("withdraw", 0), ("no_effect", 1)])
def test_delete_withdraws_a_waiting_share_by_the_switch_for_pending_shares(
    sim: Simulator, api: Api, setting: str, left: int
) -> None:
    sim.set(admin_approval="grants", delete_while_pending=setting)
    api.share(PIXEL, NORTHLIGHT)

    answer = api.unshare(PIXEL, NORTHLIGHT)

    assert ("error" in answer) is bool(left)
    assert sim.approve() == left


def test_an_approved_write_that_meta_would_refuse_has_no_effect_and_delays_no_other(
    sim: Simulator, api: Api
) -> None:
    sim.set(max_shares_per_pixel=1, admin_approval="grants")
    sim.world.add(Relationship(OWNER, HARBOUR))
    for pixel, agency in ((PIXEL, NORTHLIGHT), (PIXEL, HARBOUR), (PIXEL_2, NORTHLIGHT)):
        api.share(pixel, agency)

    assert sim.approve() == 3
    assert sim.shares().keys() == {(PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT)}
