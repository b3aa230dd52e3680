"""`metapixel import` on the real engine, against the simulator."""

from __future__ import annotations

import json
import os
import subprocess
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
from tests.support.stack import VENV, Run, Stack
from tests.unit.access_file.files import merged

pytestmark = pytest.mark.engine

#: The number of pixels in the large estate, each of which 10 agencies have.
PIXELS = examples("METAPIXEL_IMPORT_PIXELS", desk=6, ci=60)

FILE = 'from pulumi_metapixel import declare_access_file\n\ndeclare_access_file("access.yaml")\n'


def metapixel(stack: Stack, *arguments: str, business: str = OWNER) -> Run:
    """Run an import into a stack, in the folder of its project."""
    command = [str(VENV / "bin/metapixel"), "import", "--business", business, "--stack", stack.name]
    run = subprocess.run(
        [*command, *arguments],
        cwd=stack.project,
        env=stack.environment,
        capture_output=True,
        text=True,
    )
    return Run(run.returncode, run.stdout + run.stderr)


def recorded(stack: Stack) -> dict[str, dict[str, object]]:
    """Return the resources of a state by URN, without ids of providers, times and places."""
    found = {}
    for resource in json.loads(stack.export())["deployment"]["resources"]:
        for name in ("created", "modified", "sourcePosition", "stackTrace"):
            resource.pop(name, None)
        if resource["type"].startswith("pulumi:providers:"):
            resource.pop("id")
        if "provider" in resource:
            resource["provider"] = resource["provider"].rpartition("::")[0]
        found[resource["urn"]] = resource
    return found


def writes(sim: Simulator) -> list[str]:
    return [each.endpoint for each in sim.requests if not each.endpoint.startswith("GET ")]


@pytest.fixture
def shared(sim: Simulator) -> Simulator:
    """The example world, in which Northlight has two pixels and an ad account."""
    sim.world.add(
        Share(PIXEL, NORTHLIGHT, ("ADVERTISE", "ANALYZE")),
        Share(PIXEL_2, NORTHLIGHT, ("ANALYZE",)),
        Permission(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
    )
    return sim


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
        assert imported.code == 0, imported.output
        assert (
            f"Imported {10 * PIXELS:,} shares and {PIXELS:,} ad account permissions"
            in imported.output
        )
        assert {*writes(sim)} <= {"POST batch"}  # Batches of reads.

        sim.clear_requests()
        made.expect_no_changes()
        updated = made.up()
        assert f"{11 * PIXELS + 1} unchanged" in updated.output
        assert sim.requests == []

        recorded_shares = {
            (each.text("pixel_id"), each.text("agency_business_id")): each.outputs["granted_tasks"]
            for each in made.recorded()
            if each.kind == "PixelAgencyShare"
        }
        assert recorded_shares == {key: ["ANALYZE", "ADVERTISE"] for key in world.shares}
        assert not any("protect" in each for each in recorded(made).values())


def test_an_access_file_is_written_once_and_what_is_new_the_next_time_is_printed(
    shared: Simulator, stack: Callable[..., Stack]
) -> None:
    made = stack(FILE)

    assert metapixel(made, "--to", "access.yaml").code == 0
    imported = recorded(made)
    assert {each.get("protect") for each in imported.values() if "id" in each} == {True}

    # The entries are those that the engine writes if `up` adopts the access.
    text = (made.project / "access.yaml").read_text()
    adopting = stack(FILE, folder=made.home.parent / "adopting")
    (adopting.project / "access.yaml").write_text(text)
    adopting.up()
    expected = recorded(adopting)
    for entry in imported.values():
        entry.pop("protect", None)
    assert imported == expected

    made.up()
    commented = text.replace("agencies:", "agencies:  # reviewed every quarter")
    (made.project / "access.yaml").write_text(commented)
    shared.world.add(*(Share(pixel, HARBOUR, ("ANALYZE",)) for pixel in (PIXEL, PIXEL_2)))
    before = made.export()
    waiting = metapixel(made, "--to", "access.yaml")
    assert waiting.code == 4
    assert "Imported nothing of business" in waiting.output
    assert "already manages 3 of the selected resources" in waiting.output
    assert (made.project / "access.yaml").read_text() == commented
    assert made.export() == before

    entries = waiting.output.partition("same keys:\n\n")[2].partition("\nThen run")[0]
    (made.project / "access.yaml").write_text(merged(commented, entries))
    again = metapixel(made, "--to", "access.yaml")
    assert again.code == 0, again.output
    assert "Imported 2 shares of business" in again.output
    assert {each.text("agency_business_id") for each in made.recorded()} >= {NORTHLIGHT, HARBOUR}
    made.expect_no_changes()


@pytest.mark.rest
def test_a_program_without_the_new_module_gets_the_missing_line_and_no_edit(
    shared: Simulator, stack: Callable[..., Stack]
) -> None:
    made = stack("import access\n")
    (made.project / "access.py").write_text("# Nothing yet.\n")

    assert "name another file with --to" in metapixel(made, "--to", "access.py").output
    first = metapixel(made, "--to", "more.py")
    assert first.code == 4
    assert "    import more\n" in first.output
    assert made.recorded() == []

    made.write("import access\nimport more\n")
    assert metapixel(made, "--to", "more.py").code == 0
    assert (made.project / "access.py").read_text() == "# Nothing yet.\n"
    made.expect_no_changes()

    # Another program, such as one without the new module, cannot end the access.
    made.write("import access\n")
    assert "protect" in made.preview(ok=False).output


def test_a_program_that_declares_the_access_already_needs_no_file(
    shared: Simulator, stack: Callable[..., Stack]
) -> None:
    secret = Code("pulumi.Output.secret('contract 4711')")
    shared.world.add(Share(PIXEL_3, NORTHLIGHT, ("ANALYZE",)))
    declared = program(
        share("first", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE", reason=secret),
        share("second", PIXEL_2, NORTHLIGHT, "UPLOAD"),
        share("third", PIXEL_3, NORTHLIGHT, reason=Code("first.status")),
        "pulumi.export('status', first.status)",
    )
    made = stack(declared)

    run = metapixel(made)

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
