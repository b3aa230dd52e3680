"""Each open question about Meta, in both settings."""

import pytest

from metapixel_simulator import Switches


def ask(api, ids, *tasks, pixel=None):
    return api.share(pixel or ids.shop, ids.harbour, *tasks)["pending_request_id"]


@pytest.mark.parametrize(
    ("setting", "code", "tasks"),
    [
        ("overwrite", None, {"UPLOAD"}),
        ("union", None, {"ANALYZE", "UPLOAD"}),
        ("error", 100, {"ANALYZE"}),
    ],
)
def test_repeat_share(sim, api, ids, setting, code, tasks):
    sim.switches.repeat_share = setting
    api.share(ids.shop, ids.northlight, "ANALYZE")

    answer = api.share(ids.shop, ids.northlight, "UPLOAD")

    assert answer.get("error", {}).get("code") == code
    assert sim.shares()[ids.shop, ids.northlight] == tasks


def test_repeat_pending_joins_the_same_request(sim, api, ids):
    first, second = ask(api, ids, "ANALYZE"), ask(api, ids, "UPLOAD")

    assert first == second
    assert sim.request(first).pixels == {ids.shop: ("UPLOAD",)}


def test_repeat_pending_opens_a_new_request(sim, api, ids):
    sim.set(repeat_pending="new_request")

    first, second = ask(api, ids, "ANALYZE"), ask(api, ids, "UPLOAD")

    assert first != second
    assert sim.request(first).status == "CANCELED"
    assert sim.request(second).pixels == {ids.shop: ("UPLOAD",)}


def test_another_pixel_joins_the_open_request_in_both_settings(sim, api, ids):
    sim.set(repeat_pending="new_request")

    assert ask(api, ids) == ask(api, ids, pixel=ids.app)


def test_delete_absent_is_an_error(api, ids):
    assert api.unshare(ids.shop, ids.northlight)["error"]["code"] == 100


def test_delete_absent_is_success(sim, api, ids):
    sim.set(delete_absent="success")

    assert api.unshare(ids.shop, ids.northlight) == {"success": True}


def test_delete_withdraws_one_pixel_of_a_pending_request(sim, api, ids):
    request = ask(api, ids)
    ask(api, ids, pixel=ids.app)

    assert api.unshare(ids.shop, ids.harbour) == {"success": True}
    assert sim.request(request).status == "PENDING"
    assert list(sim.request(request).pixels) == [ids.app]


def test_delete_of_the_last_pending_pixel_cancels_the_request(sim, api, ids):
    request = ask(api, ids)

    api.unshare(ids.shop, ids.harbour)

    assert sim.request(request).status == "CANCELED"
    assert api.post(request, "harbour-token", request_status="approve")["error"]["code"] == 100
    assert sim.shares() == {}


def test_delete_while_pending_has_no_effect(sim, api, ids):
    sim.set(delete_while_pending="no_effect", delete_absent="success")
    request = ask(api, ids)

    assert api.unshare(ids.shop, ids.harbour) == {"success": True}
    assert list(sim.request(request).pixels) == [ids.shop]


def test_pending_in_agencies(sim, api, ids):
    ask(api, ids, "UPLOAD")

    absent = api.agencies(ids.shop)
    sim.set(pending_in_agencies="present")

    assert absent == {}
    assert api.agencies(ids.shop) == {ids.harbour: {"UPLOAD"}}


def test_requests_never_expire(sim, api, ids):
    sim.set(request_expiry="never")
    request = ask(api, ids)

    sim.advance(days=10_000)

    assert sim.request(request).is_open


def test_an_ended_request_is_purged(sim, api, ids):
    sim.set(request_purged_after=7)
    request = ask(api, ids)
    sim.answer(request, "decline")
    before = api.get(request, fields="request_status")["request_status"]

    sim.advance(days=7)

    error = api.get(request)["error"]
    assert before == "DECLINE"
    assert (error["code"], error["error_subcode"]) == (100, 33)
    assert api.get(f"{ids.acme}/initiated_sharing_agreements")["data"] == []
    assert sim.requests[-2].endpoint == "GET request"


@pytest.mark.parametrize("drops", [True, False])
def test_unshare_drops_permissions(sim, api, ids, drops):
    sim.set(unshare_drops_permissions=drops)
    sim.share(ids.shop, ids.northlight, ["ADVERTISE"])
    sim.permit(ids.shop, ids.northlight, ids.northlight_account)

    api.unshare(ids.shop, ids.northlight)

    assert bool(sim.permissions()) is not drops


