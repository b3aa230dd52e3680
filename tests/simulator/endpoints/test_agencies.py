"""/{pixel}/agencies, after the pixel-sharing guide and AdsPixel in Meta's reference."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from metapixel_simulator import Pixel, Relationship, Share, SharingRequest, Simulator
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import REQUEST, SHARE, ApproveRows, calls, row
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3

UPLOAD = ("UPLOAD",)
#: A share that Harbour accepted.
ACCEPTED = (PIXEL, HARBOUR)
ACTIVE = (Share(*ACCEPTED, UPLOAD), Relationship(OWNER, HARBOUR))


def share(pixel: str = PIXEL, agency: str = NORTHLIGHT, tasks: str = '["UPLOAD"]') -> str:
    return f"POST {pixel}/agencies?business={agency}&permitted_tasks={tasks}"


def end(pixel: str, agency: str) -> str:
    return f"DELETE {pixel}/agencies?business={agency}"


SHARES = {
    "a related agency, with quotes as in the guide": row(share(PIXEL_3, tasks="['UPLOAD']")),
    "a repeated share is not counted": row(share(), max_shares_per_pixel=1),
    "a repeated share adds its tasks": row(share(), repeat_share="union"),
    "a repeated share is refused": row(share(), repeat_share="error"),
    "the pixel joins the open request": row(share(PIXEL, HARBOUR), repeat_pending="new_request"),
    "a repeated share changes its request, and is not counted": row(
        share(PIXEL_3, HARBOUR), max_shares_per_pixel=1
    ),
    "a repeated share moves to a new request": row(
        share(PIXEL_3, HARBOUR), repeat_pending="new_request"
    ),
    "a share after a declined request asks again": row(
        share(PIXEL_3, HARBOUR),
        SharingRequest(REQUEST, OWNER, HARBOUR, {PIXEL_3: UPLOAD}, "DECLINE"),
        max_shares_per_pixel=1,
    ),
    "another share is one too many": row(share(agency=HARBOUR), max_shares_per_pixel=1),
    "a share beside a request is one too many": row(share(PIXEL_3), max_shares_per_pixel=1),
    "another admin approves grants": row(share(), admin_approval="grants"),
    "another admin approves always": row(share(), admin_approval="always"),
    "another admin approves a request": row(share(PIXEL_3, HARBOUR), admin_approval="grants"),
    "an app on Meta's list may grant EDIT": row(share(tasks='["EDIT"]'), token="edit-token"),
    "pages need a scope by the switch": row(share(), require_pages_permission=True),
    **calls(
        share(tasks=""),
        share(tasks="[]"),
        share(tasks="ANALYZE"),
        share(tasks='["ANALYZE", "WATCH"]'),
        share(agency="Acme"),
        share(agency="999"),
        share(agency=OWNER),
        share(tasks='["EDIT"]'),
    ),
    **calls(share(), token="unscoped-token"),
    **calls(share(), token="employee-token"),
}
ENDS = {
    **{
        f"a share ends, and another admin approves {setting}": row(
            end(*SHARE), admin_approval=setting
        )
        for setting in ("grants", "removals", "always")
    },
    "a share ends without its permissions": row(end(*SHARE), unshare_drops_permissions=False),
    "the first of two shares leaves the relationship": row(
        end(PIXEL_2, NORTHLIGHT), last_share="ends_relationship"
    ),
    "the last share leaves the relationship": row(end(*ACCEPTED), *ACTIVE),
    "the last share ends the relationship": row(
        end(*ACCEPTED),
        *(*ACTIVE, Pixel("9", "Other", NORTHLIGHT), Share("9", HARBOUR, ("UPLOAD",))),
        last_share="ends_relationship",
    ),
    "a request loses one pixel of two": row(
        end(PIXEL_3, HARBOUR),
        SharingRequest(REQUEST, OWNER, HARBOUR, {PIXEL: UPLOAD, PIXEL_3: UPLOAD}),
    ),
    "a request without a pixel is canceled, and no admin has to approve it": row(
        end(PIXEL_3, HARBOUR), admin_approval="always"
    ),
    "a request keeps its pixel": row(end(PIXEL_3, HARBOUR), delete_while_pending="no_effect"),
    "an absent share": row(end(PIXEL_3, NORTHLIGHT)),
    "an absent share is as good as ended": row(end(PIXEL_3, NORTHLIGHT), delete_absent="success"),
    **calls(end(*SHARE), token="northlight-token"),
}
TASKS = "agencies?fields=permitted_tasks"
LISTS = {
    "names without fields": row("GET agencies"),
    "an employee, and a number on request": row(
        f"GET {PIXEL_3}/agencies?summary=true", token="employee-token"
    ),
    "a pending share": row(f"GET {PIXEL_3}/{TASKS}", pending_in_agencies="present"),
    "no task implies another": row(f"GET {PIXEL_2}/{TASKS}"),
    "an absent task implies none": row(f"GET {PIXEL_2}/{TASKS}", implied_tasks="ANALYZE:EDIT"),
    "an implied task implies another": row(
        f"GET {PIXEL_2}/{TASKS}", implied_tasks="ANALYZE:EDIT UPLOAD:ANALYZE"
    ),
    **calls("GET agencies", token="harbour-token"),
    **calls("GET agencies", token="northlight-token"),
}


def test_calls_to_agencies_are_approved(approve_rows: ApproveRows) -> None:
    approve_rows("simulator-agencies.txt", SHARES | ENDS | LISTS)


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

    assert answer.json() == {"success": True}
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
