"""The components in a program in YAML: they consist of native resources."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support import programs
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
from tests.support.yaml_programs import (
    Declared,
    Options,
    program,
    provider,
    resource,
    share,
    using,
)

pytestmark = pytest.mark.engine

LAST_DAY = "2099-06-30"


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
            "harbour", HARBOUR, {"shop": PIXEL, "app": app, "old": ended}, using("owner")
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

    made.expect_no_changes()


@pytest.mark.rest
def test_a_component_of_a_program_in_python_moves_to_yaml_without_a_call(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    in_python = programs.agency_access(
        "north", NORTHLIGHT, {"shop": PIXEL, "app": PIXEL_2}, expires_on=LAST_DAY
    )
    in_yaml = agency_access(
        "north", NORTHLIGHT, {"shop": PIXEL, "app": PIXEL_2}, expiresOn=LAST_DAY
    )
    made = stack(programs.program(in_python))
    made.up()
    calls = len(sim.requests)

    made.move_to_yaml()
    made.write(program(in_yaml))
    made.expect_no_changes()
    made.up()

    assert len(sim.requests) == calls
    assert {urn.rpartition("$")[2] for urn in made.urns().values()} == {
        "metapixel:index:PixelAgencyShare::north-shop",
        "metapixel:index:PixelAgencyShare::north-app",
    }


@pytest.mark.rest
def test_the_ad_accounts_of_an_agency_have_its_own_provider_and_the_components_options(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        program(
            provider("agency", "northlight-token", sim.url),
            agency_access(
                "north",
                NORTHLIGHT,
                {"shop": PIXEL},
                {"protect": True, "retainOnDelete": True},
                adAccounts=[f"act_{NORTHLIGHT_ACCOUNT}"],
                agencyProvider="${agency}",
            ),
        ),
        in_yaml=True,
    )

    made.up()

    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    recorded = json.loads(made.export())["deployment"]["resources"]
    children = [each for each in recorded if each["urn"] in made.urns().values()]
    assert len(children) == 2
    assert all(child["protect"] and child["retainOnDelete"] for child in children)
    made.expect_no_changes()


@pytest.mark.rest
def test_an_error_in_a_component_names_the_input_as_the_program_does(
    stack: Callable[..., Stack],
) -> None:
    wrong = agency_access("harbour", HARBOUR, {"shop": PIXEL}, expiresOn="2027-13-01")

    refused = stack(program(wrong), in_yaml=True).preview(ok=False).output

    assert "AgencyAccess 'harbour', pixel 'shop': `expiresOn`: '2027-13-01' is not" in refused
    assert "Traceback" not in refused