def test_tasks_are_read_back_in_another_order_with_aa_analyze(api, ids):
    sent = ["ANALYZE", "UPLOAD", "ADVERTISE"]
    api.share(ids.shop, ids.northlight, *sent)

    first, second = (
        api.get(f"{ids.shop}/agencies", fields="permitted_tasks")["data"][0]["permitted_tasks"]
        for _ in range(2)
    )

    assert sorted(first) == sorted([*sent, "AA_ANALYZE"])
    assert [task for task in first if task != "AA_ANALYZE"] != sent
    assert first == second


def test_the_order_changes_without_analyze_too(sim, api, ids):
    for seed in range(5):
        sim.set(seed=seed)
        sim.share(ids.shop, ids.northlight, ["UPLOAD", "ADVERTISE"])
        row = api.get(f"{ids.shop}/agencies", fields="permitted_tasks")["data"][0]
        assert row["permitted_tasks"] == ["ADVERTISE", "UPLOAD"]


def test_tasks_are_read_back_as_sent(sim, api, ids):
    sim.set(read_order="as_sent")
    api.share(ids.shop, ids.northlight, "UPLOAD", "ANALYZE")

    row = api.get(f"{ids.shop}/agencies", fields="permitted_tasks")["data"][0]

    assert row["permitted_tasks"] == ["UPLOAD", "ANALYZE"]


def test_agencies_lag_behind_a_write(sim, api, ids):
    sim.set(stale_reads=2)
    api.share(ids.shop, ids.northlight)

    assert [len(api.agencies(ids.shop)) for _ in range(3)] == [0, 0, 1]


def test_expanded_agencies_lag_too(sim, api, ids):
    sim.set(stale_reads=1)
    api.share(ids.shop, ids.northlight)

    reads = [api.get(ids.shop, fields="agencies{id}")["agencies"]["data"] for _ in range(2)]

    assert [len(each) for each in reads] == [0, 1]


def test_permissions_lag_behind_a_write(sim, api, ids):
    sim.share(ids.shop, ids.northlight, ["ADVERTISE"])
    sim.set(stale_reads=1)
    sim.permit(ids.shop, ids.northlight, ids.northlight_account)

    path = f"{ids.shop}/shared_accounts"
    reads = [api.get(path, business=ids.northlight)["data"] for _ in range(2)]

    assert [len(each) for each in reads] == [0, 1]


def test_a_request_lags_behind_its_making_and_its_answer(sim, api, ids):
    sim.set(stale_reads=1)
    request = ask(api, ids)

    unknown = api.get(request)["error"]
    pending = api.get(request, fields="request_status")["request_status"]
    sim.answer(request, "approve")
    reads = [api.get(request, fields="request_status")["request_status"] for _ in range(2)]

    assert unknown["error_subcode"] == 33
    assert [pending, *reads] == ["PENDING", "PENDING", "APPROVE"]


def test_a_request_may_not_tell_its_parties(sim, api, ids):
    request = ask(api, ids)
    told = api.get(request, fields="request_status,initiator{id}")

    sim.set(request_node="BusinessAgreement")

    assert told["initiator"] == {"id": ids.acme}
    assert (
        "nonexisting field (initiator)" in api.get(request, fields="initiator")["error"]["message"]
    )
    assert api.get(request, fields="request_status")["request_status"] == "PENDING"


@pytest.mark.parametrize(
    ("setting", "other"), [("account_id", "ad_account"), ("ad_account", "account_id")]
)
def test_the_ad_account_is_read_from_one_parameter_only(sim, api, ids, setting, other):
    sim.set(ad_account_parameter=setting)
    sim.share(ids.shop, ids.northlight, ["ADVERTISE"])

    def permit(name):
        named = {name: ids.northlight_account}
        path = f"{ids.shop}/shared_accounts"
        return api.post(path, "northlight-token", business=ids.northlight, **named)

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
        ("repeat_shares", "union", "there is no switch"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(name, value, told):
    switches = Switches()

    with pytest.raises(ValueError, match=told):
        setattr(switches, name, value)


def test_setting_several_changes_none_when_one_is_wrong():
    switches = Switches()

    with pytest.raises(ValueError, match="stale_reads"):
        switches.set({"repeat_share": "union", "stale_reads": "two"})

    assert switches == Switches()
