"""A stack of a Python program becomes one of a YAML program, without a call to Meta."""

from __future__ import annotations

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
)
from tests.support.programs import agency_access, permission, program, share, standing_response
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = [pytest.mark.engine, pytest.mark.rest]

AGENCYS = {"credentials": "harbour"}
IN_PYTHON = program(
    share("web", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE", reason="report"),
    share("waiting", PIXEL, HARBOUR),
    standing_response("answer", OWNER, HARBOUR, opts="depends_on=[waiting]", **AGENCYS),
    permission("account", PIXEL, HARBOUR, HARBOUR_ACCOUNT, opts="depends_on=[answer]", **AGENCYS),
    agency_access(
        "north",
        NORTHLIGHT,
        {"app": PIXEL_2},
        ad_accounts=[NORTHLIGHT_ACCOUNT],
        agency_credentials="northlight",
    ),
)
IN_YAML = f"""
resources:
  agency:
    type: pulumi:providers:metapixel
    properties: {{accessToken: {{fn::secret: harbour-token}}, graphUrl: "URL"}}
  web:
    type: metapixel:PixelAgencyShare
    properties:
      pixelId: "{PIXEL}"
      agencyBusinessId: "{NORTHLIGHT}"
      permittedTasks: [ANALYZE, ADVERTISE]
      reason: report
  waiting:
    type: metapixel:PixelAgencyShare
    properties: {{pixelId: "{PIXEL}", agencyBusinessId: "{HARBOUR}", permittedTasks: [ANALYZE]}}
  answer:
    type: metapixel:PixelSharingStandingResponse
    properties: {{ownerBusinessId: "{OWNER}", agencyBusinessId: "{HARBOUR}"}}
    options: {{provider: "${{agency}}", dependsOn: ["${{waiting}}"]}}
  account:
    type: metapixel:PixelAdAccountPermission
    properties: {{pixelId: "{PIXEL}", businessId: "{HARBOUR}", adAccountId: "{HARBOUR_ACCOUNT}"}}
    options: {{provider: "${{agency}}", dependsOn: ["${{answer}}"]}}
  north:
    type: metapixel:AgencyAccess
    properties:
      agencyBusinessId: "{NORTHLIGHT}"
      pixels: {{app: "{PIXEL_2}"}}
      permittedTasks: [ANALYZE]
      adAccounts: ["{NORTHLIGHT_ACCOUNT}"]
      agencyProvider: "${{northlight}}"
  northlight:
    type: pulumi:providers:metapixel
    properties: {{accessToken: {{fn::secret: northlight-token}}, graphUrl: "URL"}}
outputs: {{tasks: "${{web.grantedTasks}}", status: "${{account.status}}"}}
"""


@follows("pulumi refresh", after=["names outputs differently; run `pulumi refresh` once"])
def test_the_move_makes_no_call_and_a_refresh_gives_the_program_all_outputs(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(IN_PYTHON)
    made.up()
    access = sim.shares(), sim.permissions()
    sim.clear_requests()
    made.move_to_yaml()
    made.write(IN_YAML.replace("URL", sim.url))

    previewed = made.preview().output
    moved = Terminal.of(made).type("pulumi up")

    assert "to update" not in previewed
    assert "run `pulumi refresh` once, so that the program gets all outputs" in moved.text
    assert sim.requests == []
    types = {name: urn.split("::")[2] for name, urn in made.urns().items()}
    of_agency = {types.pop("north-app"), types.pop(f"north-app-{NORTHLIGHT_ACCOUNT}")}
    assert of_agency == {
        f"metapixel:index:AgencyAccess$metapixel:index:{kind}"
        for kind in ("PixelAgencyShare", "PixelAdAccountPermission")
    }
    assert {each.rpartition(":")[0] for each in types.values()} == {"metapixel:index"}

    Terminal.of(made).type("pulumi refresh")
    sim.clear_requests()
    unchanged = made.up().output
    assert "run `pulumi refresh` once" not in unchanged
    assert made.outputs() == {"tasks": ["ANALYZE", "ADVERTISE"], "status": "ACTIVE"}
    assert sim.requests == []

    made.destroy()
    assert (sim.shares(), sim.permissions()) == ({}, set())
    assert access != ({}, set())
