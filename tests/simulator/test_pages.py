"""Expansions and pages."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from metapixel_simulator import Pixel, Simulator
from tests.simulator.conftest import Api
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    PIXEL,
)

PATH = f"{OWNER}/owned_pixels"
LIST = f"GET {PATH}"


@pytest.fixture(autouse=True)
def many(sim: Simulator) -> None:
    """Ten pixels more, each shared with both agencies."""
    for number in range(10):
        pixel = Pixel(str(8000000000000000 + number), f"Pixel {number}", OWNER)
        sim.world.add(pixel)
        for agency in (NORTHLIGHT, HARBOUR):
            sim.share(pixel.id, agency, ["ANALYZE"])


def test_expansions_nest(api: Api) -> None:
    fields = "owned_pixels.limit(20){agencies{name},owner_business{owned_pixels.limit(1)}}"
    last = api.call(f"GET {OWNER}", fields=fields)["owned_pixels"]["data"][-1]

    assert [each["name"] for each in last["agencies"]["data"]] == [
        "Northlight Media",
        "Harbour Performance",
    ]
    assert last["owner_business"]["owned_pixels"]["data"] == [{"id": PIXEL}]


def test_pages_are_followed_to_the_end(api: Api) -> None:
    first = api.call(LIST, limit=5)
    second = api.call(LIST, limit=5, after=first["paging"]["cursors"]["after"])
    third = api.call(LIST, limit=5, after=second["paging"]["cursors"]["after"])

    assert [len(page["data"]) for page in (first, second, third)] == [5, 5, 3]
    assert "next" not in third["paging"]


def test_a_cursor_survives_the_loss_of_its_row(sim: Simulator, api: Api) -> None:
    first = api.call(LIST, limit=5)
    cursor = first["paging"]["cursors"]["after"]
    before = api.call(LIST, limit=5, after=cursor)["data"]

    gone = first["data"][-1]["id"]
    for agency in (NORTHLIGHT, HARBOUR):
        sim.unshare(gone, agency)
    del sim.world.pixels[gone]

    assert api.call(LIST, limit=5, after=cursor)["data"] == before


def test_next_contains_a_token_only_if_the_url_did(sim: Simulator, api: Api) -> None:
    url = f"{sim.url}/v27.0/{PATH}?access_token=owner-token&limit=5"
    by_header = api.call(LIST, limit=5)["paging"]["next"]
    by_query = requests.get(url, timeout=10).json()["paging"]["next"]

    assert "token" not in by_header
    assert parse_qs(urlsplit(by_query).query)["access_token"] == ["owner-token"]
    assert by_header.startswith(f"{sim.url}/v27.0/{PATH}?")
    assert len(requests.get(by_query, timeout=10).json()["data"]) == 5


def test_ad_accounts_have_paging_only_if_another_page_follows(sim: Simulator, api: Api) -> None:
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT_2)
    accounts = f"GET shared_accounts?business={NORTHLIGHT}"

    assert "paging" not in api.call(accounts)
    assert "next" in api.call(accounts, limit=1)["paging"]
