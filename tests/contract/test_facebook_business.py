"""Meta's own Python SDK against the simulator: what its client puts on the wire is understood.

The SDK sends the token in the query, ends node calls in a slash, asks every edge for
`summary=true`, and puts the parameters of a batched DELETE into `body`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

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

from metapixel_simulator import Assignment, Pixel, Simulator, World
from metapixel_simulator.routes import ROUTES
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
#: An employee of the owner, and the request that waits for Harbour.
PERSON, REQUEST = "122100000000002", "2400000000000001"

Connect = Callable[..., FacebookAdsApi]


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """Northlight has a pixel and an ad account on it, and Harbour is asked to accept another."""
    with Simulator(World.example()) as simulator:
        simulator.share(PIXEL, NORTHLIGHT, ["UPLOAD", "ADVERTISE"])
        simulator.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
        simulator.ask(PIXEL_3, HARBOUR, ["ANALYZE"])
        simulator.world.add(Assignment(PIXEL, PERSON, ("UPLOAD",)))
        yield simulator


@pytest.fixture
def connect(sim: Simulator) -> Iterator[Connect]:
    """Makes the SDK's client for one token; its connections are closed at the end."""
    with ExitStack() as connections:

        def make(token: str = "owner-token", secret: str | None = None) -> FacebookAdsApi:
            session = FacebookSession(access_token=token, app_secret=secret or None)
            session.GRAPH = sim.url
            connections.enter_context(session.requests)
            return FacebookAdsApi(session)

        yield make


@dataclass
class Sdk:
    """The SDK's clients for three businesses."""

    sim: Simulator
    owner: FacebookAdsApi
    agency: FacebookAdsApi
    harbour: FacebookAdsApi


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


def raw(api: FacebookAdsApi, node: str, name: str) -> Callable[..., Cursor]:
    """Return a read of an edge that the SDK has no method for."""

    def read_edge(fields: list[str], params: dict[str, str]) -> Cursor:
        request = FacebookRequest(
            node, "GET", f"/{name}", api=api, target_class=BusinessAgreement, api_type="EDGE"
        )
        return request.add_fields(fields).add_params(params).execute()

    return read_edge


ACCOUNT = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}
ACCOUNT_2 = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT_2}
ASK = {"business": HARBOUR, "permitted_tasks": ["ANALYZE", "UPLOAD"]}
ACCEPT = {"request_status": "APPROVE", "asset_id": PIXEL_3}
TASKS = ["ADVERTISE", "UPLOAD"]
INITIATED, RECEIVED = "initiated_sharing_agreements", "received_sharing_agreements"
#: A call of each endpoint, with its result. The result of a write is what it left.
CALLS: dict[str, tuple[Callable[[Sdk], object], object]] = {
    "POST agencies": (
        lambda it: pixel(it.owner, PIXEL_2).create_agency(params=ASK)["pending_request_id"],
        REQUEST,
    ),
    "GET agencies": (
        lambda it: listed(pixel(it.owner).get_agencies, "id", "name", "permitted_tasks"),
        [[NORTHLIGHT, "Northlight Media", TASKS]],
    ),
    "DELETE agencies": (
        lambda it: [
            pixel(it.owner).delete_agencies(params={"business": NORTHLIGHT}),
            it.sim.shares(),
        ][1],
        {},
    ),
    "POST shared_accounts": (
        lambda it: [
            pixel(it.agency).create_shared_account(params=ACCOUNT_2),
            {account for _, _, account in it.sim.permissions()},
        ][1],
        {NORTHLIGHT_ACCOUNT, NORTHLIGHT_ACCOUNT_2},
    ),
    "GET shared_accounts": (
        lambda it: listed(pixel(it.agency).get_shared_accounts, "id", business=NORTHLIGHT),
        [[f"act_{NORTHLIGHT_ACCOUNT}"]],
    ),
    "DELETE shared_accounts": (
        lambda it: [
            pixel(it.agency).delete_shared_accounts(params=ACCOUNT),
            it.sim.permissions(),
        ][1],
        set(),
    ),
    "GET assigned_users": (
        lambda it: listed(
            pixel(it.owner).get_assigned_users, "id", "user_type", "tasks", business=OWNER
        ),
        [[PERSON, "BUSINESS_USER", ["UPLOAD"]]],
    ),
    "GET pixel": (lambda it: read(pixel(it.owner), "name"), "Acme web shop"),
    "POST request": (
        lambda it: [
            BusinessAgreement(REQUEST, api=it.harbour).api_update(params=ACCEPT),
            it.sim.shares()[PIXEL_3, HARBOUR],
        ][1],
        {"ANALYZE"},
    ),
    "GET request": (
        lambda it: read(BusinessAgreement(REQUEST, api=it.owner), "request_status"),
        "PENDING",
    ),
    "GET business": (lambda it: read(Business(OWNER, api=it.owner), "name"), "Acme Outdoor"),
    "GET owned_pixels": (
        lambda it: Business(OWNER, api=it.owner).get_owned_pixels(fields=["agencies{id}"])[0][
            "agencies"
        ]["data"],
        [{"id": NORTHLIGHT}],
    ),
    "GET client_pixels": (
        lambda it: listed(
            Business(NORTHLIGHT, api=it.agency).get_client_pixels, "id", "permitted_tasks"
        ),
        [[PIXEL, TASKS]],
    ),
    "GET business/agencies": (
        lambda it: listed(Business(OWNER, api=it.owner).get_agencies, "id"),
        [[NORTHLIGHT]],
    ),
    "GET initiated_sharing_agreements": (
        lambda it: listed(raw(it.owner, OWNER, INITIATED), "id", request_status="PENDING"),
        [[REQUEST]],
    ),
    "GET received_sharing_agreements": (
        lambda it: listed(raw(it.harbour, HARBOUR, RECEIVED), "id", requesting_business_id=OWNER),
        [[REQUEST]],
    ),
    "GET ad_account": (
        lambda it: read(AdAccount(f"act_{NORTHLIGHT_ACCOUNT}", api=it.agency), "account_id"),
        NORTHLIGHT_ACCOUNT,
    ),
    "GET me": (lambda it: read(User("me", api=it.owner), "name"), "Acme deploys"),
    "GET me/permissions": (
        lambda it: User("me", api=it.owner).get_permissions()[0]["permission"],
        "business_management",
    ),
    "GET me/businesses": (
        lambda it: listed(User("me", api=it.owner).get_businesses, "id"),
        [[OWNER]],
    ),
    "GET debug_token": (
        lambda it: it.owner.call(
            "GET", ("debug_token",), params={"input_token": "expired-token"}
        ).json()["data"]["is_valid"],
        False,
    ),
}


