"""The components in a program in YAML: they consist of native resources."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.stack import Stack
from tests.support.yaml_programs import Declared, Options, program, provider, resource, share, using

pytestmark = pytest.mark.engine


def agency_access(
    name: str,
    agency: str,
    pixels: dict[str, object],
    options: Options | None = None,
    **inputs: object,
) -> Declared:
    given = {"agencyBusinessId": agency, "pixels": pixels, "permittedTasks": ["ANALYZE"], **inputs}
    return resource("AgencyAccess", name, given, options)


def test_the_components_of_an_owner_and_of_an_agency_act_with_their_own_providers(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    account = {"pixels": {"shop": PIXEL}, "adAccounts": [f"act_{HARBOUR_ACCOUNT}"], "accept": True}
    client = {"ownerBusinessId": OWNER, "agencyBusinessId": HARBOUR, **account}
    app = {"pixelId": "${other.pixelId}", "permittedTasks": ["UPLOAD"]}
    ended = {"pixelId": PIXEL_3, "expiresOn": "2026-01-31"}
    text = program(
        provider("owner", "owner-token", sim.url),
        provider("agency", "harbour-token", sim.url),
        share("other", PIXEL_2, NORTHLIGHT, options=using("owner")),
        agency_access(
            "harbour",
            HARBOUR,
            {"shop": PIXEL, "app": app, "old": ended},
            {**using("owner"), "protect": True, "retainOnDelete": True},
        ),
        resource("ClientAccess", "acme", client, using("agency", "harbour")),
        outputs={
            "statuses": {"fn::toJSON": "${harbour.statuses}"},
            "granted": "${harbour.shares.shop.grantedTasks}",
            "answer": "${acme.standingResponse.status}",
            "permission": f'${{acme.permissions["acme-shop-{HARBOUR_ACCOUNT}"].status}}',
        },
    )
    made = stack(text, in_yaml=True, environment={"META_ACCESS_TOKEN": ""})

    made.preview()
    assert sim.requests == []

    made.up()
    assert sim.shares() == {
        (PIXEL_2, NORTHLIGHT): frozenset({"ANALYZE"}),
        (PIXEL, HARBOUR): frozenset({"ANALYZE"}),
        (PIXEL_2, HARBOUR): frozenset({"UPLOAD"}),
    }
    assert sim.permissions() == {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}
    assert made.outputs() == {
        "statuses": '{"app":"PENDING","old":null,"shop":"PENDING"}',
        "granted": [],
        "answer": "ANSWERED",
        "permission": "ACTIVE",
    }
    assert made.urn("acme").endswith(
        "::metapixel:index:ClientAccess$metapixel:index:PixelSharingStandingResponse::acme"
    )
    recorded = json.loads(made.export())["deployment"]["resources"]
    children = [each for each in recorded if each["urn"].rpartition("::")[2].startswith("harbour-")]
    assert len(children) == 2
    assert all(child["protect"] and child["retainOnDelete"] for child in children)

    made.expect_no_changes()
