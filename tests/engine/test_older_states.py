"""States that older versions wrote are read as they are meant, and get the same plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, World
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

STATES = Path(__file__).parent / "states"

#: What the oldest version recorded, for tests/engine/states/program.py.
BEFORE_UNCONFIRMED = {
    "active": "ACTIVE",
    "pending": "PENDING",
    "declined": "DECLINED",
    "expired": "EXPIRED",
    "canceled": "CANCELED",
    "active-unread": "PENDING",
    "permitted": "ACTIVE",
    "waiting": "WAITING_FOR_SHARE",
    "permitted-unread": "WAITING_FOR_SHARE",
    "approved": "APPROVE",
    "refused": "DECLINE",
    "not-needed": "NOT_NEEDED",
    "approved-unread": "PENDING",
}
RECORDED = {
    "before_unconfirmed": BEFORE_UNCONFIRMED,
    "before_folders": BEFORE_UNCONFIRMED
    | {"active-unread": "UNCONFIRMED", "permitted-unread": "UNCONFIRMED"},
}
#: What Meta has of it: those versions ended well with every write they sent.
READ = BEFORE_UNCONFIRMED | {
    "active-unread": "ACTIVE",
    "permitted-unread": "ACTIVE",
    "approved-unread": "APPROVE",
}
#: Sent and not read back, asked again because it expired, tried again because it waits.
UPDATED = {"active-unread", "permitted-unread", "approved-unread", "expired", "waiting"}


@pytest.fixture(params=RECORDED)
def version(request: pytest.FixtureRequest) -> str:
    """The folder with what a version wrote."""
    return str(request.param)


@pytest.fixture
def sim(version: str) -> Iterator[Simulator]:
    with Simulator(World.load(STATES / version / "world.yaml")) as simulator:
        yield simulator


@pytest.fixture
def older(stack: Callable[..., Stack], sim: Simulator, version: str) -> Stack:
    """The older version's stack, with its program."""
    made = stack(
        (STATES / "program.py").read_text(),
        environment={"META_ACCESS_TOKEN_AGENCY": "agency-token"},
    )
    made.import_state((STATES / version / "stack.json").read_text().replace("GRAPH_URL", sim.url))
    return made


def writes(sim: Simulator) -> dict[str, list[str | None]]:
    """The pixels of every write, by endpoint."""
    found: dict[str, list[str | None]] = {}
    for each in sim.requests:
        if each.method != "GET" and each.endpoint != "POST batch":
            found.setdefault(each.endpoint, []).append(each.pixel)
    return {endpoint: sorted(pixels, key=str) for endpoint, pixels in found.items()}


def statuses(stack: Stack) -> dict[str, object]:
    return {name: outputs["status"] for name, outputs in stack.resources().items()}


def test_the_state_holds_every_status(older: Stack, version: str) -> None:
    assert statuses(older) == RECORDED[version]


def test_only_what_is_not_confirmed_or_due_is_updated_by_the_next_plan(older: Stack) -> None:
    plan = json.loads(older.pulumi("preview", "--json").output)

    ops = {each["urn"].rpartition("::")[2]: each["op"] for each in plan["steps"]}
    assert {name: op for name, op in ops.items() if op != "same"} == dict.fromkeys(
        UPDATED, "update"
    )


def test_a_refresh_reads_what_was_sent_and_writes_nothing(older: Stack, sim: Simulator) -> None:
    older.refresh()

    assert statuses(older) == READ
    assert writes(sim) == {}


def test_the_next_up_confirms_what_was_sent_without_sending_it_again(
    older: Stack, sim: Simulator
) -> None:
    older.up()

    assert statuses(older) == READ | {"expired": "PENDING"}
    assert writes(sim) == {"POST agencies": ["1104"]}


@pytest.mark.parametrize("command", ["destroy", "destroy --refresh", "up", "up --refresh"])
def test_a_removal_ends_at_meta_what_was_sent(older: Stack, sim: Simulator, command: str) -> None:
    given = {"1201", "1203", "1301", "1304"}  # by hand, or by an answer, which cannot be taken back
    assert {pixel for pixel, _ in sim.shares()} == given | {"1101", "1106"}
    assert {pixel for pixel, *_ in sim.permissions()} == {"1201", "1203"}
    assert [set(each.pixels) for each in sim.open_requests()] == [{"1102"}]

    if command.startswith("up"):
        older.write("")
    older.pulumi(*command.split(), "--yes", "--skip-preview")

    assert older.resources() == {}
    assert {pixel for pixel, _ in sim.shares()} == given
    assert (sim.permissions(), sim.open_requests()) == (set(), [])
    assert writes(sim) == {
        "DELETE agencies": ["1101", "1102", "1103", "1104", "1105", "1106"],
        "DELETE shared_accounts": ["1201", "1202", "1203"],
    }
