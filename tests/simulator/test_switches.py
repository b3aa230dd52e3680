"""Each open question about Meta, in both settings."""

import time

import pytest

from metapixel_simulator import Simulator, Switches
from tests.simulator.conftest import Answer, Api
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)


def ask(api: Api, *tasks: str, pixel: str = PIXEL) -> str:
    request: str = api.share(pixel, HARBOUR, *tasks)["pending_request_id"]
    return request


@pytest.mark.parametrize(
    ("setting", "code", "tasks"),
    [
        ("overwrite", None, {"UPLOAD"}),
        ("union", None, {"ANALYZE", "UPLOAD"}),
        ("error", 100, {"ANALYZE"}),
    ],
)
def test_repeat_share(
    sim: Simulator, api: Api, setting: str, code: int | None, tasks: set[str]
) -> None:
    sim.set(repeat_share=setting)
    api.share(PIXEL, NORTHLIGHT, "ANALYZE")

    answer = api.share(PIXEL, NORTHLIGHT, "UPLOAD")

    assert answer.get("error", {}).get("code") == code
    assert sim.shares()[PIXEL, NORTHLIGHT] == tasks


def test_repeat_pending_joins_the_same_request(sim: Simulator, api: Api) -> None:
    first, second = ask(api, "ANALYZE"), ask(api, "UPLOAD")

    assert first == second
    assert sim.request(first).pixels == {PIXEL: ("UPLOAD",)}


def test_repeat_pending_opens_a_new_request(sim: Simulator, api: Api) -> None:
    sim.set(repeat_pending="new_request")

    first, second = ask(api, "ANALYZE"), ask(api, "UPLOAD")

    assert first != second
    assert sim.request(first).status == "CANCELED"
    assert sim.request(second).pixels == {PIXEL: ("UPLOAD",)}


def test_another_pixel_joins_the_open_request_in_both_settings(sim: Simulator, api: Api) -> None:
    sim.set(repeat_pending="new_request")

    assert ask(api) == ask(api, pixel=PIXEL_2)


def test_delete_absent_is_an_error(api: Api) -> None:
    assert api.unshare(PIXEL, NORTHLIGHT)["error"]["code"] == 100


def test_delete_absent_is_success(sim: Simulator, api: Api) -> None:
    sim.set(delete_absent="success")

    assert api.unshare(PIXEL, NORTHLIGHT) == {"success": True}


def test_delete_withdraws_one_pixel_of_a_pending_request(sim: Simulator, api: Api) -> None:
    request = ask(api)
    ask(api, pixel=PIXEL_2)

    assert api.unshare(PIXEL, HARBOUR) == {"success": True}
    assert sim.request(request).status == "PENDING"
    assert list(sim.request(request).pixels) == [PIXEL_2]


def test_delete_of_the_last_pending_pixel_cancels_the_request(sim: Simulator, api: Api) -> None:
    request = ask(api)

    api.unshare(PIXEL, HARBOUR)

    assert sim.request(request).status == "CANCELED"
    assert api.post(request, "harbour-token", request_status="approve")["error"]["code"] == 100
    assert sim.shares() == {}


def test_delete_while_pending_has_no_effect(sim: Simulator, api: Api) -> None:
    sim.set(delete_while_pending="no_effect", delete_absent="success")
    request = ask(api)

    assert api.unshare(PIXEL, HARBOUR) == {"success": True}
    assert list(sim.request(request).pixels) == [PIXEL]


def test_pending_in_agencies(sim: Simulator, api: Api) -> None:
    ask(api, "UPLOAD")

    absent = api.agencies(PIXEL)
    sim.set(pending_in_agencies="present")

    assert absent == {}
    assert api.agencies(PIXEL) == {HARBOUR: {"UPLOAD"}}


def test_requests_never_expire(sim: Simulator, api: Api) -> None:
    sim.set(request_expiry="never")
    request = ask(api)

    sim.advance(days=10_000)

    assert sim.request(request).is_open


