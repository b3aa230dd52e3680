"""The oracle reports what it must. What it has to excuse, the histories show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests

from metapixel_simulator import Simulator
from tests.histories.cases import ACTIVE, OTHER, REFRESHED, UP, WAITING
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import (
    AGENCIES_TOKEN,
    CONFIGURATION,
    ENVIRONMENT,
    HARBOUR,
    MERIDIAN,
    OWNER_TOKEN,
    PARTNER,
    world,
)
from tests.histories.history import Act, Command, History, Killed, Step
from tests.histories.people import act
from tests.histories.player import Player, WrongError
from tests.histories.program import Program, Response
from tests.histories.resources import Resources
from tests.support.stack import Run

ONE, NOTHING = Program((replace(ACTIVE, tasks=("ANALYZE",)),)), Program()
RENAMED = Program((replace(ONE.shares[0], name="s4-x"),))
ENDED = Program((replace(ONE.shares[0], in_component=True, until=1),))
TWO = Program((*ONE.shares, OTHER))
ASKED = Program((WAITING,))
RESENT = Program((replace(WAITING, inputs={"resend": "again"}),))
ANSWERED = Program((WAITING,), (Response("r1", WAITING.name),))
REFRESH, SHARED_BY_HAND = Command("refresh"), Act("share", "101", PARTNER, ("ANALYZE",))
INTERRUPTED = Command(killed=Killed(1, "after", "interruption", "POST agencies"))

CREATE = (Step(ONE, UP),)
CREATE_TWO = (Step(TWO, UP),)
RENAME = (*CREATE, Step(RENAMED, UP))
ASK = (Step(ASKED, UP),)
DECLINE = (*ASK, Step(ASKED, REFRESH, acts=(Act("decline", "101", HARBOUR),)))

#: What goes wrong in a command. It returns what the command prints, too.
Lie = Callable[[Simulator, ModelEngine], object]


class LyingEngine(ModelEngine):
    """An engine of which the last command does something wrong."""

    def __init__(self, sim: Simulator, plugins: Plugins, commands: int, lie: Lie) -> None:
        super().__init__(sim, plugins, CONFIGURATION)
        self._left, self._lie = commands, lie

    def run(self, command: Command, program: Resources) -> tuple[Run, bool]:
        run, killed = super().run(command, program)
        self._left -= 1
        said = self._lie(self._sim, self) if self._left == 0 else ""
        return replace(run, output=f"{run.output}\n{said}"), killed


def people(action: str, pixel: str, agency: str, *tasks: str) -> Lie:
    """Something that the command's calls do not show."""
    return lambda sim, _: act(sim, Act(action, pixel, agency, tasks))


def writes(method: str, pixel: str, agency: str) -> Lie:
    """A write for a share."""

    def write(sim: Simulator, _: ModelEngine) -> None:
        given = {"business": agency, "permitted_tasks": '["ANALYZE"]', "access_token": OWNER_TOKEN}
        requests.request(method, f"{sim.url}/{pixel}/agencies", data=given, timeout=10)

    return write


def answers(sim: Simulator, _: ModelEngine) -> None:
    """An answer to a request of the other agency."""
    (request,) = (each for each in sim.open_requests() if each.agency == MERIDIAN)
    given = {"request_status": "approve", "access_token": AGENCIES_TOKEN}
    requests.post(f"{sim.url}/{request.id}", data=given, timeout=10)


def records(**outputs: object) -> Lie:
    """Other outputs in the state."""

    def record(_: Simulator, engine: ModelEngine) -> None:
        (held,) = engine.state.resources
        engine.state.resources = [replace(held, outputs={**held.outputs, **outputs})]

    return record


def forgets(_: Simulator, engine: ModelEngine) -> None:
    engine.state.resources = []


def interrupts(sim: Simulator, engine: ModelEngine) -> None:
    """The access ends, and begins again."""
    writes("DELETE", "101", PARTNER)(sim, engine)
    SHARED(sim, engine)


