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
from facebook_business.adobjects.abstractcrudobject import AbstractCrudObject
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessagreement import BusinessAgreement
from facebook_business.adobjects.businessassetsharingagreement import BusinessAssetSharingAgreement
from facebook_business.adobjects.user import User
from facebook_business.api import Cursor, FacebookAdsApi, FacebookRequest, FacebookResponse
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from metapixel_simulator import Pixel, Simulator
from metapixel_simulator.routes import ROUTES
from tests.simulator.endpoints.conftest import (
    ALL,
    ESTATE,
    PERMISSION,
    REQUEST,
    SHARE,
    assert_changed,
    state,
)
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)

# The SDK warns of fields its specification lacks, such as permitted_tasks of an agency.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not allow field")

SECRET = "example-app-secret"
TASKS = ["AA_ANALYZE", "ADVERTISE", "ANALYZE"]

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


def read(node: AbstractCrudObject, field: str) -> object:
    return node.api_get(fields=[field])[field]


def listed(edge: Callable[..., Cursor], *fields: str, **params: str) -> list[list[object]]:
    """Return these fields of the rows of an edge. Tasks are sorted."""
    return [
        [sorted(row[it]) if isinstance(row[it], list) else row[it] for it in fields]
        for row in edge(fields=list(fields), params=params)
    ]


def business(api: FacebookAdsApi, id_: str = OWNER) -> Business:
    return Business(id_, api=api)


def agreement(api: FacebookAdsApi) -> BusinessAgreement:
    return BusinessAgreement(REQUEST, api=api)


def requests_of(api: FacebookAdsApi, node: str, side: str) -> Callable[..., Cursor]:
    """Return a read of a list of requests, which the SDK has no method for."""

    def read_edge(fields: list[str], params: dict[str, str]) -> Cursor:
        edge = f"/{side}_sharing_agreements"
        request = FacebookRequest(
            node, "GET", edge, api=api, target_class=BusinessAgreement, api_type="EDGE"
        )
        return request.add_fields(fields).add_params(params).execute()

    return read_edge


INVALID = {"code": 190, "message": "Invalid OAuth access token."}
ACCOUNT = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}
ACCOUNT_2 = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT_2}
ASK = {"business": HARBOUR, "permitted_tasks": ["UPLOAD"]}
ASKED = {PIXEL_3: ("ANALYZE",), PIXEL_2: ("UPLOAD",)}
ACCEPT = {"request_status": "APPROVE", "asset_id": PIXEL_3}
ACCEPTED = {
    REQUEST: ("APPROVE", {PIXEL_3: ("ANALYZE",)}),
    (PIXEL_3, HARBOUR): {"ANALYZE"},
    (OWNER, HARBOUR): True,
}
Call = Callable[[FacebookAdsApi], object]
#: A call of each endpoint, and the result of a read, or what a write changes.
CALLS: dict[str, tuple[Call, Any]] = {
    "POST agencies": (
        lambda api: pixel(api, PIXEL_2).create_agency(params=ASK),
        {REQUEST: ("PENDING", ASKED)},
    ),
    "DELETE agencies": (
        lambda api: pixel(api).delete_agencies(params={"business": NORTHLIGHT}),
        {SHARE: None, PERMISSION: None},
    ),
    "POST shared_accounts": (
        lambda api: pixel(api).create_shared_account(params=ACCOUNT_2),
        {(*SHARE, NORTHLIGHT_ACCOUNT_2): True},
    ),
    "DELETE shared_accounts": (
        lambda api: pixel(api).delete_shared_accounts(params=ACCOUNT),
        {PERMISSION: None},
    ),
    "POST request": (lambda api: agreement(api).api_update(params=ACCEPT), ACCEPTED),
    "GET agencies": (
        lambda api: listed(pixel(api).get_agencies, "id", "name", "permitted_tasks"),
        [[NORTHLIGHT, "Northlight Media", TASKS]],
    ),
    "GET shared_accounts": (
        lambda api: listed(pixel(api).get_shared_accounts, "id", business=NORTHLIGHT),
        [[f"act_{NORTHLIGHT_ACCOUNT}"]],
    ),
    "GET assigned_users": (
        lambda api: listed(pixel(api).get_assigned_users, "tasks", business=NORTHLIGHT),
        [[["UPLOAD"]]],
    ),
    "GET pixel": (lambda api: read(pixel(api), "name"), "Acme web shop"),
    "GET request": (lambda api: read(agreement(api), "request_status"), "PENDING"),
    "GET business": (lambda api: read(business(api), "name"), "Acme Outdoor"),
    "GET owned_pixels": (
        lambda api: business(api).get_owned_pixels(fields=["agencies{id}"])[0]["agencies"]["data"],
        [{"id": NORTHLIGHT}],
    ),
    "GET client_pixels": (
        lambda api: listed(business(api, NORTHLIGHT).get_client_pixels, "id", "permitted_tasks"),
        [[PIXEL, TASKS], [PIXEL_2, ["UPLOAD"]]],
    ),
    "GET business/agencies": (
        lambda api: listed(business(api).get_agencies, "id"),
        [[NORTHLIGHT]],
    ),
    "GET initiated_sharing_agreements": (
        lambda api: listed(requests_of(api, OWNER, "initiated"), "id", request_status="PENDING"),
        [[REQUEST]],
    ),
    "GET received_sharing_agreements": (
        lambda api: listed(
            requests_of(api, HARBOUR, "received"), "id", requesting_business_id=OWNER
        ),
        [[REQUEST]],
    ),
    "GET ad_account": (
        lambda api: read(AdAccount(f"act_{NORTHLIGHT_ACCOUNT}", api=api), "account_id"),
        NORTHLIGHT_ACCOUNT,
    ),
    "GET me": (lambda api: read(User("me", api=api), "name"), "Everyone"),
    "GET me/permissions": (
        lambda api: User("me", api=api).get_permissions()[0]["permission"],
        "business_management",
    ),
    "GET me/businesses": (
        lambda api: listed(User("me", api=api).get_businesses, "id"),
        [[OWNER], [NORTHLIGHT], [HARBOUR]],
    ),
    "GET debug_token": (
        lambda api: api.call("GET", ("debug_token",), {"input_token": "none"}).json()["data"],
        {"error": INVALID, "is_valid": False, "scopes": []},
    ),
}


