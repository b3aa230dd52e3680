"""The lines of docs/troubleshooting.md: a killed run, a decline, a rename."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, OWNER, PIXEL
from tests.support.processes import Kill
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, Typed, follows

pytestmark = pytest.mark.engine

SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
DECLARED = program(share("one", PIXEL, NORTHLIGHT))
FAIL = program(share("one", PIXEL, NORTHLIGHT, on_existing="fail"))
ADOPT = program(share("one", PIXEL, NORTHLIGHT, on_existing="adopt"))
CLEAR = "pulumi refresh --clear-pending-creates"


@pytest.fixture
def killed(stack: Callable[..., Stack], sim: Simulator) -> Stack:
    """A stack whose `up` was killed after it had shared a pixel and before it could record it."""
    made = stack(DECLARED)
    kill = Kill(1, "after", "command", endpoint="POST agencies")
    kill.run(made, sim, "up", "--yes", "--skip-preview")
    assert kill.killed
    assert sim.shares() == SHARED
    return made


def pending(exported: Typed) -> list[dict[str, object]]:
    """The inputs of the creations whose end the engine does not know."""
    operations = json.loads(exported.printed)["deployment"].get("pending_operations", [])
    return [operation["resource"]["inputs"] for operation in operations]


@follows("pulumi cancel --yes", "pulumi up", "pulumi stack export", "metapixel import", CLEAR)
@follows("pulumi up", CLEAR, after=["an import would remove these records from the state"])
def test_a_killed_creation_that_fail_refuses_is_adopted_and_its_record_blocks_an_import_until_then(
    killed: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(killed)
    assert "locked" in terminal.type("pulumi up", ok=False).output
    terminal.type("pulumi cancel --yes")

    killed.write(FAIL)
    before = killed.export()
    options = [f"--business {OWNER}", "--stack test"]
    refused = terminal.type("metapixel import", options=[*options, "--dry-run"], ok=False)
    assert "of its operations on stack test: one (creating)" in refused.text
    assert killed.export() == before
    refused = terminal.type("pulumi up", ok=False)
    assert "after a killed run, or to replace the share, set `on_existing='adopt'`" in refused.text
    assert (sim.shares(), killed.resources()) == (SHARED, {})

    killed.write(ADOPT)
    assert "destroying this stack ends the share" in terminal.type("pulumi up").text
    assert (set(killed.resources()), sim.count("POST agencies")) == ({"one"}, 1)
    terminal.type(CLEAR)
    assert pending(terminal.type("pulumi stack export")) == []
    imported = json.loads(terminal.type("metapixel import", options=[*options, "--json"]).printed)
    assert imported["complete"]
    assert set(killed.resources()) == {"one"}
    sim.clear_requests()
    killed.write(FAIL)
    terminal.type("pulumi up")

    assert sim.requests == []


@follows("pulumi cancel --yes", "pulumi stack export", "metapixel access")
@follows("pulumi up", CLEAR, after=["; a killed run may have left it: declare {} again"])
def test_a_share_of_a_killed_run_that_was_taken_out_is_found_and_ended(
    killed: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(killed)
    terminal.type("pulumi cancel --yes")
    killed.write(program())
    told = terminal.type("pulumi up").text
    assert "with 1 pending operations from previous deployment" in told
    assert "PixelAgencyShare::one" in told
    assert sim.shares() == SHARED

    (inputs,) = pending(terminal.type("pulumi stack export"))
    assert (inputs["pixel_id"], inputs["agency_business_id"]) == (PIXEL, NORTHLIGHT)
    options = [f"--business {OWNER} --graph-url {sim.url}", "--stack test"]
    found = terminal.type("metapixel access", options=[*options, "--fail-on unmanaged"], ok=False)
    assert found.code == 3
    assert "a killed run may have left it" in found.text
    for text in (DECLARED, program()):
        killed.write(text)
        terminal.type("pulumi up")
    terminal.type(CLEAR)

    assert (sim.shares(), killed.resources()) == ({}, {})
    assert pending(terminal.type("pulumi stack export")) == []


ASKED_AGAIN, RENAMED = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs/troubleshooting.md").read_text(), re.DOTALL
)
FIRST = (ROOT / "templates/python/__main__.py").read_text()
IMPORTS = "import pulumi\nfrom pulumi_metapixel import PixelAgencyShare, Task\n"


@pytest.mark.parametrize(
    ("changed", "requests"),
    [(ASKED_AGAIN, 1), (RENAMED, 0)],
    ids=["a new `resend` asks again", "an alias does not"],
)
def test_an_agency_that_declined(
    changed: str, requests: int, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(FIRST)
    terminal = Terminal.of(made)
    terminal.type("pulumi up")
    (request,) = sim.open_requests()
    sim.answer(request.id, "decline")
    made.up("--refresh")

    made.write(IMPORTS + changed)
    told = terminal.type("pulumi up").text

    assert len(sim.open_requests()) == requests
    assert all(f"must accept sharing request {each.id}" in told for each in sim.open_requests())
    (recorded,) = made.resources().values()
    assert recorded["status"] == ("PENDING" if requests else "DECLINED")
