"""Each open question about Meta, in both settings."""

from collections.abc import Callable

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

Effect = Callable[[Simulator, Api], object]


def tasks_of(api: Api, pixel: str) -> list[str]:
    (row,) = api.get(f"{pixel}/agencies", fields="permitted_tasks")["data"]
    tasks: list[str] = row["permitted_tasks"]
    return tasks


def code(answer: Answer) -> object:
    return answer.get("error", {}).get("code")


def share_again(sim: Simulator, api: Api) -> object:
    api.share(PIXEL, NORTHLIGHT, "ANALYZE")
    return code(api.share(PIXEL, NORTHLIGHT, "UPLOAD")), {*sim.shares()[PIXEL, NORTHLIGHT]}


def listed_while_pending(sim: Simulator, api: Api) -> object:
    api.ask(PIXEL, HARBOUR, "UPLOAD")
    listed = api.get(f"{PIXEL}/agencies", fields="permitted_tasks")["data"]
    return [row["permitted_tasks"] for row in listed]


def withdraw(sim: Simulator, api: Api) -> object:
    request = api.ask(PIXEL, HARBOUR)
    return code(api.unshare(PIXEL, HARBOUR)), list(sim.request(request).pixels)


def end_with_a_permission(sim: Simulator, api: Api) -> object:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    api.unshare(PIXEL, NORTHLIGHT)
    return len(sim.permissions())


def analyze_and_upload(sim: Simulator, api: Api) -> object:
    """The tasks that a read returns of a share of ANALYZE, and of one of UPLOAD."""
    api.share(PIXEL, NORTHLIGHT, "ANALYZE")
    api.share(PIXEL_2, NORTHLIGHT, "UPLOAD")
    assert sim.shares()[PIXEL, NORTHLIGHT] == {"ANALYZE"}
    return [{*tasks_of(api, pixel)} - {"AA_ANALYZE"} for pixel in (PIXEL, PIXEL_2)]


def received_of_three(sim: Simulator, api: Api) -> object:
    api.ask(PIXEL, HARBOUR)
    path = f"{HARBOUR}/received_sharing_agreements"
    filters = [{"requesting_business_id": each} for each in (OWNER, NORTHLIGHT, HARBOUR)]
    declined = {"request_status": "DECLINE"}
    return [len(api.get(path, "harbour-token", **each)["data"]) for each in (*filters, declined)]


def expanded(token: str) -> Effect:
    """Read the agencies of a pixel that is shared with one, in an expansion."""

    def read(sim: Simulator, api: Api) -> object:
        sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
        pixel = PIXEL if token == "northlight-token" else PIXEL_2
        return sorted(api.get(pixel, token, fields="id,agencies{id}"))

    return read


def share_after_all_have_ended(sim: Simulator, api: Api) -> object:
    """Whether a share is pending after the end of one share of two, and of both."""
    pending = []
    for ended in ((PIXEL,), (PIXEL, PIXEL_2)):
        for pixel in (PIXEL, PIXEL_2):
            api.share(pixel, NORTHLIGHT)
        for pixel in ended:
            api.unshare(pixel, NORTHLIGHT)
        pending.append("pending_request_id" in api.share(PIXEL, NORTHLIGHT))
    return pending


