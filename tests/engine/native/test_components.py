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
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

DECLARED = f"""
resources:
  owner:
    type: pulumi:providers:metapixel
    properties: {{accessToken: {{fn::secret: owner-token}}, graphUrl: "URL"}}
  agency:
    type: pulumi:providers:metapixel
    properties: {{accessToken: {{fn::secret: harbour-token}}, graphUrl: "URL"}}
  other:
    type: metapixel:PixelAgencyShare
    properties:
      pixelId: "{PIXEL_2}"
      agencyBusinessId: "{NORTHLIGHT}"
      permittedTasks: [ANALYZE]
    options: {{provider: "${{owner}}"}}
  harbour:
    type: metapixel:AgencyAccess
    properties:
      agencyBusinessId: "{HARBOUR}"
      permittedTasks: [ANALYZE]
      pixels:
        shop: "{PIXEL}"
        app: {{pixelId: "${{other.pixelId}}", permittedTasks: [UPLOAD], expiresOn: 2099-12-31}}
        old: {{pixelId: "{PIXEL_3}", expiresOn: 2026-01-31}}
    options: {{provider: "${{owner}}", protect: true, retainOnDelete: true}}
  acme:
    type: metapixel:ClientAccess
    properties:
      ownerBusinessId: "{OWNER}"
      agencyBusinessId: "{HARBOUR}"
      pixels: {{shop: "{PIXEL}"}}
      adAccounts: [act_{HARBOUR_ACCOUNT}]
      accept: true
    options: {{provider: "${{agency}}", dependsOn: ["${{harbour}}"]}}
outputs:
  statuses: {{fn::toJSON: "${{harbour.statuses}}"}}
  granted: ${{harbour.shares.shop.grantedTasks}}
  answer: ${{acme.standingResponse.status}}
  permission: ${{acme.permissions["acme-shop-{HARBOUR_ACCOUNT}"].status}}
"""


def test_a_preview_warns_of_ad_accounts_unless_they_have_a_provider_of_the_agency(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    without = f"""
resources:
  northlight:
    type: metapixel:AgencyAccess
    properties:
      agencyBusinessId: "{NORTHLIGHT}"
      permittedTasks: [ANALYZE]
      pixels: {{shop: "{PIXEL}"}}
      adAccounts: ["{NORTHLIGHT_ACCOUNT}"]
"""
    none = f"""
  harbour:
    type: metapixel:AgencyAccess
    properties:
      agencyBusinessId: "{HARBOUR}"
      permittedTasks: [ANALYZE]
      pixels: {{shop: "{PIXEL}"}}
"""
    agency = f"""
      agencyProvider: "${{agency}}"
  agency:
    type: pulumi:providers:metapixel
    properties: {{accessToken: {{fn::secret: northlight-token}}, graphUrl: "{sim.url}"}}
"""
    warning = "permits ad accounts without `agencyProvider`"
    made = stack(without.rstrip() + none, in_yaml=True)
    (line,) = set(made.preview().lines_with(warning))
    assert "'northlight'" in line

    made.write(without.rstrip() + agency)
    assert not made.preview().lines_with(warning)
    made.up()
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


def test_the_components_of_an_owner_and_of_an_agency_act_with_their_own_providers(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    text = DECLARED.replace("URL", sim.url)
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


def test_a_preview_reports_credential_sets_which_the_plugin_does_not_use(
    stack: Callable[..., Stack],
) -> None:
    standing = f"""
resources:
  answer:
    type: metapixel:PixelSharingStandingResponse
    properties: {{ownerBusinessId: "{OWNER}", agencyBusinessId: "{HARBOUR}"}}
"""
    made = stack(standing, in_yaml=True, config={"metapixel:credentials": "{}"})

    (warning,) = made.preview().lines_with("this plugin does not use credential sets")
    assert "declare a provider for each token (`pulumi:providers:metapixel`" in warning


def test_a_declared_provider_has_the_date_of_the_stack(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.ask(PIXEL, HARBOUR, ["ANALYZE"])
    made = stack(
        f"""
resources:
  agency:
    type: pulumi:providers:metapixel
    properties: {{accessToken: {{fn::secret: harbour-token}}, graphUrl: "{sim.url}"}}
  answer:
    type: metapixel:PixelSharingStandingResponse
    properties:
      ownerBusinessId: "{OWNER}"
      agencyBusinessId: "{HARBOUR}"
      expiresOn: "2099-12-31"
    options: {{provider: "${{agency}}"}}
""",
        in_yaml=True,
        config={"metapixel:today": "2100-01-01"},
    )

    made.up()

    assert len(sim.open_requests()) == 1