def test_an_ended_request_is_purged(sim: Simulator, api: Api) -> None:
    sim.set(request_purged_after=7)
    request = ask(api)
    sim.answer(request, "decline")
    before = api.get(request, fields="request_status")["request_status"]

    sim.advance(days=7)

    error = api.get(request)["error"]
    assert before == "DECLINE"
    assert (error["code"], error["error_subcode"]) == (100, 33)
    assert api.get(f"{OWNER}/initiated_sharing_agreements")["data"] == []
    assert sim.requests[-2].endpoint == "GET request"


def test_a_request_that_is_purged_at_once_is_read_until_reads_are_current(
    sim: Simulator, api: Api
) -> None:
    sim.set(request_purged_after=0)
    request = ask(api)
    sim.set(stale_reads=1)

    sim.answer(request, "decline")

    assert api.get(request, fields="request_status")["request_status"] == "PENDING"
    assert api.get(request)["error"]["error_subcode"] == 33


@pytest.mark.parametrize("drops", [True, False])
def test_unshare_drops_permissions(sim: Simulator, api: Api, drops: bool) -> None:
    sim.set(unshare_drops_permissions=drops)
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    api.unshare(PIXEL, NORTHLIGHT)

    assert bool(sim.permissions()) is not drops


def test_tasks_are_read_back_in_another_order_with_aa_analyze(api: Api) -> None:
    sent = ["ANALYZE", "UPLOAD", "ADVERTISE"]
    api.share(PIXEL, NORTHLIGHT, *sent)

    first, second = (
        api.get(f"{PIXEL}/agencies", fields="permitted_tasks")["data"][0]["permitted_tasks"]
        for _ in range(2)
    )

    assert sorted(first) == sorted([*sent, "AA_ANALYZE"])
    assert [task for task in first if task != "AA_ANALYZE"] != sent
    assert first == second


@pytest.mark.parametrize("pixel", [PIXEL, PIXEL_2, PIXEL_3])
def test_the_order_changes_without_analyze_too(sim: Simulator, api: Api, pixel: str) -> None:
    sim.share(pixel, NORTHLIGHT, ["UPLOAD", "ADVERTISE"])

    row = api.get(f"{pixel}/agencies", fields="permitted_tasks")["data"][0]

    assert row["permitted_tasks"] == ["ADVERTISE", "UPLOAD"]


@pytest.mark.parametrize(
    ("setting", "sent", "returned"),
    [
        ("none", "ANALYZE", {"ANALYZE"}),
        ("ANALYZE:ADVERTISE", "ANALYZE", {"ANALYZE", "ADVERTISE"}),
        ("ANALYZE:ADVERTISE", "ADVERTISE", {"ADVERTISE"}),
        ("UPLOAD:ANALYZE ANALYZE:ADVERTISE", "UPLOAD", {"UPLOAD", "ANALYZE", "ADVERTISE"}),
    ],
)
def test_implied_tasks(
    sim: Simulator, api: Api, setting: str, sent: str, returned: set[str]
) -> None:
    sim.set(implied_tasks=setting)
    api.share(PIXEL, NORTHLIGHT, sent)

    row = api.get(f"{PIXEL}/agencies", fields="permitted_tasks")["data"][0]

    assert set(row["permitted_tasks"]) - {"AA_ANALYZE"} == returned
    assert sim.shares()[PIXEL, NORTHLIGHT] == {sent}


def test_agencies_lag_behind_a_write(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=2)
    api.share(PIXEL, NORTHLIGHT)

    assert [len(api.agencies(PIXEL)) for _ in range(3)] == [0, 0, 1]


def test_expanded_agencies_lag_too(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=1, empty_edge="listed")
    api.share(PIXEL, NORTHLIGHT)

    reads = [api.get(PIXEL, fields="agencies{id}")["agencies"]["data"] for _ in range(2)]

    assert [len(each) for each in reads] == [0, 1]


