"""The oracle reports what it must. What it has to excuse, the histories show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from metapixel_simulator import SharingRequest, Switches
from metapixel_simulator.request_log import Entry
from tests.histories.estate import HARBOUR, OWNER, OWNER_TOKEN, PARTNER, Key
from tests.histories.history import Act, Command, Step, Trouble
from tests.histories.ledger import Ledger
from tests.histories.moment import Meta, Moment, Record
from tests.histories.oracle import judge
from tests.histories.program import Program, Share
from tests.histories.seen import Seen
from tests.support.stack import Run

KEY = ("101", PARTNER)
WAITING = ("101", HARBOUR)
ONE = Program((Share("one", *KEY, ("ANALYZE",)),))
RENAMED = Program((Share("two", *KEY, ("ANALYZE",)),))
ASKED = Program((Share("one", *WAITING, ("ANALYZE",)),))
RESENT = Program((Share("one", *WAITING, ("ANALYZE",), {"resend": "again"}),))
WIDER = Program((Share("one", *WAITING, ("EDIT",)),))
UP, REFRESH, LOOKS = Command(), Command("refresh"), Command(flags=("--refresh",))
NOTHING = Meta({}, set(), {})
RESET = (Trouble("reset"),)


def shared(*tasks: str) -> Meta:
    """Meta with one share."""
    return Meta({KEY: frozenset(tasks or ("ANALYZE",))}, set(), {})


def asked(status: str) -> Meta:
    """Meta with a request for one share."""
    request = SharingRequest("900", OWNER, HARBOUR, {"101": ("ANALYZE",)}, status)
    return Meta({}, set(), {"900": request})


def records(program: Program, now: Meta) -> tuple[Record, ...]:
    """The state that a program leaves: its records have what Meta has."""
    found = []
    for share in program.shares:
        outputs: dict[str, object] = {"status": "DECLINED"}
        if tasks := now.active(share.key):
            outputs = {"status": "ACTIVE", "granted_tasks": sorted(tasks)}
        elif request := now.waiting(share.key):
            outputs = {"status": "PENDING", "pending_request_id": request.id}
        made, id_ = share.resource(), "/".join(share.key)
        found.append(Record(made.urn, id_, made.inputs, {**made.inputs, **outputs}))
    return tuple(found)


def write(method: str, key: Key) -> Entry:
    """A write for a share that Meta answered."""
    return Entry(
        endpoint=f"{method} agencies",
        method=method,
        path=f"/{key[0]}/agencies",
        version=None,
        node=key[0],
        params={},
        pixel=key[0],
        business=key[1],
        user=None,
        batch=False,
        time=datetime.now(UTC),
        status=200,
    )


@dataclass(frozen=True)
class Ran:
    """A command, and what Meta and the state have after it.

    `meanwhile` is what people did before it, and what Meta had then.
    """

    program: Program
    after: Meta
    command: Command = UP
    writes: tuple[Entry, ...] = ()
    output: str = ""
    held: tuple[Record, ...] | None = None
    killed: bool = False
    troubles: tuple[Trouble, ...] = ()
    meanwhile: tuple[Act, Meta] | None = None
    ended: tuple[Share, ...] = ()


def judged(*scene: Ran) -> list[list[str]]:
    """The verdict on each command of a scene."""
    ledger, now, verdicts = Ledger(Switches()), Moment(NOTHING), []
    for each in scene:
        if each.meanwhile:
            act, there = each.meanwhile
            ledger.acted(act, [(act.pixel, act.agency)])
            now = Moment(there, now.records)
        held = records(each.program, each.after) if each.held is None else each.held
        before, now = now, Moment(each.after, held)
        seen = Seen(
            Step(each.program, each.command, troubles=each.troubles),
            before,
            now,
            list(each.writes),
            Run(-9 if each.killed else 0, each.output),
            each.killed,
            state="{}",
            takes_several_ups=False,
            ended=each.ended,
        )
        ledger.ran(seen)
        verdicts.append(judge(seen, ledger))
    return verdicts


def canceled(frame: str) -> Ran:
    """A command whose output has a traceback with this frame."""
    output = (
        f'Traceback (most recent call last):\n  File "/{frame}", line 1, in run\n'
        f"Exception: context canceled"
    )
    return Ran(ONE, shared(), output=output)


SHARED = Ran(ONE, shared())
SENT = Ran(ASKED, asked("PENDING"), writes=(write("POST", WAITING),))
DECLINED = Ran(ASKED, asked("DECLINE"), meanwhile=(Act("decline", *WAITING), asked("DECLINE")))
RENEWED = Act("ask", *WAITING, ("ANALYZE",)), asked("PENDING")
KILLED = Ran(ONE, shared(), writes=(write("POST", KEY),), killed=True, held=())
UNSEEN = Ran(ONE, NOTHING, held=records(ONE, shared()))
UNSHARED = replace(UNSEEN, meanwhile=(Act("unshare", *KEY), NOTHING))
TOO_WIDE = Ran(ONE, shared("ANALYZE", "EDIT"))

#: Scenes whose last command is wrong, each with a part of the verdict.
WRONG: dict[str, tuple[str, tuple[Ran, ...]]] = {
    "a share is given after its last day": (
        "was given after its last day",
        (Ran(Program(), NOTHING, writes=(write("POST", KEY),), ended=ONE.shares),),
    ),
    "access outlives its removal": (
        "exists, and the program does not declare it",
        (SHARED, Ran(RENAMED, shared()), Ran(Program(), shared())),
    ),
    "a request outlives its removal": (
        "exists, and the state does not hold it",
        (SENT, Ran(Program(), asked("PENDING"))),
    ),
    "a refresh drops a share that exists": (
        "exists, and the state does not hold it",
        (SHARED, Ran(ONE, shared(), REFRESH, held=())),
    ),
    "the state has more than is declared": (
        "the state holds ['one'], the program declares []",
        (Ran(Program(), NOTHING, held=records(ONE, NOTHING)),),
    ),
    "a share is recorded that Meta has not": (
        "is ACTIVE and granted ['ANALYZE'], Meta has nothing",
        (replace(UNSEEN, troubles=RESET),),
    ),
    "other tasks are recorded than Meta has": (
        "is ACTIVE and granted ['ANALYZE'], Meta has ['EDIT']",
        (Ran(ONE, shared("EDIT"), held=records(ONE, shared()), troubles=RESET),),
    ),
    "a share that Meta has is recorded as declined": (
        "is DECLINED and granted [], Meta has ['ANALYZE']",
        (Ran(ONE, shared(), held=records(ONE, NOTHING), troubles=RESET),),
    ),
    "a request is recorded that never was": (
        "is PENDING by '900', which never was for this pixel and agency",
        (Ran(ASKED, NOTHING, held=records(ASKED, asked("PENDING")), troubles=RESET),),
    ),
    "a request that a person renewed keeps its tasks after it was sent again": (
        "ANALYZE; one declares EDIT",
        (SENT, Ran(WIDER, asked("PENDING"), LOOKS, SENT.writes, meanwhile=RENEWED)),
    ),
    "a refresh writes": (
        "a refresh sent POST /101/agencies",
        (SHARED, Ran(ONE, shared(), REFRESH, (write("POST", KEY),))),
    ),
    "a preview writes": (
        "a preview sent POST /101/agencies",
        (SHARED, Ran(ONE, shared(), Command("preview"), (write("POST", KEY),))),
    ),
    "a rename interrupts the access": (
        "a DELETE was sent for the share",
        (SHARED, Ran(RENAMED, shared(), writes=(write("DELETE", KEY), write("POST", KEY)))),
    ),
    "a rename loses the access": (
        "was lost, although it is declared",
        (SHARED, Ran(RENAMED, NOTHING, held=(), troubles=RESET)),
    ),
    "what is no target loses its access": (
        "was lost, although one is not a target",
        (SHARED, Ran(ONE, NOTHING, Command("destroy", targets=("two",)), held=())),
    ),
    "Meta has other tasks than are declared": (
        "one declares ANALYZE",
        (replace(TOO_WIDE, troubles=RESET), TOO_WIDE),
    ),
    "a command that looks misses what people changed": (
        "does not exist; one declares ANALYZE",
        (SHARED, UNSHARED, replace(UNSEEN, command=LOOKS)),
    ),
    "access ends that nobody declared": (
        "access that nobody declared",
        (Ran(Program(), NOTHING, meanwhile=(Act("share", *KEY), shared())),),
    ),
    "a share of a killed create outlives its removal after it was declared again": (
        "exists, and the state does not hold it",
        (KILLED, Ran(Program(), shared()), SHARED, Ran(Program(), shared())),
    ),
    "an agency is asked again after a refusal": (
        "asked again although the request was declined",
        (SENT, DECLINED, SENT),
    ),
    "a changed resend asks nobody": (
        "was not asked again, although resend changed",
        (SENT, DECLINED, Ran(RESENT, asked("DECLINE"))),
    ),
    "a token is printed": (
        "the output contains a token",
        (replace(SHARED, output=f"token {OWNER_TOKEN}"),),
    ),
    "a program fails with an exception": (
        "the output contains a traceback",
        (replace(SHARED, output="Program failed with an unhandled exception"),),
    ),
    "a traceback has a frame of ours": (
        "the output contains a traceback",
        (canceled("site-packages/pulumi/run.py"), canceled("provider/metapixel_provider/run.py")),
    ),
}


@pytest.mark.parametrize(("part", "scene"), WRONG.values(), ids=WRONG)
def test_the_oracle_finds_what_is_wrong(part: str, scene: tuple[Ran, ...]) -> None:
    *earlier, last = judged(*scene)

    assert not any(earlier)
    assert any(part in each for each in last)
