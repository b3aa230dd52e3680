"""Calls that Meta's own SDK makes. They return what Meta answers, and check nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessagreement import BusinessAgreement
from facebook_business.adobjects.businessassetsharingagreement import BusinessAssetSharingAgreement
from facebook_business.adobjects.user import User
from facebook_business.api import Cursor, FacebookAdsApi, FacebookRequest, FacebookResponse
from facebook_business.session import FacebookSession


@contextmanager
def connected(
    url: str, token: str, secret: str | None = None, api_version: str | None = None
) -> Iterator[FacebookAdsApi]:
    """Yield the SDK's client for one token, and close its connections at the end."""
    session = FacebookSession(access_token=token, app_secret=secret or None)
    session.GRAPH = url
    with session.requests:
        yield FacebookAdsApi(session, api_version)


def edge(api: FacebookAdsApi, node: str, name: str, **params: str) -> Cursor:
    """Read an edge that the SDK has no method for."""
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


def add_list_and_remove_an_agency(owner: FacebookAdsApi, pixel: str, agency: str) -> Cursor:
    """Share a pixel, list its agencies, and end the share. Return the list."""
    share(owner, pixel, agency, "ANALYZE", "UPLOAD")
    listed = AdsPixel(pixel, api=owner).get_agencies(fields=["id", "name", "permitted_tasks"])
    unshare(owner, pixel, agency)
    return listed


def share(owner: FacebookAdsApi, pixel: str, agency: str, *tasks: str) -> AdsPixel:
    """Share a pixel. Return the answer, with `pending_request_id` if the agency must accept."""
    params = {"business": agency, "permitted_tasks": list(tasks)}
    return AdsPixel(pixel, api=owner).create_agency(params=params)


def unshare(owner: FacebookAdsApi, pixel: str, agency: str) -> None:
    """End a share."""
    AdsPixel(pixel, api=owner).delete_agencies(params={"business": agency})


def read_and_answer_a_request(
    owner: FacebookAdsApi, agency: FacebookAdsApi, request: str, request_status: str, pixel: str
) -> BusinessAgreement:
    """Read a request as the owner, and answer it as the agency. Return the request."""
    read = BusinessAgreement(request, api=owner).api_get(fields=["id", "request_status"])
    BusinessAgreement(request, api=agency).api_update(
        params={"request_status": request_status, "asset_id": pixel}
    )
    return read


def read_and_decline_the_sibling_node(
    agency: FacebookAdsApi, request: str
) -> BusinessAssetSharingAgreement:
    """Read a request as the other type of node, and decline it. Return the request."""
    sibling = BusinessAssetSharingAgreement(request, api=agency)
    read = sibling.api_get(fields=["initiator", "recipient", "request_status"])
    BusinessAssetSharingAgreement(request, api=agency).api_update(
        params={"request_response": "DECLINE"}
    )
    return read


def list_agreements(
    owner_api: FacebookAdsApi, agency_api: FacebookAdsApi, owner: str, agency: str
) -> tuple[Cursor, Cursor]:
    """Return the requests that the owner has sent, and those that the agency has received."""
    return (
        edge(owner_api, owner, "initiated_sharing_agreements", request_status="PENDING"),
        edge(agency_api, agency, "received_sharing_agreements", requesting_business_id=owner),
    )


def permit_list_and_withdraw_an_ad_account(
    agency_api: FacebookAdsApi, pixel: str, agency: str, ad_account: str
) -> list[AdAccount]:
    """Permit an ad account on a shared pixel, list the accounts, and withdraw it."""
    node = AdsPixel(pixel, api=agency_api)
    params = {"business": agency, "account_id": ad_account}
    node.create_shared_account(params=params)
    accounts = list(node.get_shared_accounts(fields=["id"], params={"business": agency}))
    node.delete_shared_accounts(params=params)
    return accounts


def read_nodes(
    owner_api: FacebookAdsApi, agency_api: FacebookAdsApi, pixel: str, owner: str, ad_account: str
) -> tuple[AdsPixel, Business, AdAccount, User]:
    """Read the node of a pixel, of its owner, of an ad account and of the token's user."""
    return (
        AdsPixel(pixel, api=owner_api).api_get(
            fields=["name", "owner_business", "last_fired_time"]
        ),
        Business(owner, api=owner_api).api_get(fields=["name"]),
        AdAccount(f"act_{ad_account}", api=agency_api).api_get(fields=["name", "account_id"]),
        User("me", api=owner_api).api_get(fields=["name"]),
    )


def read_edges_of_businesses(
    owner_api: FacebookAdsApi, agency_api: FacebookAdsApi, owner: str, agency: str
) -> dict[str, Cursor]:
    """Read the edges of the owner and of an agency that list others of them."""
    ours, theirs = Business(owner, api=owner_api), Business(agency, api=agency_api)
    return {
        "owned": ours.get_owned_pixels(fields=["name", "agencies{id,permitted_tasks}"]),
        "clients": theirs.get_client_pixels(fields=["name", "permitted_tasks"]),
        "agencies": ours.get_agencies(),
    }


def inspect_tokens(
    owner: FacebookAdsApi, inspected: str
) -> tuple[list[dict[str, object]], list[Business], dict[str, dict[str, object]]]:
    """Read the scopes and the businesses of the owner's token, and inspect another token."""
    answer = owner.call("GET", ("debug_token",), params={"input_token": inspected})
    return (
        list(User("me", api=owner).get_permissions()),
        list(User("me", api=owner).get_businesses()),
        answer.json(),
    )


def read_the_user(api: FacebookAdsApi) -> User:
    """Read the user of a token."""
    return User("me", api=api).api_get(fields=["name"])


def read_write_and_delete_in_a_batch(
    owner: FacebookAdsApi, pixels: Sequence[str], agency: str
) -> tuple[list[FacebookResponse], list[FacebookResponse], object]:
    """Share the first pixel, list its agencies, and end the share of the second, in one batch.

    The last entry reads a pixel that does not exist. Return the answers, the refusals and the
    entries that got neither.
    """
    answers: list[FacebookResponse] = []
    failures: list[FacebookResponse] = []
    batch = owner.new_batch()
    calls = {"batch": batch, "success": answers.append, "failure": failures.append}
    first, second = pixels

    AdsPixel(first, api=owner).create_agency(
        params={"business": agency, "permitted_tasks": ["UPLOAD"]}, **calls
    )
    AdsPixel(first, api=owner).get_agencies(fields=["id", "permitted_tasks"], **calls)
    AdsPixel(second, api=owner).delete_agencies(params={"business": agency}, **calls)
    AdsPixel("999", api=owner).get_agencies(**calls)
    return answers, failures, batch.execute()
