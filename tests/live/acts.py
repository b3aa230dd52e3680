"""The acts of the suite, in their order. Each removes the access that it grants.

An act with the SDK makes the calls of the contract tests. An act with stacks runs an example, or
the handshake, on the real engine. It returns the status of each resource at each point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError

from tests.contract import calls
from tests.engine import handshake
from tests.live.settings import AGENCY
from tests.live.side import Stage, variables
from tests.support import example
from tests.support.programs import program
from tests.support.stack import ROOT, Stack

#: The statuses at each point of an act. They contain no ids and no names of assets.
Facts = dict[str, str]

_EXAMPLES = ROOT / "examples"
#: One operation at a time, so that both sides get the same calls.
_IN_ORDER = ("--parallel", "1")


@dataclass(frozen=True)
class Act:
    """An act. It is about a sharing request if `opens_request` is True."""

    name: str
    play: Callable[[Stage], Facts]
    opens_request: bool = False
    engine: bool = False

    def obstacle(self, related: bool) -> str:
        """Return the reason why the act cannot be played, or an empty string."""
        if self.opens_request and related:
            return "the agency already works with the owner, so Meta opens no request"
        return ""


def _nodes(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, agency):
        calls.read_nodes(owner, agency, assets.pixel, assets.owner, assets.ad_account)
    return {}


def _edges(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, agency):
        calls.share(owner, assets.pixel, assets.partner, "UPLOAD")
        calls.read_edges_of_businesses(owner, agency, assets.pixel, assets.owner, assets.agency)
        calls.unshare(owner, assets.pixel, assets.partner)
    return {}


def _token(stage: Stage) -> Facts:
    with stage.sdk() as (owner, _):
        calls.inspect_tokens(owner, stage.side.owner.access_token)
    return {}


def _wrong_token(stage: Stage) -> Facts:
    with calls.connected(stage.recorder.url, "not-a-token") as api:
        try:
            calls.read_the_user(api)
        except FacebookRequestError:
            return {"the call": "refused"}
    return {"the call": "accepted"}


def _agency(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, _):
        calls.add_list_and_remove_an_agency(owner, assets.pixel, assets.partner)
    return {}


def _batch(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, _):
        calls.share(owner, assets.pixel_2, assets.partner, "ANALYZE")
        calls.read_write_and_delete_in_a_batch(owner, assets.pixels, assets.partner)
        calls.unshare(owner, assets.pixel, assets.partner)
    return {}


def _request(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, agency):
        request = _ask(stage, owner)
        calls.read_and_answer_a_request(owner, agency, request, "DECLINE", assets.pixel)
    return {}


def _sibling(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, agency):
        request = _ask(stage, owner)
        calls.list_agreements(owner, agency, assets.owner, assets.agency)
        calls.read_and_decline_the_sibling_node(agency, request)
    return {}


def _account(stage: Stage) -> Facts:
    assets = stage.assets
    with stage.sdk() as (owner, agency):
        answer = calls.share(owner, assets.pixel, assets.agency, "ADVERTISE")
        if request := answer.get("pending_request_id"):
            calls.read_and_answer_a_request(owner, agency, request, "APPROVE", assets.pixel)
        calls.permit_list_and_withdraw_an_ad_account(
            agency, assets.pixel, assets.agency, assets.ad_account
        )
        calls.unshare(owner, assets.pixel, assets.agency)
    return {}


def _handshake(stage: Stage) -> Facts:
    """Ask the agency, which declines, ask again, and withdraw the request."""
    assets = stage.assets

    def declared(**inputs: str) -> str:
        return program(
            *handshake.access(
                "handshake",
                assets.pixel,
                assets.agency,
                assets.ad_account,
                credentials=AGENCY,
                **inputs,
            )
        )

    stack = stage.stack("handshake", declared())
    facts = {"up": _up(stack)}
    request = str(stack.resources()["handshake"]["pending_request_id"])
    with stage.sdk() as (owner, agency):
        calls.read_and_answer_a_request(owner, agency, request, "DECLINE", assets.pixel)
    stack.refresh(*_IN_ORDER)
    facts["refresh after the answer"] = _statuses(stack)
    stack.write(declared(resend="2"))
    facts["up with another resend"] = _up(stack)
    stack.destroy(*_IN_ORDER)
    return facts


def _share_with_agency(stage: Stage) -> Facts:
    """Share, accept from the agency's stack, then act for the agency in the owner's stack."""
    assets = stage.assets
    owner = stage.stack(
        "owner",
        project=_EXAMPLES / "share-with-agency",
        config={
            "share-with-agency:pixel": assets.pixel,
            "share-with-agency:owner": assets.owner,
            "share-with-agency:analyticsAgency": assets.partner,
            "share-with-agency:campaignAgency": assets.agency,
            "share-with-agency:campaignAdAccount": f"act_{assets.ad_account}",
        },
    )
    agency = stage.stack(
        "agency",
        project=_EXAMPLES / "agency-accepts",
        config={
            "agency-accepts:owner": assets.owner,
            "agency-accepts:ownerStack": "organization/share-with-agency/owner",
            "agency-accepts:agency": assets.agency,
            "agency-accepts:adAccount": assets.ad_account,
        },
        environment={
            **variables(stage.side.agency),
            "PULUMI_BACKEND_URL": owner.environment["PULUMI_BACKEND_URL"],
        },
    )
    facts = {"up of the owner": _up(owner), "up of the agency": _up(agency)}
    agency.destroy(*_IN_ORDER)
    owner.pulumi("config", "set", "share-with-agency:actAsAgency", "true")
    facts["up of the owner as the agency"] = _up(owner, "--refresh")
    owner.destroy(*_IN_ORDER)
    return facts


def _access_file(stage: Stage) -> Facts:
    assets = stage.assets
    stack = stage.stack(
        "file", project=_EXAMPLES / "access-file", config={"metapixel:today": "2026-11-26"}
    )
    file = stack.project / "access.yaml"
    text = file.read_text()
    for shown, real in (
        (example.OWNER, assets.owner),
        (example.PIXEL, assets.pixel),
        (example.PIXEL_2, assets.pixel_2),
        (example.NORTHLIGHT, assets.partner),
        (example.HARBOUR, assets.agency),
    ):
        text = text.replace(f'"{shown}"', f'"{real}"')
    file.write_text(text)
    facts = {"up": _up(stack)}
    stack.destroy(*_IN_ORDER)
    return facts


def _ask(stage: Stage, owner: FacebookAdsApi) -> str:
    """Share the pixel with the agency. Return the request that this opens."""
    answer = calls.share(owner, stage.assets.pixel, stage.assets.agency, "ANALYZE")
    return str(answer["pending_request_id"])


def _up(stack: Stack, *arguments: str) -> str:
    stack.up(*_IN_ORDER, *arguments)
    return _statuses(stack)


def _statuses(stack: Stack) -> str:
    """Return the number of resources of each type with each status."""
    found = Counter(
        f"{each.kind.removeprefix('Pixel')} {each.text('status')}" for each in stack.recorded()
    )
    return ", ".join(f"{number} {each}" for each, number in sorted(found.items()))


#: An approval leaves a relationship, after which Meta opens no request. So the acts that need an
#: agency without a relationship come first, and the first example is the only one that accepts.
ACTS = (
    Act("nodes", _nodes),
    Act("edges", _edges),
    Act("token", _token),
    Act("wrong-token", _wrong_token),
    Act("agency", _agency),
    Act("batch", _batch),
    Act("request", _request, opens_request=True),
    Act("sibling-node", _sibling, opens_request=True),
    Act("handshake", _handshake, opens_request=True, engine=True),
    Act("share-with-agency", _share_with_agency, engine=True),
    Act("access-file", _access_file, engine=True),
    Act("ad-account", _account),
)
