import hashlib
import hmac
from datetime import UTC, datetime

import pytest
import requests

from metapixel_simulator import Simulator, Token
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL


@pytest.mark.parametrize(
    ("token", "state", "code", "subcode"),
    [
        ("", "valid", 104, None),
        ("nobody", "valid", 190, None),
        ("expired-token", "valid", 190, 463),
        ("owner-token", "expired", 190, 463),
        ("owner-token", "invalid", 190, 467),
        ("owner-token", "password_changed", 190, 460),
        ("owner-token", "checkpointed", 190, 459),
        ("owner-token", "unconfirmed", 190, 464),
        ("owner-token", "app_removed", 190, 458),
    ],
)
def test_a_token_that_is_not_good_is_refused(
    sim: Simulator, api: Api, token: str, state: str, code: int, subcode: int | None
) -> None:
    sim.world.tokens["owner-token"].state = state

    error = api.get("me", token)["error"]

    assert (error["type"], error["code"]) == ("OAuthException", code)
    assert error.get("error_subcode") == subcode
    assert error["fbtrace_id"]


def test_a_token_expires_by_the_simulators_clock(sim: Simulator, api: Api) -> None:
    token = sim.world.tokens["owner-token"]
    token.expires_at = sim.clock.now().replace(year=2100)
    before = api.get("me")

    sim.advance(days=40_000)

    assert before["name"] == "Acme deploys"
    assert api.get("me")["error"]["error_subcode"] == 463


def test_the_token_may_stand_in_the_query(sim: Simulator) -> None:
    answer = requests.get(f"{sim.url}/me", params={"access_token": "owner-token"}, timeout=10)

    assert answer.json()["name"] == "Acme deploys"


def test_a_missing_scope_is_named(api: Api) -> None:
    error = api.share(PIXEL, NORTHLIGHT, token="unscoped-token")["error"]

    assert (error["code"], api.last.status_code) == (200, 403)
    assert "business_management" in error["message"]


def test_an_employee_reads_and_does_not_share(api: Api) -> None:
    error = api.share(PIXEL, NORTHLIGHT, token="employee-token")["error"]

    assert error["code"] == 10
    assert "Acme Outdoor" in error["message"]
    assert api.get(f"{PIXEL}/agencies", "employee-token") == {"data": []}


def test_the_pages_permission_is_asked_for_when_switched_on(sim: Simulator, api: Api) -> None:
    sim.set(require_pages_permission=True)
    sim.world.tokens["owner-token"].scopes = ("business_management", "ads_read")

    assert "pages_show_list" in api.share(PIXEL, NORTHLIGHT)["error"]["message"]


def test_an_unknown_object_and_one_out_of_sight_look_the_same(api: Api) -> None:
    unknown = api.get("999/agencies")["error"]
    unseen = api.get(f"{PIXEL}/agencies", "harbour-token")["error"]

    assert unknown["type"] == unseen["type"] == "GraphMethodException"
    assert (unknown["code"], unknown["error_subcode"]) == (100, 33)
    assert unknown["message"].replace("999", PIXEL) == unseen["message"]


def test_a_right_proof_is_taken_and_a_wrong_one_refused(api: Api) -> None:
    proof = hmac.new(b"example-app-secret", b"secured-token", hashlib.sha256).hexdigest()

    right = api.get("me", "secured-token", appsecret_proof=proof)
    wrong = api.get("me", "secured-token", appsecret_proof="0" * 64)["error"]

    assert right["name"] == "Acme deploys"
    assert (wrong["type"], wrong["code"]) == ("GraphMethodException", 100)


def test_a_proof_can_be_required(sim: Simulator, api: Api) -> None:
    sim.set(require_appsecret_proof=True)

    assert api.get("me", "secured-token")["error"]["type"] == "GraphMethodException"


def test_granted_permissions_are_listed(api: Api) -> None:
    rows = api.get("me/permissions", "unscoped-token")["data"]

    assert rows == [{"permission": "ads_read", "status": "granted"}]


def test_debug_token_tells_of_a_good_token(sim: Simulator, api: Api) -> None:
    token = sim.world.tokens["harbour-token"]
    token.expires_at = datetime(2030, 1, 1, tzinfo=UTC)
    token.data_access_expires_at = datetime(2029, 1, 1, tzinfo=UTC)

    names = ("is_valid", "type", "expires_at", "data_access_expires_at")
    first, second = (
        api.get("debug_token", input_token=each)["data"]
        for each in ("harbour-token", "owner-token")
    )

    assert [first[name] for name in names] == [True, "SYSTEM_USER", 1893456000, 1861920000]
    assert [second[name] for name in names] == [True, "SYSTEM_USER", 0, 0]
    assert "business_management" in first["scopes"]


@pytest.mark.parametrize("token", ["nobody", "expired-token"])
def test_debug_token_of_a_bad_token_is_an_answer_not_an_error(api: Api, token: str) -> None:
    data = api.get("debug_token", input_token=token)["data"]

    assert api.last.status_code == 200
    assert (data["is_valid"], data["error"]["code"]) == (False, 190)


@pytest.mark.parametrize(
    ("version", "told"), [("v23.0", "deprecated version"), ("v99.0", "no version v99.0")]
)
def test_a_version_that_is_not_served_is_refused(sim: Simulator, version: str, told: str) -> None:
    headers = {"Authorization": "Bearer owner-token"}
    answer = requests.get(f"{sim.url}/{version}/me", headers=headers, timeout=10)

    error = answer.json()["error"]
    assert error["code"] == 2635
    assert told in error["message"]
    assert "v27.0" in error["message"]


def test_my_businesses_are_those_with_a_role(sim: Simulator, api: Api) -> None:
    harbours = sim.world.tokens["harbour-token"]
    sim.world.add(Token("t", harbours.user, harbours.app, ("business_management",)))

    assert [row["id"] for row in api.get("me/businesses", "t")["data"]] == [HARBOUR]