@pytest.mark.parametrize("endpoint", [each.name for each in ROUTES])
def test_each_endpoint_answers_the_sdk(sim: Simulator, connect: Connect, endpoint: str) -> None:
    call, expected = CALLS[endpoint]
    before = state(sim)

    found = call(connect())

    read = endpoint.startswith("GET ")
    assert not read or found == expected
    assert_changed(sim, before, {} if read else expected)
    assert {each.endpoint for each in sim.requests} == {endpoint}


def test_the_sibling_node_answers_with_request_response(sim: Simulator, connect: Connect) -> None:
    node = BusinessAssetSharingAgreement(REQUEST, api=connect())

    shown = node.api_get(fields=["initiator", "recipient"])
    node.api_update(params={"request_response": "DECLINE"})

    assert (shown["initiator"]["id"], shown["recipient"]["id"]) == (OWNER, HARBOUR)
    assert sim.request(REQUEST).status == "DECLINE"


def test_cursors_are_followed_over_all_pages(sim: Simulator, connect: Connect) -> None:
    for number in range(60):
        sim.world.add(Pixel(str(8000000000000000 + number), f"Pixel {number}", OWNER))

    pixels = business(connect()).get_owned_pixels(params={"limit": 20})

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

    user = User("me", api=connect("secured-token", SECRET)).api_get(fields=["name"])
    with pytest.raises(FacebookRequestError) as refused:
        User("me", api=connect("secured-token", "wrong")).api_get(fields=["name"])

    assert user["name"] == "Acme deploys"
    assert refused.value.api_error_code() == 100
    assert refused.value.api_error_type() == "GraphMethodException"


def test_an_error_is_read_in_all_its_parts(connect: Connect) -> None:
    with pytest.raises(FacebookRequestError) as refused:
        User("me", api=connect("expired-token")).api_get(fields=["name"])

    error = refused.value
    assert (error.api_error_code(), error.api_error_subcode()) == (190, 463)
    assert error.api_error_message().startswith("Error validating access token")
    assert error.body()["error"]["fbtrace_id"]


def test_the_wire_looks_as_the_sdk_writes_it(sim: Simulator, connect: Connect) -> None:
    """Guards the tests above: they would prove nothing if the SDK had changed its manners."""
    owner = connect()

    pixel(owner).api_get(fields=["name"])
    pixel(owner).get_agencies()

    node, agencies = sim.raw_urls
    assert node.startswith(f"/{FacebookAdsApi.API_VERSION}/{PIXEL}/?access_token={ALL}")
    assert "summary=true" in agencies
    assert "access_token" in agencies
