"""Meta's own Python SDK against the simulator: what its client puts on the wire is understood.

The SDK sends the token in the query, ends node calls in a slash, asks every edge for
`summary=true`, and puts the parameters of a batched DELETE into `body`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.assigneduser import AssignedUser
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessagreement import BusinessAgreement
from facebook_business.adobjects.businessassetsharingagreement import BusinessAssetSharingAgreement
from facebook_business.adobjects.user import User
from facebook_business.api import Cursor, FacebookAdsApi, FacebookRequest, FacebookResponse
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from metapixel_simulator import Pixel, Simulator, World
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL, PIXEL_2

# The SDK warns of fields its specification lacks, such as permitted_tasks of an agency.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not allow field")

SECRET = "example-app-secret"
#: An employee of the owner.
PERSON = "122100000000002"


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with Simulator(World.example()) as simulator:
        monkeypatch.setattr(FacebookSession, "GRAPH", simulator.url)
        yield simulator


Connect = Callable[..., FacebookAdsApi]


@pytest.fixture
def connect(sim: Simulator) -> Iterator[Connect]:
    """Makes the SDK's client for one token; its connections are closed at the end."""
    sessions: list[FacebookSession] = []

    def make(token: str = "owner-token", secret: str | None = None) -> FacebookAdsApi:
        session = FacebookSession(access_token=token, app_secret=secret)
        sessions.append(session)
        return FacebookAdsApi(session)

    yield make
    for session in sessions:
        session.requests.close()


@pytest.fixture
def owner(connect: Connect) -> FacebookAdsApi:
    return connect()


@pytest.fixture
def agency(connect: Connect) -> FacebookAdsApi:
    return connect("northlight-token")


def edge(api: FacebookAdsApi, node: str, name: str, **params: str) -> Cursor:
    """A GET of an edge the SDK has no method for."""
    request = FacebookRequest(
        node_id=node,
        method="GET",
        endpoint=f"/{name}",
        api=api,
        target_class=BusinessAgreement,
        api_type="EDGE",
    )
    request.add_params(params)
    return request.execute()


def test_an_agency_is_added_listed_and_removed(sim: Simulator, owner: FacebookAdsApi) -> None:
    pixel = AdsPixel(PIXEL, api=owner)

    pixel.create_agency(params={"business": NORTHLIGHT, "permitted_tasks": ["ANALYZE", "UPLOAD"]})
    listed = pixel.get_agencies(fields=["id", "name", "permitted_tasks"])
    (agency,) = listed
    pixel.delete_agencies(params={"business": NORTHLIGHT})

    assert agency["name"] == "Northlight Media"
    assert set(agency["permitted_tasks"]) == {"ANALYZE", "UPLOAD", "AA_ANALYZE"}
    assert listed.total() == 1
    assert sim.shares() == {}


def test_a_pending_request_is_read_and_answered(
    sim: Simulator, owner: FacebookAdsApi, connect: Connect
) -> None:
    pixel = AdsPixel(PIXEL, api=owner)
    pixel.create_agency(params={"business": HARBOUR, "permitted_tasks": ["ANALYZE"]})
    (request,) = sim.open_requests()

    before = BusinessAgreement(request.id, api=owner).api_get(fields=["id", "request_status"])
    BusinessAgreement(request.id, api=connect("harbour-token")).api_update(
        params={"request_status": "APPROVE", "asset_id": PIXEL}
    )

    assert before["request_status"] == "PENDING"
    assert sim.shares() == {(PIXEL, HARBOUR): frozenset({"ANALYZE"})}


def test_the_sibling_node_answers_with_request_response(
    sim: Simulator, owner: FacebookAdsApi, connect: Connect
) -> None:
    pixel = AdsPixel(PIXEL, api=owner)
    pixel.create_agency(params={"business": HARBOUR, "permitted_tasks": ["ANALYZE"]})
    (request,) = sim.open_requests()

    sibling = BusinessAssetSharingAgreement(request.id, api=connect("harbour-token"))
    shown = sibling.api_get(fields=["initiator", "recipient", "request_status"])
    sibling.api_update(params={"request_response": "DECLINE"})

    assert (shown["initiator"]["id"], shown["recipient"]["id"]) == (OWNER, HARBOUR)
    assert sim.request(request.id).status == "DECLINE"


def test_agreements_are_listed_on_both_sides(
    sim: Simulator, owner: FacebookAdsApi, connect: Connect
) -> None:
    pixel = AdsPixel(PIXEL, api=owner)
    pixel.create_agency(params={"business": HARBOUR, "permitted_tasks": ["ANALYZE"]})
    (request,) = sim.open_requests()

    initiated = edge(owner, OWNER, "initiated_sharing_agreements", request_status="PENDING")
    received = edge(
        connect("harbour-token"),
        HARBOUR,
        "received_sharing_agreements",
        requesting_business_id=OWNER,
    )

    assert [each["id"] for each in initiated] == [each["id"] for each in received] == [request.id]


def test_an_ad_account_is_permitted_listed_and_withdrawn(
    sim: Simulator, agency: FacebookAdsApi
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    pixel = AdsPixel(PIXEL, api=agency)
    params = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}

    pixel.create_shared_account(params=params)
    accounts = list(pixel.get_shared_accounts(fields=["id"], params={"business": NORTHLIGHT}))
    pixel.delete_shared_accounts(params=params)

    assert [each["id"] for each in accounts] == [f"act_{NORTHLIGHT_ACCOUNT}"]
    assert sim.permissions() == set()