#: Settings, calls, and what they answer or leave.
EFFECTS: list[tuple[dict[str, object], Effect, object]] = [
    ({"repeat_share": "overwrite"}, share_again, (None, {"UPLOAD"})),
    ({"repeat_share": "union"}, share_again, (None, {"ANALYZE", "UPLOAD"})),
    ({"repeat_share": "error"}, share_again, (100, {"ANALYZE"})),
    ({"delete_absent": "error"}, lambda _, api: code(api.unshare(PIXEL, NORTHLIGHT)), 100),
    ({"delete_absent": "success"}, lambda _, api: code(api.unshare(PIXEL, NORTHLIGHT)), None),
    (
        {"delete_while_pending": "no_effect", "delete_absent": "success"},
        withdraw,
        (None, [PIXEL]),
    ),
    ({"pending_in_agencies": "absent"}, listed_while_pending, []),
    ({"pending_in_agencies": "present"}, listed_while_pending, [["UPLOAD"]]),
    ({"unshare_drops_permissions": True}, end_with_a_permission, 0),
    ({"unshare_drops_permissions": False}, end_with_a_permission, 1),
    ({"implied_tasks": "none"}, analyze_and_upload, [{"ANALYZE"}, {"UPLOAD"}]),
    (
        {"implied_tasks": "ANALYZE:ADVERTISE"},
        analyze_and_upload,
        [{"ANALYZE", "ADVERTISE"}, {"UPLOAD"}],
    ),
    (
        {"implied_tasks": "UPLOAD:ANALYZE ANALYZE:ADVERTISE"},
        analyze_and_upload,
        [{"ANALYZE", "ADVERTISE"}, {"UPLOAD", "ANALYZE", "ADVERTISE"}],
    ),
    ({"received_filter": "honoured"}, received_of_three, [1, 0, 0, 0]),
    ({"received_filter": "ignored"}, received_of_three, [1, 1, 1, 0]),
    ({"unreadable_edge": "error"}, expanded("northlight-token"), ["error"]),
    ({"unreadable_edge": "omitted"}, expanded("northlight-token"), ["id"]),
    ({"empty_edge": "omitted"}, expanded("owner-token"), ["id"]),
    ({"empty_edge": "listed"}, expanded("owner-token"), ["agencies", "id"]),
    ({"last_share": "keeps_relationship"}, share_after_all_have_ended, [False, False]),
    ({"last_share": "ends_relationship"}, share_after_all_have_ended, [False, True]),
]


@pytest.mark.parametrize(
    ("settings", "calls", "effect"), EFFECTS, ids=[str(settings) for settings, *_ in EFFECTS]
)
def test_a_setting_has_its_effect(
    sim: Simulator, api: Api, settings: dict[str, object], calls: Effect, effect: object
) -> None:
    sim.set(**settings)

    assert calls(sim, api) == effect


@pytest.mark.parametrize(
    ("setting", "status"), [("same_request", "PENDING"), ("new_request", "CANCELED")]
)
def test_repeat_pending(sim: Simulator, api: Api, setting: str, status: str) -> None:
    sim.set(repeat_pending=setting)

    first, second = api.ask(PIXEL, HARBOUR, "ANALYZE"), api.ask(PIXEL, HARBOUR, "UPLOAD")

    assert (first == second) is (status == "PENDING")
    assert sim.request(first).status == status
    assert sim.request(second).pixels == {PIXEL: ("UPLOAD",)}
    assert api.ask(PIXEL_2, HARBOUR) == second


def test_delete_withdraws_one_pixel_of_a_pending_request_and_then_the_request(
    sim: Simulator, api: Api
) -> None:
    request = api.ask(PIXEL, HARBOUR)
    api.ask(PIXEL_2, HARBOUR)

    assert api.unshare(PIXEL, HARBOUR) == {"success": True}
    assert sim.request(request).status == "PENDING"
    assert list(sim.request(request).pixels) == [PIXEL_2]

    api.unshare(PIXEL_2, HARBOUR)

    assert sim.request(request).status == "CANCELED"
    assert api.post(request, "harbour-token", request_status="approve")["error"]["code"] == 100
    assert sim.shares() == {}


def test_an_ended_request_is_purged(sim: Simulator, api: Api) -> None:
    sim.set(request_purged_after=7)
    request = api.ask(PIXEL, HARBOUR)
    sim.answer(request, "decline")
    before = api.status(request)

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
    request = api.ask(PIXEL, HARBOUR)
    sim.set(stale_reads=1)

    sim.answer(request, "decline")

    assert api.status(request) == "PENDING"
    assert api.get(request)["error"]["error_subcode"] == 33


