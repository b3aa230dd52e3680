"""/{pixel}/shared_accounts."""

import pytest

from metapixel_simulator import Simulator
from tests.simulator.conftest import Answer, Api
from tests.support.example import (
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)

PATH = f"{PIXEL}/shared_accounts"


@pytest.fixture(autouse=True)
def shared(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE", "ANALYZE"])
    sim.share(PIXEL_2, NORTHLIGHT, ["UPLOAD"])


def permit(api: Api, pixel: str = PIXEL, token: str = "northlight-token", **params: str) -> Answer:
    return api.post(f"{pixel}/shared_accounts", token, **{"business": NORTHLIGHT, **params})


@pytest.mark.parametrize("name", ["account_id", "ad_account"])
@pytest.mark.parametrize("prefix", ["", "act_"])
def test_an_agency_permits_its_ad_account_under_both_names_and_spellings(
    sim: Simulator, api: Api, name: str, prefix: str
) -> None:
    assert permit(api, **{name: prefix + NORTHLIGHT_ACCOUNT}) == {"success": True}
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


def test_an_owner_permits_its_own_ad_account(sim: Simulator, api: Api) -> None:
    permit(api, token="owner-token", business=OWNER, account_id=OWNER_ACCOUNT)

    assert sim.permissions() == {(PIXEL, OWNER, OWNER_ACCOUNT)}


@pytest.mark.parametrize(
    ("pixel", "token", "changes", "code", "told"),
    [
        (PIXEL, "northlight-token", {"ad_account": NORTHLIGHT_ACCOUNT_2}, 100, "the same ad acc"),
        (
            PIXEL,
            "northlight-token",
            {"account_id": HARBOUR_ACCOUNT},
            100,
            "has no access to the ad",
        ),
        (PIXEL, "northlight-token", {"account_id": "1"}, 100, "must be an ad account - got 1"),
        (PIXEL, "northlight-token", {"account_id": "x"}, 100, "must be an ad account id"),
        (
            PIXEL,
            "northlight-token",
            {"account_id": ""},
            100,
            "The parameter account_id is required",
        ),
        (PIXEL, "owner-token", {}, 10, "an admin of the business Northlight Media"),
        # The task UPLOAD alone does not allow advertising.
        (PIXEL_2, "northlight-token", {}, 100, "may not advertise with the pixel"),
        # A pixel that is not shared is unknown to the agency.
        (PIXEL_3, "northlight-token", {}, 100, "does not exist"),
    ],
)
def test_a_permission_that_meta_refuses(
    api: Api, pixel: str, token: str, changes: dict[str, str], code: int, told: str
) -> None:
    error = permit(api, pixel, token, **{"account_id": NORTHLIGHT_ACCOUNT, **changes})["error"]

    assert error["code"] == code
    assert told in error["message"]


def test_a_list_of_permissions_has_no_paging_and_no_summary(sim: Simulator, api: Api) -> None:
    empty = api.get(PATH, "northlight-token", business=NORTHLIGHT, summary="true")
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    one = api.get(PATH, "northlight-token", business=NORTHLIGHT, fields="id,name")

    assert empty == {"data": []}
    assert one == {"data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}", "name": "Northlight for Acme"}]}
    assert "business" in api.get(PATH)["error"]["message"]


def test_a_permission_is_withdrawn(sim: Simulator, api: Api) -> None:
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    account = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}

    assert api.delete(PATH, "northlight-token", **account) == {"success": True}
    assert sim.permissions() == set()