@pytest.mark.parametrize("endpoint", [each.name for each in ROUTES])
def test_each_endpoint_answers_the_sdk(sim: Simulator, connect: Connect, endpoint: str) -> None:
    call, result = CALLS[endpoint]

    found = call(Sdk(sim, connect(), connect("northlight-token"), connect("harbour-token")))

    assert found == result
    assert {each.endpoint for each in sim.requests} == {endpoint}


def test_the_sibling_node_answers_with_request_response(sim: Simulator, connect: Connect) -> None:
    harbour = connect("harbour-token")

    shown = BusinessAssetSharingAgreement(REQUEST, api=harbour).api_get(
        fields=["initiator", "recipient", "request_status"]
    )
    BusinessAssetSharingAgreement(REQUEST, api=harbour).api_update(
        params={"request_response": "DECLINE"}
    )

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
    AdsPixel(PIXEL_2, api=owner).create_agency(
        params={"business": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}, **calls
    )
    AdsPixel(PIXEL_2, api=owner).get_agencies(fields=["id", "permitted_tasks"], **calls)
    AdsPixel(PIXEL, api=owner).delete_agencies(params={"business": NORTHLIGHT}, **calls)
    AdsPixel("999", api=owner).get_agencies(**calls)

    assert batch.execute() is None
    assert answers[1].json()["data"] == [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}]
    assert [each.error().api_error_code() for each in failures] == [100]
    assert sim.shares() == {(PIXEL_2, NORTHLIGHT): frozenset({"UPLOAD"})}


def test_a_lost_batch_entry_is_offered_again(sim: Simulator, connect: Connect) -> None:
    sim.fault("GET agencies", kind="batch_null")
    owner = connect()
    batch = owner.new_batch()
    AdsPixel(PIXEL, api=owner).get_agencies(batch=batch)

    again = batch.execute()

    assert len(again) == 1
    assert again.execute() is None


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

    AdsPixel(PIXEL, api=owner).api_get(fields=["name"])
    AdsPixel(PIXEL, api=owner).get_agencies()

    node, agencies = sim.raw_urls
    assert node.startswith(f"/{FacebookAdsApi.API_VERSION}/{PIXEL}/?access_token=owner-token")
    assert "summary=true" in agencies
    assert "access_token" in agencies
