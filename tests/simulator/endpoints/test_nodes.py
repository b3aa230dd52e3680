"""Other reads, the token of a call, and its version, after Meta's reference of the Graph API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from metapixel_simulator import AdAccount, Assignment, Relationship, Simulator, Token
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import ALL, APP, SYSTEM_USER, ApproveRows, Rows, calls, row
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_3,
)

#: An employee of the owner.
PERSON = "122100000000002"
PIXELS = f"GET {OWNER}/owned_pixels"
USERS = f"GET assigned_users?business={NORTHLIGHT}&fields=name,user_type,tasks,business{{id}}"


def token(state: str = "valid", **fields: Any) -> Token:
    return Token("t", SYSTEM_USER, APP, ("business_management",), state=state, **fields)


READS = {
    "an edge's parameters": row(f"GET {PIXEL}?fields=shared_accounts.business({NORTHLIGHT}){{id}}"),
    "an empty edge is left out": row(f"GET {PIXEL_3}?fields=agencies{{id}}"),
    "an empty edge is listed": row(f"GET {PIXEL_3}?fields=agencies{{id}}", empty_edge="listed"),
    "an edge that the user cannot read": row(
        f"GET {PIXEL}?fields=agencies{{id}}", token="northlight-token"
    ),
    "an edge that the user cannot read is left out": row(
        f"GET {PIXEL}?fields=agencies{{id}}", token="northlight-token", unreadable_edge="omitted"
    ),
    "a person is a user of a business": row(
        f"GET assigned_users?business={OWNER}&fields=user_type",
        Assignment(PIXEL, PERSON, ("EDIT",)),
    ),
    **calls(
        f"GET {PIXEL}?fields=id,name,owner_business,owner_ad_account{{account_id}},last_fired_time",
        f"GET {PIXEL_3}?fields=last_fired_time,owner_ad_account",
        f"GET {PIXEL}",
        f'GET {PIXEL}?fields=["name"]',
        f"GET {OWNER_ACCOUNT}",
        "GET assigned_users",
        "GET assigned_users?business=999",
        f"GET {PIXEL}?fields=id,colour",
        f"{PIXELS}?after=nonsense",
        *(f"GET {PIXEL}?fields={each}" for each in ("id,", "agencies{id", "agencies.limit(5")),
        *(f"GET {PIXEL}?fields={each}" for each in ("id}", "a b")),
        *(f"{PIXELS}?limit={each}" for each in ("0", "-1", "many")),
        f"GET {PIXEL}/followers",
        "GET 999/agencies",
        f"DELETE {OWNER}/owned_pixels",
    ),
    **calls(f"GET {OWNER}", token="harbour-token"),
    **calls(f"GET {NORTHLIGHT}/client_pixels?fields=permitted_tasks", token="northlight-token"),
    **calls(USERS, token="owner-token"),
    **calls(USERS, token="northlight-token"),
    **calls(f"GET assigned_users?business={OWNER}", token="employee-token"),
}
ON_ACCOUNT = f"{OWNER_ACCOUNT}/assigned_users"
#: The lists of another business, read by the owner.
LISTS_OF_OTHERS = (
    f"GET shared_accounts?business={NORTHLIGHT}&fields=id",
    f"GET assigned_users?business={NORTHLIGHT}&fields=id",
    f"GET {ON_ACCOUNT}?business={NORTHLIGHT}&fields=id",
)
OFFBOARDING = {
    **{
        f"{call}, {setting}, {reader}": row(call, token=reader, foreign_lists=setting)
        for call in LISTS_OF_OTHERS
        for setting in ("listed", "empty", "refused")
        for reader in ("owner-token", ALL)
    },
    "an agency without a share is a partner": row(
        f"GET {OWNER}/agencies", Relationship(OWNER, NORTHLIGHT)
    ),
    "an ad account makes a partner": row(f"GET {OWNER}/agencies", former_partner="omitted"),
    "neither a relationship alone nor the ad account of another business makes a partner": row(
        f"GET {OWNER}/agencies",
        *(Relationship(OWNER, HARBOUR), AdAccount("9", "Other", NORTHLIGHT, (HARBOUR,))),
        former_partner="omitted",
    ),
    **calls(
        f"GET {OWNER}/business_users?fields=name,email,role&limit=1&summary=true",
        f"GET {OWNER}/pending_users",
        f"GET {OWNER}/owned_ad_accounts?fields=agencies{{id}}",
        f"DELETE {OWNER_ACCOUNT}/agencies?business={HARBOUR}",
        f"DELETE {ON_ACCOUNT}?user={PERSON}",
    ),
    **calls(
        f"GET {OWNER}/business_users",
        f"DELETE {ON_ACCOUNT}?user={SYSTEM_USER}",
        token="employee-token",
    ),
}
STATES = ("expired", "invalid", "password_changed", "checkpointed", "unconfirmed", "app_removed")
TOKENS = {
    "no token": row("GET me", token=""),
    "an unknown token": row("GET me", token="nobody"),
    **{f"a token whose state is {each}": row("GET me", token(each), token="t") for each in STATES},
    "a proof is not required": row("GET me?fields=id", token="secured-token"),
    "a proof is required": row("GET me", token="secured-token", require_appsecret_proof=True),
    "a token is described": row(
        "GET debug_token?input_token=t",
        token(
            expires_at=datetime(2030, 1, 1, tzinfo=UTC),
            data_access_expires_at=datetime(2029, 1, 1, tzinfo=UTC),
        ),
    ),
    **calls("GET /v23.0/me", "GET /v99.0/me"),
}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("simulator-reads.txt", READS),
        ("simulator-offboarding.txt", OFFBOARDING),
        ("simulator-tokens.txt", TOKENS),
    ],
)
def test_calls_are_approved(name: str, rows: Rows, approve_rows: ApproveRows) -> None:
    approve_rows(name, rows)


def test_a_token_expires_by_the_simulators_clock(sim: Simulator, api: Api) -> None:
    sim.world.tokens["owner-token"].expires_at = sim.clock.now().replace(year=2100)
    before = api.call("GET me")

    sim.advance(days=40_000)

    assert before["name"] == "Acme deploys"
    assert api.call("GET me")["error"]["error_subcode"] == 463


def test_debug_token_describes_an_expired_token_and_one_that_never_expires(api: Api) -> None:
    expired, lasting = (
        api.call("GET debug_token", input_token=each)["data"]
        for each in ("expired-token", "owner-token")
    )

    assert (expired["is_valid"], expired["expires_at"]) == (False, 1769860800)
    assert (expired["error"]["code"], expired["error"]["subcode"]) == (190, 463)
    assert (lasting["is_valid"], lasting["expires_at"]) == (True, 0)
