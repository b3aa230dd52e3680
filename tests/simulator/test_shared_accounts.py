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
)


def permit(api: Api, token: str = "northlight-token", **changes: str) -> Answer:
    params = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT, **changes}
    return api.post(f"{PIXEL}/shared_accounts", token, **params)


@pytest.fixture
def shared(api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT, "ADVERTISE", "ANALYZE")


@pytest.mark.usefixtures("shared")
def test_an_agency_permits_its_ad_account(sim: Simulator, api: Api) -> None:
    assert permit(api) == {"success": True}
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", ["account_id", "ad_account"])
@pytest.mark.parametrize("prefix", ["", "act_"])
def test_the_ad_account_is_taken_under_both_names_and_spellings(
    sim: Simulator, api: Api, name: str, prefix: str
) -> None:
    named = {name: prefix + NORTHLIGHT_ACCOUNT}

    api.post(f"{PIXEL}/shared_accounts", "northlight-token", business=NORTHLIGHT, **named)

    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


@pytest.mark.usefixtures("shared")
def test_two_names_must_agree(api: Api) -> None:
    error = permit(api, ad_account=NORTHLIGHT_ACCOUNT_2)["error"]

    assert error["code"] == 100
    assert "must be the same ad account" in error["message"]


@pytest.mark.usefixtures("shared")
def test_a_list_of_permissions_has_no_paging_and_no_summary(api: Api) -> None:
    path = f"{PIXEL}/shared_accounts"
    empty = api.get(path, "northlight-token", business=NORTHLIGHT, summary="true")
    permit(api)
    one = api.get(path, "northlight-token", business=NORTHLIGHT, fields="id,name")

    assert empty == {"data": []}
    assert one == {"data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}", "name": "Northlight for Acme"}]}


def test_the_list_needs_a_business(api: Api) -> None:
    assert "business" in api.get(f"{PIXEL}/shared_accounts")["error"]["message"]


@pytest.mark.usefixtures("shared")
def test_a_permission_is_withdrawn(sim: Simulator, api: Api) -> None:
    permit(api)

    answer = api.delete(
        f"{PIXEL}/shared_accounts",
        "northlight-token",
        business=NORTHLIGHT,
        account_id=NORTHLIGHT_ACCOUNT,
    )

    assert answer == {"success": True}
    assert sim.permissions() == set()


def test_a_pixel_that_is_not_shared_is_unknown_to_the_agency(api: Api) -> None:
    error = permit(api)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 33)


def test_upload_alone_does_not_allow_advertising(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    assert permit(api)["error"]["code"] == 100


@pytest.mark.usefixtures("shared")
def test_an_ad_account_of_others_is_refused(api: Api) -> None:
    assert permit(api, account_id=HARBOUR_ACCOUNT)["error"]["code"] == 100


@pytest.mark.usefixtures("shared")
def test_it_takes_an_admin_of_the_business_that_permits(api: Api) -> None:
    assert permit(api, token="owner-token")["error"]["code"] == 10


def test_an_owner_permits_its_own_ad_account(sim: Simulator, api: Api) -> None:
    permit(api, "owner-token", business=OWNER, account_id=OWNER_ACCOUNT)

    assert sim.permissions() == {(PIXEL, OWNER, OWNER_ACCOUNT)}
