"""Tokens: their states, the proof of an app's secret, and what `debug_token` tells."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
import requests

from metapixel_simulator import Simulator, Token
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL


@pytest.mark.parametrize(
    ("state", "subcode"),
    [
        ("expired", 463),
        ("invalid", 467),
        ("password_changed", 460),
        ("checkpointed", 459),
        ("unconfirmed", 464),
        ("app_removed", 458),
    ],
)
def test_a_token_that_meta_no_longer_accepts_is_refused(
    sim: Simulator, api: Api, state: str, subcode: int
) -> None:
    sim.world.tokens["owner-token"].state = state

    error = api.get("me")["error"]

    assert (error["code"], error["error_subcode"]) == (190, subcode)


def test_a_token_expires_by_the_simulators_clock(sim: Simulator, api: Api) -> None:
    sim.world.tokens["owner-token"].expires_at = sim.clock.now().replace(year=2100)
    before = api.get("me")

    sim.advance(days=40_000)

    assert before["name"] == "Acme deploys"
    assert api.get("me")["error"]["error_subcode"] == 463


def test_the_token_may_be_in_the_query(sim: Simulator) -> None:
    answer = requests.get(f"{sim.url}/me", params={"access_token": "owner-token"}, timeout=10)

    assert answer.json()["name"] == "Acme deploys"


def test_the_pages_permission_is_needed_when_switched_on(sim: Simulator, api: Api) -> None:
    sim.set(require_pages_permission=True)
    sim.world.tokens["owner-token"].scopes = ("business_management", "ads_read")

    assert "pages_show_list" in api.share(PIXEL, NORTHLIGHT)["error"]["message"]


PROOF = hmac.new(b"example-app-secret", b"secured-token", hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("required", "proof", "accepted"),
    [
        (False, {}, True),
        (True, {}, False),
        (True, {"appsecret_proof": PROOF}, True),
        (False, {"appsecret_proof": "0" * 64}, False),
    ],
)
def test_a_proof_must_be_right_and_can_be_required(
    sim: Simulator, api: Api, required: bool, proof: dict[str, str], accepted: bool
) -> None:
    sim.set(require_appsecret_proof=required)

    answer = api.get("me", "secured-token", **proof)

    error = answer.get("error", {})
    assert ("name" in answer) is accepted
    assert error.get("type") == (None if accepted else "GraphMethodException")
    assert error.get("code") == (None if accepted else 100)


def test_debug_token_describes_a_token(sim: Simulator, api: Api) -> None:
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


def test_my_businesses_are_those_with_a_role(sim: Simulator, api: Api) -> None:
    harbours = sim.world.tokens["harbour-token"]
    sim.world.add(Token("t", harbours.user, harbours.app, ("business_management",)))

    assert [row["id"] for row in api.get("me/businesses", "t")["data"]] == [HARBOUR]
