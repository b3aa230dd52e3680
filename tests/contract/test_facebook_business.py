"""Meta's own Python SDK against the simulator: what its client puts on the wire is understood.

The SDK sends the token in the query, ends node calls in a slash, asks every edge for
`summary=true`, and puts the parameters of a batched DELETE into `body`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.assigneduser import AssignedUser
from facebook_business.adobjects.business import Business
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError

from metapixel_simulator import Assignment, Pixel, Simulator, World
from tests.contract import calls
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL, PIXEL_2

# The SDK warns of fields its specification lacks, such as permitted_tasks of an agency.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not allow field")

SECRET = "example-app-secret"
#: An employee of the owner.
PERSON = "122100000000002"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(World.example()) as simulator:
        yield simulator


Connect = Callable[..., FacebookAdsApi]


@pytest.fixture
def connect(sim: Simulator) -> Iterator[Connect]:
    """Makes the SDK's client for one token; its connections are closed at the end."""
    with ExitStack() as connections:

        def make(token: str = "owner-token", secret: str | None = None) -> FacebookAdsApi:
            return connections.enter_context(calls.connected(sim.url, token, secret))

        yield make


@pytest.fixture
def owner(connect: Connect) -> FacebookAdsApi:
    return connect()


@pytest.fixture
def agency(connect: Connect) -> FacebookAdsApi:
    return connect("northlight-token")


@pytest.fixture
def harbour(connect: Connect) -> FacebookAdsApi:
    return connect("harbour-token")


def test_an_agency_is_added_listed_and_removed(sim: Simulator, owner: FacebookAdsApi) -> None:
    listed = calls.add_list_and_remove_an_agency(owner, PIXEL, NORTHLIGHT)

    (agency,) = listed
    assert agency["name"] == "Northlight Media"
    assert set(agency["permitted_tasks"]) == {"ANALYZE", "UPLOAD", "AA_ANALYZE"}
    assert listed.total() == 1
    assert sim.shares() == {}


def test_a_pending_request_is_read_and_answered(
    sim: Simulator, owner: FacebookAdsApi, harbour: FacebookAdsApi
) -> None:
    request = calls.share(owner, PIXEL, HARBOUR, "ANALYZE")["pending_request_id"]

    before = calls.read_and_answer_a_request(owner, harbour, request, "APPROVE", PIXEL)

    assert before["request_status"] == "PENDING"
    assert sim.shares() == {(PIXEL, HARBOUR): frozenset({"ANALYZE"})}


def test_the_sibling_node_answers_with_request_response(
    sim: Simulator, owner: FacebookAdsApi, harbour: FacebookAdsApi
) -> None:
    request = calls.share(owner, PIXEL, HARBOUR, "ANALYZE")["pending_request_id"]

    shown = calls.read_and_decline_the_sibling_node(harbour, request)

    assert (shown["initiator"]["id"], shown["recipient"]["id"]) == (OWNER, HARBOUR)
    assert sim.request(request).status == "DECLINE"


def test_agreements_are_listed_on_both_sides(
    sim: Simulator, owner: FacebookAdsApi, harbour: FacebookAdsApi
) -> None:
    request = calls.share(owner, PIXEL, HARBOUR, "ANALYZE")["pending_request_id"]

    initiated, received = calls.list_agreements(owner, harbour, OWNER, HARBOUR)

    assert [each["id"] for each in initiated] == [each["id"] for each in received] == [request]


def test_an_ad_account_is_permitted_listed_and_withdrawn(
    sim: Simulator, agency: FacebookAdsApi
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])

    accounts = calls.permit_list_and_withdraw_an_ad_account(
        agency, PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT
    )

    assert [each["id"] for each in accounts] == [f"act_{NORTHLIGHT_ACCOUNT}"]
    assert sim.count("DELETE shared_accounts") == 1
    assert sim.permissions() == set()


def test_assigned_users_are_listed(sim: Simulator, owner: FacebookAdsApi) -> None:
    sim.world.add(Assignment(PIXEL, PERSON, ("ANALYZE", "UPLOAD")))

    users = AdsPixel(PIXEL, api=owner).get_assigned_users(
        fields=["name", "user_type", "tasks", "business"], params={"business": OWNER}
    )

    (user,) = users
    assert isinstance(user, AssignedUser)
    assert (user["id"], user["name"], user["user_type"]) == (
        PERSON,
        "Erin Employee",
        "BUSINESS_USER",
    )
    assert {"ANALYZE", "UPLOAD"} <= set(user["tasks"])
    assert user["business"]["id"] == OWNER
    assert users.total() == 1


def test_nodes_are_read(sim: Simulator, owner: FacebookAdsApi, agency: FacebookAdsApi) -> None:
    pixel, business, account, user = calls.read_nodes(
        owner, agency, PIXEL, OWNER, NORTHLIGHT_ACCOUNT
    )

    assert pixel["owner_business"]["id"] == OWNER
    assert business["name"] == "Acme Outdoor"
    assert account["account_id"] == NORTHLIGHT_ACCOUNT
    assert user["name"] == "Acme deploys"


