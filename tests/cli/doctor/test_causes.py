"""Mistakes that a report names by their cause, and the rows for one cause in a table."""

from __future__ import annotations

import json
import re

import pytest

from metapixel_provider.graph.classify import CODE_ADVICE
from metapixel_simulator import Simulator
from tests.cli.doctor.diagnosis import diagnose, invoke
from tests.support.byte_server import ByteServer, answer
from tests.support.example import NORTHLIGHT, OWNER, PIXEL

ASSETS = ("--business", OWNER, "--pixel", PIXEL)


def test_checks_that_did_not_run_for_one_reason_are_one_row(sim: Simulator) -> None:
    output = invoke(sim.url, "--skip", "versions", *ASSETS).stdout

    assert "  not run  16 checks did not run: there is no usable token (see" in output
    assert output.count("there is no usable token") == 1


def test_credential_sets_with_the_same_obstacle_are_one_row(sim: Simulator) -> None:
    tokens = {"META_ACCESS_TOKEN": "wrong-token", "META_ACCESS_TOKEN_SHOP": "another-wrong-token"}

    output = invoke(sim.url, "--check", "delete", "--check", "permit-scopes", **tokens).stdout

    assert "2 checks did not run ((default), shop): Meta refuses the token" in output


def test_a_missing_scope_is_one_row_for_all_acts_that_need_it(sim: Simulator) -> None:
    output = invoke(sim.url, META_ACCESS_TOKEN="unscoped-token").stdout

    assert output.count("The token lacks a required scope: business_management\n") == 1
    assert re.search(
        r"failed +share-scopes .*\n +the same for permit-scopes, delete-scopes", output
    )


def test_an_admin_of_a_named_business_has_a_role_even_if_meta_lists_no_business(
    sim: Simulator,
) -> None:
    sim.fault("GET me/businesses", kind="graph_error", code=200, times=-1)

    found = diagnose(sim.url, "--business", OWNER, META_ACCESS_TOKEN="owner-token")

    assert found.of("business-admin").result == "success"
    assert found.of("business-role").text == f"admin of business {OWNER}"


def test_swapped_ids_are_called_swapped(sim: Simulator) -> None:
    options = ("--business", PIXEL, "--pixel", OWNER)

    found = diagnose(sim.url, *options, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("error") == {"business-admin", "pixel-owner"}
    for check in ("business-admin", "pixel-owner"):
        assert "The ids of --business and --pixel are swapped" in found.of(check).text
        assert found.of(check).advice == "exchange the ids of the two options"


@pytest.mark.parametrize(
    ("option", "id_", "kind", "check"),
    [
        ("--business", PIXEL, "pixel", "business-admin"),
        ("--pixel", NORTHLIGHT, "business", "pixel-owner"),
    ],
)
def test_an_id_of_another_kind_is_named_with_its_option(
    sim: Simulator, option: str, id_: str, kind: str, check: str
) -> None:
    found = diagnose(sim.url, option, id_, META_ACCESS_TOKEN="owner-token").of(check)

    assert found.result == "error"
    assert found.text == f"This is the id of a {kind}: {kind} {id_}"
    assert found.advice == f"give the id with --{kind}"


def test_a_token_of_the_agency_in_the_place_of_the_owners_is_found(sim: Simulator) -> None:
    found = diagnose(sim.url, *ASSETS, META_ACCESS_TOKEN="northlight-token")

    holder = (
        f"credential set (default) belongs to an admin of business Northlight Media ({NORTHLIGHT})"
    )
    assert found.with_result("error") == {"business-admin", "pixel-owner"}
    assert holder in found.of("business-admin").text
    assert holder in found.of("pixel-owner").text


def test_exchanged_tokens_of_owner_and_agency_are_found(sim: Simulator) -> None:
    tokens = {
        "META_ACCESS_TOKEN": "northlight-token",
        "META_ACCESS_TOKEN_NORTHLIGHT": "owner-token",
    }

    found = diagnose(sim.url, *ASSETS, **tokens).of("pixel-owner")

    assert found.result == "warning"
    assert "The default credential set does not belong to the owner" in found.text
    assert "exchange the two tokens" in found.advice


@pytest.mark.parametrize("code", [101, 415])
def test_a_code_of_the_app_or_the_user_has_its_own_advice(code: int) -> None:
    content = json.dumps({"error": {"message": "No", "code": code}}).encode()

    with ByteServer(lambda request: [answer(content, status=400)]) as server:
        found = diagnose(server.url, META_ACCESS_TOKEN="owner-token")

    assert found.of("token").advice == CODE_ADVICE[code]


@pytest.mark.parametrize("code", [3, 294])
def test_a_missing_capability_has_its_own_advice(sim: Simulator, code: int) -> None:
    path = "GET initiated_sharing_agreements"
    sim.fault(path, kind="graph_error", code=code, times=-1)

    found = diagnose(sim.url, *ASSETS, META_ACCESS_TOKEN="owner-token")

    for check in ("business-role", "business-admin", "pixel-owner"):
        assert found.of(check).advice == CODE_ADVICE[code]


@pytest.mark.parametrize(
    ("days", "result", "text"),
    [
        (0, "success", "the clock of this machine agrees with Meta's clock"),
        (-0.5, "warning", "The clock of this machine is 12.0 hours ahead of Meta's clock"),
        (400, "error", "is 400 days behind Meta's clock, so no command writes to Meta"),
    ],
)
def test_the_clock_is_compared_with_metas(
    sim: Simulator, days: float, result: str, text: str
) -> None:
    sim.shift_date(days=days)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token").of("clock")

    assert found.result == result
    assert text in found.text


def test_the_ends_of_tokens_are_judged_by_metas_clock(sim: Simulator) -> None:
    sim.shift_date(days=-400)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("error") == {"clock"}