UNSHARED, SHARED = people("unshare", "101", PARTNER), people("share", "101", PARTNER, "ANALYZE")

#: A part of the verdict, the lie, and a history with it in the last command.
WRONG: tuple[tuple[str, Lie, tuple[Step, ...]], ...] = (
    ("was given after its last day", writes("POST", "101", PARTNER), (Step(ENDED, UP, day=2),)),
    ("the program does not declare it", SHARED, (*RENAME, Step(NOTHING, UP))),
    ("the state does not hold it", forgets, (*CREATE, Step(ONE, REFRESH))),
    ("the state does not hold it", forgets, (Step(ONE, INTERRUPTED),)),
    ("the state holds [], the program declares ['s1-x']", forgets, CREATE),
    ("is ACTIVE and granted ['ANALYZE'], Meta has nothing", UNSHARED, CREATE),
    (
        "is DECLINED and granted [], Meta has ['ANALYZE']",
        records(status="DECLINED", granted_tasks=[]),
        CREATE,
    ),
    (
        "is PENDING by '900', which never was for this pixel and agency",
        records(pending_request_id="900"),
        ASK,
    ),
    (
        "a refresh sent POST /101/agencies",
        writes("POST", "101", PARTNER),
        (*CREATE, Step(ONE, REFRESH)),
    ),
    ("a DELETE was sent for the share", interrupts, RENAME),
    ("was lost, although it is declared", UNSHARED, RENAME),
    (
        "was lost, although s1-x is not a target",
        UNSHARED,
        (*CREATE_TWO, Step(TWO, Command("destroy", targets=(OTHER.name,)))),
    ),
    (
        "was lost, although s1-x is not a target",
        UNSHARED,
        (*CREATE, Step(ONE, Command("destroy", excludes=("s1-x",)))),
    ),
    ("s1-x declares ANALYZE", people("share", "101", PARTNER, "ANALYZE", "EDIT"), CREATE),
    (
        "does not exist; s1-x declares ANALYZE",
        UNSHARED,
        (*CREATE, Step(ONE, REFRESHED, acts=(Act("unshare", "101", PARTNER),))),
    ),
    ("access that nobody declared", UNSHARED, (Step(NOTHING, UP, acts=(SHARED_BY_HAND,)),)),
    (
        "asked again although the request was declined",
        writes("POST", "101", HARBOUR),
        (*DECLINE, Step(ASKED, UP)),
    ),
    (
        "was not asked again, although resend changed",
        lambda sim, _: sim.clear_requests(),
        (*DECLINE, Step(RESENT, UP)),
    ),
    ("has no line for POST /101", writes("POST", "101", PARTNER), (*CREATE, *CREATE)),
    # The review lists the answer to the other agency's requests.
    (
        "has no line for POST /",
        answers,
        (Step(ANSWERED, UP, acts=(Act("ask", "101", MERIDIAN, ("ANALYZE",)),)),),
    ),
    ("the output contains a token", lambda *_: f"token {OWNER_TOKEN}", CREATE),
    (
        "the output contains a traceback",
        lambda *_: "Program failed with an unhandled exception",
        CREATE,
    ),
)


@pytest.fixture(scope="module")
def plugins() -> Iterator[Plugins]:
    with Plugins.opened(ENVIRONMENT) as plugins:
        yield plugins


@pytest.mark.parametrize(("part", "lie", "steps"), WRONG, ids=[each[0] for each in WRONG])
def test_the_oracle_finds_what_is_wrong(
    plugins: Plugins, part: str, lie: Lie, steps: tuple[Step, ...]
) -> None:
    with Simulator(world()) as sim:
        engine = LyingEngine(sim, plugins, len(steps), lie)
        player = Player(sim, History(0, steps), engine)
        with pytest.raises(WrongError) as raised:
            player.play()

    wrong = [line for line in str(raised.value).splitlines() if line.startswith("WRONG: ")]
    assert len(player.done) == len(steps)
    assert any(part in each for each in wrong), wrong
