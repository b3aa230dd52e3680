import pytest


def permit(api, ids, token="northlight-token", **changes):
    params = {"business": ids.northlight, "account_id": ids.northlight_account, **changes}
    return api.post(f"{ids.shop}/shared_accounts", token, **params)


@pytest.fixture
def shared(api, ids):
    api.share(ids.shop, ids.northlight, "ADVERTISE", "ANALYZE")


@pytest.mark.usefixtures("shared")
def test_an_agency_permits_its_ad_account(sim, api, ids):
    assert permit(api, ids) == {"success": True}
    assert sim.permissions() == {(ids.shop, ids.northlight, ids.northlight_account)}


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", ["account_id", "ad_account"])
@pytest.mark.parametrize("prefix", ["", "act_"])
def test_the_ad_account_is_taken_under_both_names_and_spellings(sim, api, ids, name, prefix):
    named = {name: prefix + ids.northlight_account}

    api.post(f"{ids.shop}/shared_accounts", "northlight-token", business=ids.northlight, **named)

    assert sim.permissions() == {(ids.shop, ids.northlight, ids.northlight_account)}


@pytest.mark.usefixtures("shared")
def test_two_names_must_agree(api, ids):
    error = permit(api, ids, ad_account=ids.northlight_account_2)["error"]

    assert error["code"] == 100
    assert "different" in error["message"]


@pytest.mark.usefixtures("shared")
def test_a_list_of_permissions_has_no_paging_and_no_summary(api, ids):
    path = f"{ids.shop}/shared_accounts"
    empty = api.get(path, "northlight-token", business=ids.northlight, summary="true")
    permit(api, ids)
    one = api.get(path, "northlight-token", business=ids.northlight, fields="id,name")

    assert empty == {"data": []}
    assert one == {"data": [{"id": f"act_{ids.northlight_account}", "name": "Northlight for Acme"}]}


def test_the_list_needs_a_business(api, ids):
    assert "business" in api.get(f"{ids.shop}/shared_accounts")["error"]["message"]


@pytest.mark.usefixtures("shared")
def test_a_permission_is_withdrawn(sim, api, ids):
    permit(api, ids)

    answer = api.delete(
        f"{ids.shop}/shared_accounts",
        "northlight-token",
        business=ids.northlight,
        account_id=ids.northlight_account,
    )

    assert answer == {"success": True}
    assert sim.permissions() == set()


def test_a_pixel_that_is_not_shared_is_unknown_to_the_agency(api, ids):
    error = permit(api, ids)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 33)


def test_upload_alone_does_not_allow_advertising(sim, api, ids):
    sim.share(ids.shop, ids.northlight, ["UPLOAD"])

    assert permit(api, ids)["error"]["code"] == 100


@pytest.mark.usefixtures("shared")
def test_an_ad_account_of_others_is_refused(api, ids):
    assert permit(api, ids, account_id=ids.harbour_account)["error"]["code"] == 100


@pytest.mark.usefixtures("shared")
def test_it_takes_an_admin_of_the_business_that_permits(api, ids):
    assert permit(api, ids, token="owner-token")["error"]["code"] == 10


def test_an_owner_permits_its_own_ad_account(sim, api, ids):
    permit(api, ids, "owner-token", business=ids.acme, account_id=ids.acme_account)

    assert sim.permissions() == {(ids.shop, ids.acme, ids.acme_account)}