def test_permissions_lag_behind_a_write(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.set(stale_reads=1)
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    path = f"{PIXEL}/shared_accounts"
    reads = [api.get(path, business=NORTHLIGHT)["data"] for _ in range(2)]

    assert [len(each) for each in reads] == [0, 1]


def test_a_request_lags_behind_its_making_and_its_answer(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=1)
    request = ask(api)

    unknown = api.get(request)["error"]
    pending = api.get(request, fields="request_status")["request_status"]
    sim.answer(request, "approve")
    reads = [api.get(request, fields="request_status")["request_status"] for _ in range(2)]

    assert unknown["error_subcode"] == 33
    assert [pending, *reads] == ["PENDING", "PENDING", "APPROVE"]


def test_a_request_may_not_tell_its_parties(sim: Simulator, api: Api) -> None:
    request = ask(api)
    told = api.get(request, fields="request_status,initiator{id}")

    sim.set(request_node="BusinessAgreement")

    assert told["initiator"] == {"id": OWNER}
    assert (
        "nonexisting field (initiator)" in api.get(request, fields="initiator")["error"]["message"]
    )
    assert api.get(request, fields="request_status")["request_status"] == "PENDING"


@pytest.mark.parametrize(
    ("setting", "other"), [("account_id", "ad_account"), ("ad_account", "account_id")]
)
def test_the_ad_account_is_read_from_one_parameter_only(
    sim: Simulator, api: Api, setting: str, other: str
) -> None:
    sim.set(ad_account_parameter=setting)
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])

    def permit(name: str) -> Answer:
        named = {name: NORTHLIGHT_ACCOUNT}
        path = f"{PIXEL}/shared_accounts"
        return api.post(path, "northlight-token", business=NORTHLIGHT, **named)

    assert setting in permit(other)["error"]["message"]
    assert permit(setting) == {"success": True}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("repeat_share", "merge", "overwrite or union or error"),
        ("stale_reads", -1, "a whole number, 0 or more"),
        ("stale_reads", True, "a whole number"),
        ("request_expiry", "soon", "or never"),
        ("unshare_drops_permissions", 1, "true or false"),
        ("newest_version", "27", "vN.N"),
        ("implied_tasks", "ANALYZE:ADVERTISE,EDIT", "none, or pairs of tasks such as"),
        ("repeat_shares", "union", "repeat_shares is not a switch"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(name: str, value: bool | int | str, told: str) -> None:
    switches = Switches()

    with pytest.raises(ValueError, match=told):
        setattr(switches, name, value)


def test_setting_several_changes_none_when_one_is_wrong() -> None:
    switches = Switches()

    with pytest.raises(ValueError, match="stale_reads"):
        switches.set({"repeat_share": "union", "stale_reads": "two"})

    assert switches == Switches()


@pytest.mark.parametrize(("setting", "least"), [("together", 0.1), ("one_after_another", 0.3)])
def test_batch_order(sim: Simulator, api: Api, setting: str, least: float) -> None:
    sim.set(batch_order=setting, latency=0.1)
    entries = [{"method": "GET", "relative_url": PIXEL}] * 3
    began = time.monotonic()

    api.post("", batch=entries)

    assert least <= time.monotonic() - began < least + 0.2


@pytest.mark.parametrize(("setting", "answer"), [("error", "error"), ("omitted", "id")])
def test_unreadable_edge(sim: Simulator, api: Api, setting: str, answer: str) -> None:
    sim.set(unreadable_edge=setting)
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])

    node = api.get(PIXEL, "northlight-token", fields="id,agencies{id}")

    assert list(node) == [answer]


@pytest.mark.parametrize(
    ("setting", "fields"), [("omitted", {"id"}), ("listed", {"agencies", "id"})]
)
def test_empty_edge(sim: Simulator, api: Api, setting: str, fields: set[str]) -> None:
    sim.set(empty_edge=setting)

    assert set(api.get(PIXEL, fields="id,agencies{id}")) == fields
