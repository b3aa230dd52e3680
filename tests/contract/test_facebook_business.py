"""Meta's own Python SDK against the simulator: what its client puts on the wire is understood.

The SDK sends the token in the query, ends node calls in a slash, asks every edge for
`summary=true`, and puts the parameters of a batched DELETE into `body`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from typing import Any

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessagreement import BusinessAgreement
from facebook_business.adobjects.businessassetsharingagreement import BusinessAssetSharingAgreement
from facebook_business.adobjects.user import User
from facebook_business.api import Cursor, FacebookAdsApi, FacebookResponse
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from metapixel_simulator import Pixel, Simulator
from metapixel_simulator.routes import ROUTES
from tests.simulator.endpoints.conftest import (
    ALL,
    ESTATE,
    EVERYONE,
    INVITED,
    PERMISSION,
    REQUEST,
    SCOPES,
    SHARE,
    SYSTEM_USER,
    state,
)
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)

# The SDK warns of fields its specification lacks, such as permitted_tasks of an agency.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not allow field")


Connect = Callable[..., FacebookAdsApi]


@pytest.fixture(autouse=True)
def estate(sim: Simulator) -> None:
    sim.world.add(*deepcopy(ESTATE))


@pytest.fixture
def connect(sim: Simulator) -> Iterator[Connect]:
    """Makes the SDK's client for one token; its connections are closed at the end."""
    with ExitStack() as connections:

        def make(token: str = ALL, secret: str | None = None) -> FacebookAdsApi:
            session = FacebookSession(access_token=token, app_secret=secret or None)
            session.GRAPH = sim.url
            connections.enter_context(session.requests)
            return FacebookAdsApi(session)

        yield make


def pixel(api: FacebookAdsApi, id_: str = PIXEL) -> AdsPixel:
    return AdsPixel(id_, api=api)


def name(api: FacebookAdsApi) -> object:
    return User("me", api=api).api_get(fields=["name"])["name"]


TO_AGENCY = {"business": NORTHLIGHT}
ACCOUNT = {**TO_AGENCY, "account_id": NORTHLIGHT_ACCOUNT}
ACCOUNT_2 = {**TO_AGENCY, "account_id": NORTHLIGHT_ACCOUNT_2}
ASK = {"business": HARBOUR, "permitted_tasks": ["UPLOAD"]}
DECLINE = {"request_status": "DECLINE", "asset_id": PIXEL_3}
FROM_OWNER = {"requesting_business_id": OWNER}
ACT = f"act_{NORTHLIGHT_ACCOUNT}"
ASKED = {PIXEL_3: ("UPLOAD",)}
DECLINED = {REQUEST: ("DECLINE", {PIXEL_3: ("ANALYZE",)})}
ENDED = {SHARE: None, PERMISSION: None}
PERMITTED = {(*SHARE, NORTHLIGHT_ACCOUNT_2): True}
WITHDRAWN = {PERMISSION: None}
OWN_ACT, UNSHARED = f"act_{OWNER_ACCOUNT}", {(OWNER_ACCOUNT, NORTHLIGHT): None}
INITIATED, RECEIVED = "initiated_sharing_agreements", "received_sharing_agreements"
#: A person and an admin of the owner.
PERSON, ADMIN = "122100000000002", "122100000000001"
#: A call of each endpoint: a node, the SDK's method or an edge without a method, and parameters.
#: The result is the ids of a read, or what a write changes.
CALLS: dict[str, tuple[Any, str, str, dict[str, Any], object]] = {
    "POST agencies": (AdsPixel, PIXEL_3, "create_agency", ASK, {REQUEST: ("PENDING", ASKED)}),
    "GET agencies": (AdsPixel, PIXEL, "get_agencies", {}, [NORTHLIGHT]),
    "DELETE agencies": (AdsPixel, PIXEL, "delete_agencies", TO_AGENCY, ENDED),
    "POST shared_accounts": (AdsPixel, PIXEL, "create_shared_account", ACCOUNT_2, PERMITTED),
    "GET shared_accounts": (AdsPixel, PIXEL, "get_shared_accounts", TO_AGENCY, [ACT]),
    "DELETE shared_accounts": (AdsPixel, PIXEL, "delete_shared_accounts", ACCOUNT, WITHDRAWN),
    "GET assigned_users": (AdsPixel, PIXEL, "get_assigned_users", TO_AGENCY, [SYSTEM_USER]),
    "GET pixel": (AdsPixel, PIXEL, "api_get", {}, [PIXEL]),
    "POST request": (BusinessAgreement, REQUEST, "api_update", DECLINE, DECLINED),
    "GET request": (BusinessAgreement, REQUEST, "api_get", {}, [REQUEST]),
    "GET business": (Business, OWNER, "api_get", {}, [OWNER]),
    "GET owned_pixels": (Business, OWNER, "get_owned_pixels", {}, [PIXEL, PIXEL_2, PIXEL_3]),
    "GET client_pixels": (Business, NORTHLIGHT, "get_client_pixels", {}, [PIXEL, PIXEL_2]),
    "GET business/agencies": (Business, OWNER, "get_agencies", {}, [NORTHLIGHT]),
    "GET owned_ad_accounts": (Business, OWNER, "get_owned_ad_accounts", {}, [OWN_ACT]),
    "GET business_users": (Business, OWNER, "get_business_users", {}, [PERSON, EVERYONE]),
    "GET pending_users": (Business, OWNER, "get_pending_users", {}, [INVITED]),
    "GET system_users": (Business, OWNER, "get_system_users", {}, [ADMIN]),
    f"GET {INITIATED}": (Business, OWNER, INITIATED, {"request_status": "PENDING"}, [REQUEST]),
    f"GET {RECEIVED}": (Business, HARBOUR, RECEIVED, FROM_OWNER, [REQUEST]),
    "GET ad_account": (AdAccount, ACT, "api_get", {}, [ACT]),
    "GET ad_account/agencies": (AdAccount, OWN_ACT, "get_agencies", {}, [NORTHLIGHT]),
    "DELETE ad_account/agencies": (AdAccount, OWN_ACT, "delete_agencies", TO_AGENCY, UNSHARED),
    "GET ad_account/assigned_users": (
        *(AdAccount, OWN_ACT, "get_assigned_users"),
        *(TO_AGENCY, [SYSTEM_USER]),
    ),
    "DELETE ad_account/assigned_users": (
        *(AdAccount, OWN_ACT, "delete_assigned_users"),
        *({"user": SYSTEM_USER}, {(OWNER_ACCOUNT, SYSTEM_USER): None}),
    ),
    "GET me": (User, "me", "api_get", {}, [EVERYONE]),
    "GET me/permissions": (User, "me", "get_permissions", {}, list(SCOPES)),
    "GET me/businesses": (User, "me", "get_businesses", {}, [OWNER, NORTHLIGHT, HARBOUR]),
}


