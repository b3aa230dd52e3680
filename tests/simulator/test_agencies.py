from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL


def test_a_related_agency_gets_the_pixel_at_once(sim: Simulator, api: Api) -> None:
    answer = api.share(PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD")

    assert answer == {"success": True}
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}


def test_an_unrelated_agency_is_asked_first(sim: Simulator, api: Api) -> None:
    answer = api.share(PIXEL, HARBOUR)

    request = sim.request(answer["pending_request_id"])
    assert answer["success"] is True
    assert (request.status, request.owner, request.agency) == ("PENDING", OWNER, HARBOUR)
    assert sim.shares() == {}


def test_tasks_may_be_written_as_the_guide_writes_them(sim: Simulator, api: Api) -> None:
    api.post(
        f"{PIXEL}/agencies",
        business=NORTHLIGHT,
        permitted_tasks="['ANALYZE', 'UPLOAD', 'ADVERTISE']",
    )

    assert sim.shares()[PIXEL, NORTHLIGHT] == {"ANALYZE", "UPLOAD", "ADVERTISE"}


def test_parameters_may_stand_in_the_query_of_a_post(sim: Simulator) -> None:
    import requests

    url = f"{sim.url}/{PIXEL}/agencies/"
    query = {
        "business": NORTHLIGHT,
        "permitted_tasks": '["UPLOAD"]',
        "access_token": "owner-token",
    }

    assert requests.post(url, params=query, timeout=10).json() == {"success": True}
    assert sim.shares()[PIXEL, NORTHLIGHT] == {"UPLOAD"}


def test_a_multipart_body_is_read(sim: Simulator) -> None:
    import requests

    parts = {
        "business": (None, NORTHLIGHT),
        "permitted_tasks": (None, '["UPLOAD"]'),
        "access_token": (None, "owner-token"),
    }

    requests.post(f"{sim.url}/{PIXEL}/agencies", files=parts, timeout=10)

    assert sim.shares()[PIXEL, NORTHLIGHT] == {"UPLOAD"}


def test_agencies_show_tasks_only_when_asked_for(api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT)

    row = api.get(f"{PIXEL}/agencies")["data"][0]

    assert row == {"id": NORTHLIGHT, "name": "Northlight Media"}


def test_agencies_count_in_the_summary(api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT)

    assert api.get(f"{PIXEL}/agencies", summary="true")["summary"] == {"total_count": 1}


def test_unsharing_ends_the_share(sim: Simulator, api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT)

    assert api.unshare(PIXEL, NORTHLIGHT) == {"success": True}
    assert sim.shares() == {}


def test_edit_needs_an_app_on_the_list(sim: Simulator, api: Api) -> None:
    refused = api.share(PIXEL, NORTHLIGHT, "EDIT")["error"]
    allowed = api.share(PIXEL, NORTHLIGHT, "EDIT", token="edit-token")

    assert refused["code"] == 200
    assert "allowlisted" in refused["message"]
    assert allowed == {"success": True}


def test_an_unknown_task_is_named(api: Api) -> None:
    error = api.share(PIXEL, NORTHLIGHT, "ANALYZE", "WATCH")["error"]

    assert error["code"] == 100
    assert "permitted_tasks[1]" in error["message"]
    assert 'got "WATCH"' in error["message"]


def test_a_missing_parameter_is_named(api: Api) -> None:
    error = api.post(f"{PIXEL}/agencies", business=NORTHLIGHT)["error"]

    assert (error["code"], error["message"]) == (
        100,
        "(#100) The parameter permitted_tasks is required",
    )


def test_the_owner_cannot_be_its_own_agency(api: Api) -> None:
    assert api.share(PIXEL, OWNER)["error"]["code"] == 100


def test_an_unknown_business_is_a_bad_parameter(api: Api) -> None:
    assert api.share(PIXEL, "999")["error"]["code"] == 100


def test_a_pixel_goes_to_no_more_businesses_than_allowed(sim: Simulator, api: Api) -> None:
    sim.set(max_shares_per_pixel=1)
    api.share(PIXEL, HARBOUR)

    error = api.share(PIXEL, NORTHLIGHT)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 1752150)
