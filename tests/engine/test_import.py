"""`metapixel import` on the real engine, against the simulator."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from unittest.mock import patch

import pytest

from bench import workload
from metapixel_cli.stacks import pulumi
from metapixel_simulator import AdAccount, Permission, Share, Simulator
from tests.support.depth import examples
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.programs import Code, program, share
from tests.support.stack import Run, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

#: The number of pixels in the large estate, each of which 10 agencies have.
PIXELS = examples("METAPIXEL_IMPORT_PIXELS", desk=6, ci=20)


def metapixel(stack: Stack, *arguments: str, business: str = OWNER, ok: bool = True) -> Run:
    """Run an import into a stack, in the folder of its project."""
    line = shlex.join(
        ["metapixel", "import", "--business", business, "--stack", stack.name, *arguments]
    )
    return Terminal.of(stack).type(line, ok=ok)


@pytest.mark.timeout(max(600, 4 * PIXELS))
def test_a_large_estate_is_taken_over_without_a_call(stack: Callable[..., Stack]) -> None:
    world = workload.world(PIXELS, shared=True)
    agency_id = next(iter(world.shares))[1]
    world.add(
        AdAccount("5001", "Main account", agency_id),
        *(Permission(pixel_id, agency_id, "5001") for pixel_id in world.pixels),
    )
    with Simulator(world) as sim:
        config = {"metapixel:graphUrl": sim.url}
        made = stack("import access\n", config=config)
        made.environment["META_ACCESS_TOKEN"] = workload.TOKEN
        # No access changes, so a checkpoint after each resource would protect nothing.
        made.environment["PULUMI_SKIP_CHECKPOINTS"] = "1"

        imported = metapixel(made, "--to", "access.py", business=workload.OWNER)
        assert (
            f"Imported {10 * PIXELS:,} shares and {PIXELS:,} ad account permissions"
            in imported.output
        )
        assert {each.method for each in sim.requests if each.endpoint != "POST batch"} == {"GET"}

        sim.clear_requests()
        made.expect_no_changes()
        updated = made.up()
        assert f"{11 * PIXELS + workload.AGENCIES_PER_PIXEL + 1} unchanged" in updated.output
        assert sim.requests == []

        recorded_shares = {
            (each.text("pixel_id"), each.text("agency_business_id")): each.outputs["granted_tasks"]
            for each in made.recorded()
            if each.kind == "PixelAgencyShare"
        }
        assert recorded_shares == {key: ["ANALYZE", "ADVERTISE"] for key in world.shares}
        assert '"protect"' not in made.export()
        made.end(sim)


def test_a_program_that_declares_the_access_already_needs_no_file(
    sim: Simulator, stack: Callable[..., Stack]
) -> None:
    secret = Code("pulumi.Output.secret('contract 4711')")
    sim.world.add(
        Share(PIXEL, NORTHLIGHT, ("ADVERTISE", "ANALYZE")),
        Share(PIXEL_2, NORTHLIGHT, ("ANALYZE",)),
        Share(PIXEL_3, NORTHLIGHT, ("ANALYZE",)),
        Permission(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
    )
    declared = program(
        share("first", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE", reason=secret),
        share("second", PIXEL_2, NORTHLIGHT, "UPLOAD"),
        share("third", PIXEL_3, NORTHLIGHT, reason=Code("first.status")),
        "pulumi.export('status', first.status)",
    )
    made = stack(declared)

    run = metapixel(made, ok=False)

    assert run.code == 4
    assert "the program declares UPLOAD, but Meta lists ANALYZE" in run.output
    assert "the value of reason is not known before an update" in run.output
    assert "the program does not declare it" in run.output
    (found,) = made.recorded()
    assert (found.name, found.text("status")) == ("first", "ACTIVE")
    assert "contract 4711" not in made.export()
    assert made.outputs() == {}
    with patch.dict(os.environ, made.environment, clear=True):
        steps = pulumi.preview(made.name, made.project)
    assert steps[made.urn("first")].steps == ("same",)


@follows("pulumi up --refresh", after=["once the agency has answered, run"])
def test_shares_of_an_agency_with_an_open_request_are_recorded_and_nothing_is_sent_for_them(
    sim: Simulator, stack: Callable[..., Stack]
) -> None:
    sim.world.add(*(Share(pixel, HARBOUR, ("ANALYZE",)) for pixel in (PIXEL, PIXEL_2)))
    request = sim.ask(PIXEL_3, HARBOUR, ["ANALYZE"])
    assert request
    made = stack("import access\n")

    imported = metapixel(made, "--to", "access.py")

    assert "Imported 2 shares" in imported.output
    assert f"sharing request {request} to business Harbour" in imported.output
    sim.clear_requests()
    assert (
        len(made.expect_no_changes().lines_with("did not confirm all shares of agency Harbour"))
        == 1
    )
    assert "4 unchanged" in made.up().output
    assert sim.requests == []
    assert set(made.statuses().values()) == {"UNCONFIRMED"}
    sim.answer(request, "approve")
    Terminal.of(made).type("pulumi up --refresh")
    assert set(made.statuses().values()) == {"ACTIVE"}
    assert sim.count("POST agencies") == 0


def test_an_import_names_a_secret_input_that_it_cannot_compare(
    sim: Simulator, stack: Callable[..., Stack]
) -> None:
    sim.world.add(Share(PIXEL, NORTHLIGHT, ("ANALYZE",)))
    secret = Code(f"pulumi.Output.secret({PIXEL!r})")
    made = stack(program(share("first", secret, NORTHLIGHT)))

    run = metapixel(made, "--to", "access.py", ok=False)

    assert run.code == 1
    assert (
        "cannot compare `pixel_id` of 'first' with Meta, because the value is a secret"
        in run.output
    )
    assert made.recorded() == []