def test_edges_of_a_business_are_read(
    sim: Simulator, owner: FacebookAdsApi, agency: FacebookAdsApi
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    read = calls.read_edges_of_businesses(owner, agency, OWNER, NORTHLIGHT)

    expanded = read["owned"][0]["agencies"]["data"]
    assert expanded == [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}]
    assert read["clients"][0]["permitted_tasks"] == ["UPLOAD"]
    assert [each["id"] for each in read["agencies"]] == [NORTHLIGHT]


def test_a_token_is_looked_into(sim: Simulator, owner: FacebookAdsApi) -> None:
    permissions, businesses, answer = calls.inspect_tokens(owner, "expired-token")

    assert "ads_management" in [each["permission"] for each in permissions]
    assert [each["id"] for each in businesses] == [OWNER]
    assert answer["data"]["is_valid"] is False


def test_cursors_are_followed_over_all_pages(sim: Simulator, owner: FacebookAdsApi) -> None:
    for number in range(60):
        sim.world.add(Pixel(str(8000000000000000 + number), f"Pixel {number}", OWNER))

    pixels = list(Business(OWNER, api=owner).get_owned_pixels(params={"limit": 20}))

    assert len(pixels) == len({each["id"] for each in pixels}) == 63
    assert sim.count("GET owned_pixels") == 4


def test_a_batch_reads_writes_and_deletes(sim: Simulator, owner: FacebookAdsApi) -> None:
    sim.share(PIXEL_2, NORTHLIGHT, ["ANALYZE"])

    answers, failures, lost = calls.read_write_and_delete_in_a_batch(
        owner, (PIXEL, PIXEL_2), NORTHLIGHT
    )

    assert lost is None
    assert answers[1].json()["data"] == [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}]
    assert [each.error().api_error_code() for each in failures] == [100]
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"UPLOAD"})}


def test_a_lost_batch_entry_is_offered_again(sim: Simulator, owner: FacebookAdsApi) -> None:
    sim.fault("GET agencies", kind="batch_null")
    batch = owner.new_batch()
    AdsPixel(PIXEL, api=owner).get_agencies(batch=batch)

    again = batch.execute()

    assert len(again) == 1
    assert again.execute() is None


def test_the_sdks_proof_is_right(sim: Simulator, connect: Connect) -> None:
    sim.set(require_appsecret_proof=True)

    user = calls.read_the_user(connect("secured-token", SECRET))
    with pytest.raises(FacebookRequestError) as refused:
        calls.read_the_user(connect("secured-token", "wrong"))

    assert user["name"] == "Acme deploys"
    assert refused.value.api_error_code() == 100
    assert refused.value.api_error_type() == "GraphMethodException"


def test_an_error_is_read_in_all_its_parts(sim: Simulator, connect: Connect) -> None:
    with pytest.raises(FacebookRequestError) as refused:
        calls.read_the_user(connect("expired-token"))

    error = refused.value
    assert (error.api_error_code(), error.api_error_subcode()) == (190, 463)
    assert error.api_error_message().startswith("Error validating access token")
    assert error.body()["error"]["fbtrace_id"]


def test_the_wire_looks_as_the_sdk_writes_it(sim: Simulator, owner: FacebookAdsApi) -> None:
    """Guards the tests above: they would prove nothing if the SDK had changed its manners."""
    AdsPixel(PIXEL, api=owner).api_get(fields=["name"])
    AdsPixel(PIXEL, api=owner).get_agencies()

    node, agencies = sim.raw_urls
    version = FacebookAdsApi.API_VERSION
    assert node.startswith(f"/{version}/{PIXEL}/?access_token=owner-token")
    assert "summary=true" in agencies
    assert "access_token" in agencies


def test_every_endpoint_the_simulator_serves_is_called_here(sim: Simulator) -> None:
    from metapixel_simulator.routes import ROUTES

    here = inspect.getsource(sys.modules[__name__]).partition("sdk_names")[0]
    source = inspect.getsource(calls) + here
    sdk_names = {
        "POST agencies": "create_agency",
        "DELETE agencies": "delete_agencies",
        "GET agencies": "get_agencies",
        "GET business/agencies": "ours.get_agencies",
        "POST shared_accounts": "create_shared_account",
        "DELETE shared_accounts": "delete_shared_accounts",
        "GET pixel": "AdsPixel(pixel, api=owner_api).api_get",
        "GET business": "Business(owner, api=owner_api).api_get",
        "GET ad_account": 'AdAccount(f"act_{ad_account}", api=agency_api).api_get',
        "GET request": "BusinessAgreement(request, api=owner).api_get",
        "POST request": "api_update",
        "GET me": 'User("me", api=owner_api).api_get',
        "GET me/permissions": "get_permissions",
        "GET me/businesses": "get_businesses",
        "GET initiated_sharing_agreements": '"initiated_sharing_agreements"',
        "GET received_sharing_agreements": '"received_sharing_agreements"',
        "GET debug_token": '("debug_token",)',
    }
    missing = [
        route.name
        for route in ROUTES
        if sdk_names.get(route.name, f"get_{route.edge}") not in source
    ]
    assert missing == []
