"""The lines of docs/for-agencies.md, in the order of the page, with the program of its example."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from metapixel_simulator import SharingRequest, Simulator, World
from tests.engine.command_lines.test_simulator import serving
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

EXAMPLE = ROOT / "examples/agency"
PAGE = (ROOT / "docs/for-agencies.md").read_text()
AGENCY, BIRCH, CEDAR = "3003456789000333", "1001204537800222", "1001204537800333"
BIRCH_SHOP, CEDAR_SHOP = "1290034567800003", "1290034567800004"
BIRCH_PERMISSION, CEDAR_PERMISSION = "birch-shop-607700000000333", "cedar-shop-607700000000334"
PERMISSIONS = ["acme-shop-607700000000331", "acme-app-607700000000332", BIRCH_PERMISSION]

SIMULATOR = "metapixel simulator --world world.yaml"
OPTIONS = (f"--clients-of {AGENCY}", "--stack production")
REPORT = " ".join(["metapixel access", *OPTIONS])
ENDED = f"{REPORT} --fail-on ended-by-owner"
PLAN = "pulumi preview --refresh --save-plan plan.json"
PLANNED = "pulumi up --refresh --plan plan.json"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """The world of the example."""
    with Simulator(World.load(EXAMPLE / "world.yaml")) as simulator:
        yield simulator


@pytest.fixture
def clients(stack: Callable[..., Stack]) -> Stack:
    """The stack of the example."""
    environment = {"META_ACCESS_TOKEN": "harbour-token"}
    return stack(project=EXAMPLE, name="production", environment=environment)


@follows(SIMULATOR, "pulumi stack init simulator", "--owner")
def test_the_page_is_tried_with_a_stack_for_the_simulator(clients: Stack) -> None:
    terminal = Terminal.of(clients)
    terminal.type("pulumi stack init simulator")
    options = [OPTIONS[0], f"--owner {BIRCH}", "--stack simulator"]

    with serving(SIMULATOR, EXAMPLE) as url:
        clients.pulumi("config", "set", "metapixel:graphUrl", url)
        named = terminal.type("metapixel access", options=options)

    assert f"Client Birch Coffee ({BIRCH})" in named.text
    assert "1 open request: 2400000000000001" in named.text


def test_the_page_shows_the_first_client_of_the_example() -> None:
    shown, *_ = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    assert shown.strip() in (EXAMPLE / "__main__.py").read_text()


@follows(REPORT, "--clients-of", "pulumi preview --refresh", "pulumi up --refresh", PLAN, PLANNED)
@follows("pulumi up", after=["a sharing request from {} was open; `pulumi up` accepts it"])
@follows("pulumi up", after=["was not accepted, although other requests were"])
def test_an_agency_accepts_what_its_clients_ask_before_and_after_its_first_run(
    clients: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(clients)
    waiting = terminal.type("metapixel access", options=OPTIONS)
    assert "2 open requests: 2400000000000001, 2400000000000002" in waiting.text

    accepted = terminal.type("pulumi up")
    assert "its owner can share more without asking" in accepted.text
    assert sim.open_requests() == []
    assert clients.statuses() == {
        "acme": "ANSWERED",
        "birch": "ANSWERED",
        "cedar": "WAITING",
        **dict.fromkeys(PERMISSIONS, "ACTIVE"),
        CEDAR_PERMISSION: "WAITING_FOR_SHARE",
    }

    terminal.type(PLAN)
    asked = sim.ask(CEDAR_SHOP, AGENCY, ["ADVERTISE"])
    terminal.type("pulumi up")
    refused = terminal.type(PLANNED, ok=False)
    assert "constrained to same" in refused.text
    assert [request.id for request in sim.open_requests()] == [asked]

    assert "cedar update" in terminal.type("pulumi preview --refresh").text
    with sim.lock:
        sim.world.add(SharingRequest("2400000000000009", CEDAR, AGENCY))
    sim.fault("POST request", kind="graph_error", status=400, code=100, path="2400000000000009")
    terminal.type("pulumi up --refresh")
    assert [request.id for request in sim.open_requests()] == ["2400000000000009"]
    assert clients.statuses()["cedar"] == "OPEN"
    terminal.type("pulumi up")
    assert sim.open_requests() == []
    assert set(clients.statuses().values()) == {"ANSWERED", "ACTIVE"}


@follows(ENDED, "pulumi destroy")
@follows("pulumi up --refresh", after=["if the owner shares it again, run"])
@follows("pulumi up --refresh", after=["after Meta has changed this status"])
def test_an_agency_sees_which_client_ended_what_and_takes_nothing_away_when_it_ends(
    clients: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(clients)
    terminal.type("pulumi up")

    sim.unshare(BIRCH_SHOP, AGENCY)
    checked = sim.ask(CEDAR_SHOP, AGENCY, ["ADVERTISE"]) or ""
    sim.answer(checked, "PENDING_INTEGRITY_REVIEW")
    ended = terminal.type("pulumi up --refresh")
    assert clients.statuses()[BIRCH_PERMISSION] == "ENDED_BY_OWNER"
    assert f"{BIRCH_PERMISSION} updat" not in ended.text
    assert [request.id for request in sim.open_requests()] == [checked]
    found = terminal.type(ENDED, ok=False)
    assert found.code == 3
    assert "Client Birch Coffee (1001204537800222): Pixel 1290034567800003" in found.text

    sim.world.relationships.discard((BIRCH, AGENCY))
    assert sim.ask(BIRCH_SHOP, AGENCY, ["ADVERTISE"])
    sim.answer(checked, "PENDING")
    terminal.type("pulumi up --refresh")
    assert set(clients.statuses().values()) == {"ANSWERED", "ACTIVE"}

    shares = sim.shares()
    terminal.type("pulumi destroy")
    assert sim.permissions() == set()
    assert sim.shares() == shares
