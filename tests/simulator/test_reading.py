"""Nodes, fields, field expansion, pages."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from metapixel_simulator import Pixel, Simulator, World
from tests.simulator.conftest import Api
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_3,
)


@pytest.fixture
def many(api: Api, sim: Simulator) -> None:
    """Ten pixels more, each shared with both agencies."""
    for number in range(10):
        pixel = Pixel(str(8000000000000000 + number), f"Pixel {number}", OWNER)
        sim.world.add(pixel)
        for agency in (NORTHLIGHT, HARBOUR):
            sim.share(pixel.id, agency, ["ANALYZE"])


def test_a_pixel_shows_what_is_asked_for(api: Api) -> None:
    fields = "id,name,owner_business,owner_ad_account{account_id},last_fired_time"

    assert api.get(PIXEL, fields=fields) == {
        "id": PIXEL,
        "name": "Acme web shop",
        "owner_business": {"id": OWNER, "name": "Acme Outdoor"},
        "owner_ad_account": {"id": f"act_{OWNER_ACCOUNT}", "account_id": OWNER_ACCOUNT},
        "last_fired_time": "2026-11-20T08:15:00+0000",
    }


def test_a_field_without_a_value_is_left_out(api: Api) -> None:
    assert api.get(PIXEL_3, fields="last_fired_time,owner_ad_account") == {"id": PIXEL_3}


def test_an_unknown_field_is_an_error(api: Api) -> None:
    error = api.get(PIXEL, fields="id,colour")["error"]

    assert error["code"] == 100
    assert "nonexisting field (colour) on node type (AdsPixel)" in error["message"]


def test_a_node_without_fields_shows_its_defaults(api: Api) -> None:
    assert api.get(PIXEL) == {"id": PIXEL}
    assert api.get(OWNER) == {"id": OWNER, "name": "Acme Outdoor"}


@pytest.mark.parametrize("prefix", ["", "act_"])
def test_an_ad_account_is_found_with_and_without_prefix(api: Api, prefix: str) -> None:
    answer = api.get(f"{prefix}{OWNER_ACCOUNT}", fields="name,account_id")

    assert answer == {
        "id": f"act_{OWNER_ACCOUNT}",
        "account_id": OWNER_ACCOUNT,
        "name": "Acme house account",
    }


def test_fields_may_come_as_a_json_list(api: Api) -> None:
    assert api.get(PIXEL, fields=["name"]) == {"id": PIXEL, "name": "Acme web shop"}


@pytest.mark.parametrize("fields", ["id,", "agencies{id", "agencies.limit(5", "id}", "a b"])
def test_fields_that_cannot_be_read_are_an_error(api: Api, fields: str) -> None:
    error = api.get(PIXEL, fields=fields)["error"]

    assert error["code"] == 2500
    assert "Syntax error" in error["message"]


def test_an_expansion_carries_its_own_page(api: Api, many: None) -> None:
    answer = api.get(
        f"{OWNER}/owned_pixels",
        limit=20,
        fields="id,agencies.limit(1){id,permitted_tasks}",
    )

    row = answer["data"][-1]["agencies"]
    rest = requests.get(
        row["paging"]["next"], headers={"Authorization": "Bearer owner-token"}, timeout=10
    ).json()
    assert [each["id"] for each in row["data"]] == [NORTHLIGHT]
    assert [each["id"] for each in rest["data"]] == [HARBOUR]
    assert set(rest["data"][0]) == {"id", "permitted_tasks"}
    assert "next" not in rest["paging"]


def test_expansions_nest(api: Api, many: None) -> None:
    answer = api.get(
        OWNER, fields="owned_pixels.limit(20){agencies{name},owner_business{owned_pixels.limit(1)}}"
    )

    last = answer["owned_pixels"]["data"][-1]
    assert [each["name"] for each in last["agencies"]["data"]] == [
        "Northlight Media",
        "Harbour Performance",
    ]
    assert last["owner_business"]["owned_pixels"]["data"] == [{"id": PIXEL}]


def test_an_expansion_takes_the_edges_parameters(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    answer = api.get(PIXEL, fields=f"shared_accounts.business({NORTHLIGHT}){{id}}")

    assert answer["shared_accounts"]["data"] == [{"id": f"act_{NORTHLIGHT_ACCOUNT}"}]


def test_client_pixels_show_the_tasks_an_agency_has(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    rows = api.get(
        f"{NORTHLIGHT}/client_pixels", "northlight-token", fields="name,permitted_tasks"
    )["data"]

    assert rows == [{"id": PIXEL, "name": "Acme web shop", "permitted_tasks": ["UPLOAD"]}]


def test_only_the_owner_sees_a_pixels_agencies(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    assert api.get(f"{PIXEL}/agencies", "northlight-token")["error"]["code"] == 10


def test_a_business_lists_its_agencies(api: Api) -> None:
    assert [row["id"] for row in api.get(f"{OWNER}/agencies")["data"]] == [NORTHLIGHT]


def test_pages_are_followed_to_the_end_and_back(api: Api, many: None) -> None:
    path = f"{OWNER}/owned_pixels"
    first = api.get(path, limit=5)
    second = api.get(path, limit=5, after=first["paging"]["cursors"]["after"])
    third = api.get(path, limit=5, after=second["paging"]["cursors"]["after"])
    back = api.get(path, limit=5, before=third["paging"]["cursors"]["before"])

    assert [len(page["data"]) for page in (first, second, third)] == [5, 5, 3]
    assert "next" not in third["paging"]
    assert back["data"] == second["data"]
    assert "previous" not in first["paging"]


def test_a_cursor_survives_the_loss_of_its_row(sim: Simulator, api: Api, many: None) -> None:
    path = f"{OWNER}/owned_pixels"
    first = api.get(path, limit=5)
    before = api.get(path, limit=5, after=first["paging"]["cursors"]["after"])["data"]

    gone = first["data"][-1]["id"]
    for agency in (NORTHLIGHT, HARBOUR):
        sim.unshare(gone, agency)
    del sim.world.pixels[gone]

    after = api.get(path, limit=5, after=first["paging"]["cursors"]["after"])["data"]
    assert after == before


def test_next_holds_a_token_only_if_the_url_did(sim: Simulator, api: Api, many: None) -> None:
    path = f"{OWNER}/owned_pixels"
    by_header = api.get(path, limit=5)["paging"]["next"]
    by_query = requests.get(
        f"{sim.url}/v27.0/{path}", params={"access_token": "owner-token", "limit": "5"}, timeout=10
    ).json()["paging"]["next"]

    assert "token" not in by_header
    assert parse_qs(urlsplit(by_query).query)["access_token"] == ["owner-token"]
    assert by_header.startswith(f"{sim.url}/v27.0/{path}?")
    assert len(requests.get(by_query, timeout=10).json()["data"]) == 5


def test_a_page_has_at_most_the_allowed_rows(sim: Simulator, api: Api, many: None) -> None:
    sim.set(max_page_size=4)

    assert len(api.get(f"{OWNER}/owned_pixels", limit=5000)["data"]) == 4


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_that_is_none_is_refused(api: Api, limit: str) -> None:
    assert api.get(f"{OWNER}/owned_pixels", limit=limit)["error"]["code"] == 100


def test_a_cursor_that_is_none_is_refused(api: Api) -> None:
    assert api.get(f"{OWNER}/owned_pixels", after="nonsense")["error"]["code"] == 100


def test_too_much_data_at_once_is_refused_and_less_is_not(
    sim: Simulator, api: Api, many: None
) -> None:
    sim.set(max_rows_per_call=300)
    path, fields = f"{OWNER}/owned_pixels", "id,agencies.limit(50){id}"

    error = api.get(path, fields=fields, limit=10)["error"]
    status = api.last.status_code

    assert (error["code"], status) == (1, 500)
    assert "reduce the amount of data" in error["message"]
    assert len(api.get(path, fields=fields, limit=5)["data"]) == 5


def test_a_slash_at_the_end_changes_nothing(api: Api) -> None:
    assert api.get(f"{PIXEL}/agencies/") == {"data": []}


def test_an_unknown_edge_is_an_error(api: Api) -> None:
    assert api.get(f"{PIXEL}/followers")["error"]["code"] == 2500


def test_a_method_an_edge_does_not_have_is_an_error(api: Api) -> None:
    error = api.delete(f"{OWNER}/owned_pixels")["error"]

    assert "Unsupported delete request" in error["message"]


def test_a_world_can_be_built_from_objects() -> None:
    with Simulator(World()) as empty:
        assert requests.get(f"{empty.url}/me", timeout=10).json()["error"]["code"] == 104