def call(api: FacebookAdsApi, kind: Any, node: str, method: str, params: dict[str, Any]) -> object:
    """Return the ids of the answer, or the names of permissions."""
    made = getattr(kind(node, api=api), method, None)
    if made is None:
        return [each["id"] for each in api.call("GET", (node, method), params).json()["data"]]
    found = made(params=params)
    rows = found if isinstance(found, Cursor) else [found]
    return [row.get("id", row.get("permission")) for row in rows]


def test_every_endpoint_is_called() -> None:
    assert {*CALLS, "GET debug_token"} == {each.name for each in ROUTES}


@pytest.mark.parametrize("endpoint", CALLS)
def test_each_endpoint_answers_the_sdk(sim: Simulator, connect: Connect, endpoint: str) -> None:
    *sent, expected = CALLS[endpoint]
    before = state(sim)

    found = call(connect(), *sent)

    if isinstance(expected, dict):
        left = {key: value for key, value in (before | expected).items() if value is not None}
        assert state(sim) == left
    else:
        assert found == expected
    assert {each.endpoint for each in sim.requests} == {endpoint}


def test_debug_token_describes_an_unknown_token(connect: Connect) -> None:
    answer = connect().call("GET", ("debug_token",), {"input_token": "unknown"})

    error = {"code": 190, "message": "Invalid OAuth access token."}
    assert answer.json()["data"] == {"error": error, "is_valid": False, "scopes": []}


def test_the_sibling_node_answers_with_request_response(sim: Simulator, connect: Connect) -> None:
    node = BusinessAssetSharingAgreement(REQUEST, api=connect())

    shown = node.api_get(fields=["initiator", "recipient"])
    node.api_update(params={"request_response": "DECLINE"})

    assert (shown["initiator"]["id"], shown["recipient"]["id"]) == (OWNER, HARBOUR)
    assert sim.request(REQUEST).status == "DECLINE"


def test_cursors_are_followed_over_all_pages(sim: Simulator, connect: Connect) -> None:
    for number in range(60):
        sim.world.add(Pixel(str(8000000000000000 + number), f"Pixel {number}", OWNER))

    pixels = Business(OWNER, api=connect()).get_owned_pixels(params={"limit": 20})

    assert pixels.total() == len({each["id"] for each in pixels}) == 63
    assert sim.count("GET owned_pixels") == 4


def test_a_batch_reads_writes_and_deletes(sim: Simulator, connect: Connect) -> None:
    owner = connect()
    answers: list[FacebookResponse] = []
    failures: list[FacebookResponse] = []
    batch = owner.new_batch()
    calls = {"batch": batch, "success": answers.append, "failure": failures.append}
    pixel(owner, PIXEL_2).create_agency(
        params={"business": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}, **calls
    )
    pixel(owner, PIXEL_2).get_agencies(fields=["id", "permitted_tasks"], **calls)
    pixel(owner).delete_agencies(params={"business": NORTHLIGHT}, **calls)
    pixel(owner, "999").get_agencies(**calls)

    assert batch.execute() is None
    assert answers[1].json()["data"] == [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}]
    assert [each.error().api_error_code() for each in failures] == [100]
    assert sim.shares() == {(PIXEL_2, NORTHLIGHT): frozenset({"UPLOAD"})}


def test_the_sdks_proof_is_right(sim: Simulator, connect: Connect) -> None:
    sim.set(require_appsecret_proof=True)

    assert name(connect("secured-token", "example-app-secret")) == "Acme deploys"
    with pytest.raises(FacebookRequestError, match="Invalid appsecret_proof"):
        name(connect("secured-token", "wrong"))


def test_the_wire_looks_as_the_sdk_writes_it(sim: Simulator, connect: Connect) -> None:
    """Guards the tests above: they would prove nothing if the SDK had changed its manners."""
    owner = connect()

    pixel(owner).api_get(fields=["name"])
    pixel(owner).get_agencies()

    node, agencies = sim.raw_urls
    assert node.startswith(f"/{FacebookAdsApi.API_VERSION}/{PIXEL}/?access_token={ALL}")
    assert "summary=true" in agencies
    assert "access_token" in agencies
