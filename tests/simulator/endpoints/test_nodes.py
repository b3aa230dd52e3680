"""Other reads, the token of a call, and its version, after Meta's reference of the Graph API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from metapixel_simulator import AdAccount, Assignment, Relationship, Simulator, Token
from tests.simulator.conftest import Answer, Api
from tests.simulator.endpoints.conftest import (
    APP,
    INVITED,
    SYSTEM_USER,
    Error,
    Row,
    refused,
    row,
    unknown,
)
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)

#: An employee of the owner.
PERSON = "122100000000002"
PIXELS = f"GET {OWNER}/owned_pixels"
USERS = f"GET assigned_users?business={NORTHLIGHT}&fields=name,user_type,tasks,business{{id}}"
USER: Answer = {
    "id": SYSTEM_USER,
    "name": "Northlight deploys",
    "user_type": "SYSTEM_USER",
    "tasks": ["UPLOAD"],
    "business": {"id": NORTHLIGHT},
}


def token(state: str = "valid", **fields: Any) -> Token:
    return Token("t", SYSTEM_USER, APP, ("business_management",), state=state, **fields)


READS = {
    "a pixel shows the fields that are asked for": row(
        f"GET {PIXEL}?fields=id,name,owner_business,owner_ad_account{{account_id}},last_fired_time",
        {
            "id": PIXEL,
            "name": "Acme web shop",
            "owner_business": {"id": OWNER, "name": "Acme Outdoor"},
            "owner_ad_account": {"id": f"act_{OWNER_ACCOUNT}", "account_id": OWNER_ACCOUNT},
            "last_fired_time": "2026-11-20T08:15:00+0000",
        },
    ),
    "a field without a value is left out": row(
        f"GET {PIXEL_3}?fields=last_fired_time,owner_ad_account", {"id": PIXEL_3}
    ),
    "a pixel shows its id without fields": row(f"GET {PIXEL}", {"id": PIXEL}),
    "a business shows its name without fields, also to a recipient of its request": row(
        f"GET {OWNER}", {"id": OWNER, "name": "Acme Outdoor"}, token="harbour-token"
    ),
    "fields may be a JSON list": row(
        f'GET {PIXEL}?fields=["name"]', {"id": PIXEL, "name": "Acme web shop"}
    ),
    "an expansion takes the edge's parameters": row(
        f"GET {PIXEL}?fields=shared_accounts.business({NORTHLIGHT}){{id}}",
        {"id": PIXEL, "shared_accounts": {"data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}"}]}},
    ),
    "an empty edge is left out": row(f"GET {PIXEL_3}?fields=agencies{{id}}", {"id": PIXEL_3}),
    "an empty edge is listed": row(
        f"GET {PIXEL_3}?fields=agencies{{id}}",
        {"id": PIXEL_3, "agencies": {"data": []}},
        empty_edge="listed",
    ),
    "an edge that the user cannot read": row(
        f"GET {PIXEL}?fields=agencies{{id}}",
        Error(10, "a role in the business"),
        token="northlight-token",
    ),
    "an edge that the user cannot read is left out": row(
        f"GET {PIXEL}?fields=agencies{{id}}",
        {"id": PIXEL},
        token="northlight-token",
        unreadable_edge="omitted",
    ),
    "a pixel of a client shows the agency's tasks on request": row(
        f"GET {NORTHLIGHT}/client_pixels?fields=permitted_tasks",
        {
            "data": [
                {"id": PIXEL, "permitted_tasks": ["AA_ANALYZE", "ADVERTISE", "ANALYZE"]},
                {"id": PIXEL_2, "permitted_tasks": ["UPLOAD"]},
            ]
        },
        token="northlight-token",
    ),
    "an ad account is found by its number": row(
        f"GET {OWNER_ACCOUNT}", {"id": f"act_{OWNER_ACCOUNT}", "account_id": OWNER_ACCOUNT}
    ),
    **{
        f"{reader} sees the users of the agency": row(USERS, {"data": [USER]}, token=reader)
        for reader in ("owner-token", "northlight-token")
    },
    "a person is a user of a business": row(
        f"GET assigned_users?business={OWNER}&fields=user_type",
        {"data": [{"id": PERSON, "user_type": "BUSINESS_USER"}]},
        Assignment(PIXEL, PERSON, ("EDIT",)),
    ),
    **refused(
        100,
        {
            "The parameter business is required": "GET assigned_users",
            "must be a business id - got 999": "GET assigned_users?business=999",
            "nonexisting field (colour) on node type (AdsPixel)": f"GET {PIXEL}?fields=id,colour",
            "Invalid cursors": f"{PIXELS}?after=nonsense",
        },
    ),
    **refused(10, {"Acme Outdoor": f"GET assigned_users?business={OWNER}"}, "employee-token"),
    **{
        f"the fields {fields}": row(f"GET {PIXEL}?fields={fields}", Error(2500, "Syntax error"))
        for fields in ("id,", "agencies{id", "agencies.limit(5", "id}", "a b")
    },
    **{
        f"the limit {limit}": row(f"{PIXELS}?limit={limit}", Error(100, "Param limit"))
        for limit in ("0", "-1", "many")
    },
    **refused(2500, {"Unknown path components": f"GET {PIXEL}/followers"}),
    **unknown("GET 999/agencies", "999"),
    **unknown(f"DELETE {OWNER}/owned_pixels", OWNER),
}
ON_ACCOUNT = f"{OWNER_ACCOUNT}/assigned_users"
FOREIGN = "owner-token"
EMPTY: Answer = {"data": []}
ROBOT: Answer = {"data": [{"id": SYSTEM_USER}]}
AGENCIES: Answer = {"data": [{"id": NORTHLIGHT, "name": "Northlight Media"}]}
#: The lists of another business, read by the owner.
LISTS_OF_OTHERS = {
    f"GET shared_accounts?business={NORTHLIGHT}&fields=id": {
        "data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}"}]
    },
    f"GET assigned_users?business={NORTHLIGHT}&fields=id": ROBOT,
    f"GET {ON_ACCOUNT}?business={NORTHLIGHT}&fields=id": ROBOT,
}
OFFBOARDING = {
    **{
        f"{call}, {setting}": row(call, expected, token=FOREIGN, foreign_lists=setting)
        for call, listed in LISTS_OF_OTHERS.items()
        for setting, expected in (
            ("listed", listed),
            ("empty", EMPTY),
            ("refused", Error(10, "Northlight Media")),
        )
    },
    **{
        f"an admin of both sees lists, {setting}": row(call, listed, foreign_lists=setting)
        for call, listed in LISTS_OF_OTHERS.items()
        for setting in ("empty", "refused")
    },
    "the people of a business": row(
        f"GET {OWNER}/business_users?fields=name,email,role&limit=1&summary=true",
        {
            "data": [{"id": PERSON, "name": "Erin Employee", "role": "EMPLOYEE"}],
            "summary": {"total_count": 2},
        },
    ),
    "the invitations of a business": row(
        f"GET {OWNER}/pending_users", {"data": [{"id": INVITED, "email": "bo@acme.example"}]}
    ),
    "the ad accounts of a business and their agencies": row(
        f"GET {OWNER}/owned_ad_accounts?fields=agencies{{id}}",
        {
            "data": [
                {"id": f"act_{OWNER_ACCOUNT}", "agencies": {"data": [{"id": NORTHLIGHT}]}},
            ]
        },
    ),
    "an agency without a share is a partner": row(
        f"GET {OWNER}/agencies", AGENCIES, Relationship(OWNER, NORTHLIGHT)
    ),
    "an ad account makes a partner": row(
        f"GET {OWNER}/agencies", AGENCIES, former_partner="omitted"
    ),
    "neither a relationship alone nor the ad account of another business makes a partner": row(
        f"GET {OWNER}/agencies",
        AGENCIES,
        *(Relationship(OWNER, HARBOUR), AdAccount("9", "Other", NORTHLIGHT, (HARBOUR,))),
        former_partner="omitted",
    ),
    **refused(
        100,
        {
            "not shared with this business": f"DELETE {OWNER_ACCOUNT}/agencies?business={HARBOUR}",
            "not assigned to this ad account": f"DELETE {ON_ACCOUNT}?user={PERSON}",
        },
    ),
    **refused(10, {"an admin": f"GET {OWNER}/business_users"}, "employee-token"),
    **refused(10, {"Acme Outdoor": f"DELETE {ON_ACCOUNT}?user={SYSTEM_USER}"}, "employee-token"),
}
TOKENS = {
    **refused(104, {"An access token is required": "GET me"}, ""),
    **refused(190, {"Cannot parse access token": "GET me"}, "nobody"),
    **{
        f"a token whose state is {state}": row(
            "GET me", Error(190, told, subcode), token(state), token="t"
        )
        for state, subcode, told in (
            ("expired", 463, "has expired on"),
            ("invalid", 467, "logged out"),
            ("password_changed", 460, "changed their password"),
            ("checkpointed", 459, "cannot access the app till you log in"),
            ("unconfirmed", 464, "not confirmed"),
            ("app_removed", 458, "not authorized application"),
        )
    },
    "a proof is not required": row(
        "GET me?fields=id", {"id": "122100000000001"}, token="secured-token"
    ),
    "a proof is required": row(
        "GET me",
        Error(100, "appsecret_proof", type="GraphMethodException"),
        token="secured-token",
        require_appsecret_proof=True,
    ),
    "a token is described": row(
        "GET debug_token?input_token=t",
        {
            "data": {
                "app_id": APP,
                "application": "Acme deploys",
                "type": "SYSTEM_USER",
                "expires_at": 1893456000,
                "data_access_expires_at": 1861920000,
                "is_valid": True,
                "scopes": ["business_management"],
                "user_id": SYSTEM_USER,
            }
        },
        token(
            expires_at=datetime(2030, 1, 1, tzinfo=UTC),
            data_access_expires_at=datetime(2029, 1, 1, tzinfo=UTC),
        ),
    ),
    **refused(2635, {"deprecated version": "GET /v23.0/me", "no version v99.0": "GET /v99.0/me"}),
}
ROWS = READS | OFFBOARDING | TOKENS


@pytest.mark.parametrize("check", ROWS.values(), ids=ROWS)
def test_a_call(sim: Simulator, api: Api, check: Row) -> None:
    check(sim, api)


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