@pytest.mark.parametrize("pixel", [PIXEL, PIXEL_2, PIXEL_3])
def test_tasks_are_read_back_in_another_order_with_aa_analyze(
    sim: Simulator, api: Api, pixel: str
) -> None:
    sent = ["ANALYZE", "UPLOAD", "ADVERTISE"]
    sim.share(pixel, NORTHLIGHT, sent)

    first, second = tasks_of(api, pixel), tasks_of(api, pixel)
    sim.share(pixel, NORTHLIGHT, ["UPLOAD", "ADVERTISE"])

    assert sorted(first) == sorted([*sent, "AA_ANALYZE"])
    assert [task for task in first if task != "AA_ANALYZE"] != sent
    assert first == second
    assert tasks_of(api, pixel) == ["ADVERTISE", "UPLOAD"]


#: Reads that lag behind a share of Northlight or a request to Harbour: the number of rows.
_LAGGING: dict[str, Callable[[Api], int]] = {
    "agencies": lambda api: len(api.get(f"{PIXEL}/agencies")["data"]),
    "expanded agencies": lambda api: len(api.get(PIXEL, fields="agencies{id}")["agencies"]["data"]),
    "client_pixels": lambda api: len(
        api.get(f"{NORTHLIGHT}/client_pixels", "northlight-token")["data"]
    ),
    "shared_accounts": lambda api: len(
        api.get(f"{PIXEL}/shared_accounts", business=NORTHLIGHT)["data"]
    ),
    "received_sharing_agreements": lambda api: len(
        api.get(f"{HARBOUR}/received_sharing_agreements", "harbour-token")["data"]
    ),
}


@pytest.mark.parametrize("name", _LAGGING)
@pytest.mark.parametrize("stale", [1, 2])
def test_each_list_lags_behind_a_write_and_has_a_count_of_its_own(
    sim: Simulator, api: Api, name: str, stale: int
) -> None:
    sim.set(stale_reads=stale, empty_edge="listed")
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.ask(PIXEL_2, HARBOUR, ["ANALYZE"])
    others = [read for other, read in _LAGGING.items() if name.split()[-1] != other.split()[-1]]
    for read in others:
        read(api)

    made = [_LAGGING[name](api) for _ in range(stale + 1)]

    assert made == [0] * stale + [1]


def test_lists_lag_behind_the_end_of_access(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.set(stale_reads=1)

    sim.unshare(PIXEL, NORTHLIGHT)

    for name in ("agencies", "client_pixels", "shared_accounts"):
        assert [_LAGGING[name](api) for _ in range(2)] == [1, 0], name


def test_a_request_lags_behind_its_making_and_its_answer(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=1)
    request = api.ask(PIXEL, HARBOUR)

    unknown = api.get(request)["error"]
    pending = api.status(request)
    path = f"{HARBOUR}/received_sharing_agreements"
    assert [api.get(path, "harbour-token")["data"] for _ in range(2)] == [[], [{"id": request}]]
    sim.answer(request, "approve")
    reads = [api.status(request) for _ in range(2)]
    lists = [api.get(path, "harbour-token", fields="request_status")["data"] for _ in range(2)]

    assert unknown["error_subcode"] == 33
    assert [pending, *reads] == ["PENDING", "PENDING", "APPROVE"]
    assert [row["request_status"] for (row,) in lists] == ["PENDING", "APPROVE"]


def test_a_request_may_not_tell_its_parties(sim: Simulator, api: Api) -> None:
    request = api.ask(PIXEL, HARBOUR)
    told = api.get(request, fields="request_status,initiator{id}")

    sim.set(request_node="BusinessAgreement")

    assert told["initiator"] == {"id": OWNER}
    error = api.get(request, fields="initiator")["error"]
    assert (error["code"], error["message"]) == (
        100,
        "(#100) Tried accessing nonexisting field (initiator) on node type (BusinessAgreement)",
    )
    received = api.get(
        f"{HARBOUR}/received_sharing_agreements", "harbour-token", fields="request_status"
    )
    assert received["data"] == [{"id": request, "request_status": "PENDING"}]


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