def test_a_user_is_assigned_listed_and_removed(sim: Simulator, owner: FacebookAdsApi) -> None:
    pixel = AdsPixel(PIXEL, api=owner)

    pixel.create_assigned_user(params={"user": PERSON, "tasks": ["ANALYZE", "UPLOAD"]})
    users = pixel.get_assigned_users(
        fields=["name", "user_type", "tasks", "business"], params={"business": OWNER}
    )
    (user,) = users
    # The SDK and the specification have no method for the removal.
    FacebookRequest(PIXEL, "DELETE", "/assigned_users", api=owner).add_params(
        {"user": PERSON}
    ).execute()

    assert isinstance(user, AssignedUser)
    assert (user["id"], user["name"], user["user_type"]) == (
        PERSON,
        "Erin Employee",
        "BUSINESS_USER",
    )
    assert {"ANALYZE", "UPLOAD"} <= set(user["tasks"])
    assert user["business"]["id"] == OWNER
    assert users.total() == 1
    assert list(pixel.get_assigned_users(params={"business": OWNER})) == []
    assert sim.count("DELETE assigned_users") == 1


def test_nodes_are_read(sim: Simulator, owner: FacebookAdsApi, agency: FacebookAdsApi) -> None:
    pixel = AdsPixel(PIXEL, api=owner).api_get(fields=["name", "owner_business", "last_fired_time"])
    business = Business(OWNER, api=owner).api_get(fields=["name"])
    account = AdAccount(f"act_{NORTHLIGHT_ACCOUNT}", api=agency).api_get(
        fields=["name", "account_id"]
    )
    user = User("me", api=owner).api_get(fields=["name"])

    assert pixel["owner_business"]["id"] == OWNER
    assert business["name"] == "Acme Outdoor"
    assert account["account_id"] == NORTHLIGHT_ACCOUNT
    assert user["name"] == "Acme deploys"


def test_edges_of_a_business_are_read(
    sim: Simulator, owner: FacebookAdsApi, agency: FacebookAdsApi
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])
    ours, theirs = Business(OWNER, api=owner), Business(NORTHLIGHT, api=agency)

    owned = ours.get_owned_pixels(fields=["name", "agencies{id,permitted_tasks}"])
    clients = theirs.get_client_pixels(fields=["name", "permitted_tasks"])

    assert owned[0]["agencies"]["data"] == [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}]
    assert clients[0]["permitted_tasks"] == ["UPLOAD"]
    assert len(theirs.get_owned_ad_accounts(fields=["name"])) == 2
    assert len(theirs.get_client_ad_accounts()) == 0
    assert [each["id"] for each in ours.get_agencies()] == [NORTHLIGHT]
    assert [each["id"] for each in theirs.get_clients()] == [OWNER]
    shared = AdsPixel(PIXEL, api=owner).get_shared_agencies()
    assert [each["id"] for each in shared] == [NORTHLIGHT]


def test_a_token_is_looked_into(sim: Simulator, owner: FacebookAdsApi) -> None:
    permissions = list(User("me", api=owner).get_permissions())
    businesses = list(User("me", api=owner).get_businesses())
    answer = owner.call("GET", ("debug_token",), params={"input_token": "expired-token"}).json()

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
    answers: list[FacebookResponse] = []
    failures: list[FacebookResponse] = []
    batch = owner.new_batch()
    calls = {"batch": batch, "success": answers.append, "failure": failures.append}

    AdsPixel(PIXEL, api=owner).create_agency(
        params={"business": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}, **calls
    )
    AdsPixel(PIXEL, api=owner).get_agencies(fields=["id", "permitted_tasks"], **calls)
    AdsPixel(PIXEL_2, api=owner).delete_agencies(params={"business": NORTHLIGHT}, **calls)
    AdsPixel("999", api=owner).get_agencies(**calls)

    assert batch.execute() is None
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

    user = User("me", api=connect("secured-token", SECRET)).api_get(fields=["name"])
    with pytest.raises(FacebookRequestError) as refused:
        User("me", api=connect("secured-token", "wrong")).api_get()

    assert user["name"] == "Acme deploys"
    assert refused.value.api_error_code() == 100
    assert refused.value.api_error_type() == "GraphMethodException"


def test_an_error_is_read_in_all_its_parts(sim: Simulator, connect: Connect) -> None:
    with pytest.raises(FacebookRequestError) as refused:
        User("me", api=connect("expired-token")).api_get()

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

    source = inspect.getsource(sys.modules[__name__])
    sdk_names = {
        "POST agencies": "create_agency",
        "DELETE agencies": "delete_agencies",
        "GET agencies": "get_agencies",
        "GET business/agencies": "ours.get_agencies",
        "GET business/clients": "theirs.get_clients",
        "POST shared_accounts": "create_shared_account",
        "DELETE shared_accounts": "delete_shared_accounts",
        "POST assigned_users": "create_assigned_user",
        "DELETE assigned_users": '"DELETE", "/assigned_users"',
        "GET pixel": "AdsPixel(PIXEL, api=owner).api_get",
        "GET business": "Business(OWNER, api=owner).api_get",
        "GET ad_account": 'AdAccount(f"act_{NORTHLIGHT_ACCOUNT}", api=agency).api_get',
        "GET request": "BusinessAgreement(request.id, api=owner).api_get",
        "POST request": "api_update",
        "GET me": 'User("me", api=owner).api_get',
        "GET me/permissions": "get_permissions",
        "GET me/businesses": "get_businesses",
        "GET initiated_sharing_agreements": '"initiated_sharing_agreements"',
        "GET received_sharing_agreements": '"received_sharing_agreements"',
        "GET debug_token": '("debug_token",)',
    }
    missing = [
        route.name
        for route in ROUTES
        if sdk_names.get(route.name, f"get_{route.edge}") not in source.partition("sdk_names")[0]
    ]
    assert missing == []
