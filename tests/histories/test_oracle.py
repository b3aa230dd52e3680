"""The oracle reports what it must, and excuses what the engine can't know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from metapixel_simulator import SharingRequest, Switches
from metapixel_simulator.request_log import Entry
from tests.histories.estate import HARBOUR, OWNER, OWNER_TOKEN, PARTNER, Key
from tests.histories.history import Act, Command, Step, Trouble
from tests.histories.ledger import Ledger
from tests.histories.moment import SHARE, Meta, Moment, Record
from tests.histories.oracle import judge
from tests.histories.program import Permission, Program, Share
from tests.histories.resources import Resource
from tests.histories.seen import Seen
from tests.support.stack import Run

KEY = ("101", PARTNER)
WAITING = ("101", HARBOUR)
PERMISSION = (*KEY, "301")
ONE = Program((Share("one", *KEY, ("ANALYZE",)),))
RENAMED = Program((Share("two", *KEY, ("ANALYZE",)),))
PERMITTED = Program(ONE.shares, permissions=(Permission("account", *KEY, "301"),))
ASKED = Program((Share("one", *WAITING, ("ANALYZE",)),))
UP = Command()
REFRESH = Command("refresh")
NOTHING = Meta({}, set(), {})


def meta(*keys: Key, tasks: Iterable[str] = ("ANALYZE",)) -> Meta:
    """Meta with these shares and permissions."""
    shares = {(key[0], key[1]): frozenset(tasks) for key in keys if len(key) == 2}
    return Meta(shares, {key for key in keys if len(key) == 3}, {})


def asked(status: str) -> Meta:
    """Meta with a request for one share."""
    request = SharingRequest("900", OWNER, HARBOUR, {"101": ("ANALYZE",)}, status)
    return Meta({}, set(), {"900": request})


def record(resource: Resource, key: Key, now: Meta) -> Record:
    """A record that has what Meta has."""
    outputs: dict[str, object] = dict(resource.inputs)
    tasks, request = now.active(key), now.waiting(key)
    if resource.kind != SHARE:
        outputs["status"] = "ACTIVE" if now.access(key) else "WAITING_FOR_SHARE"
    elif tasks is not None:
        outputs |= {"status": "ACTIVE", "granted_tasks": sorted(tasks)}
    elif request is not None:
        outputs |= {"status": "PENDING", "pending_request_id": request.id}
    else:
        outputs["status"] = "DECLINED"
    return Record(resource.urn, "/".join(key), resource.inputs, outputs)


def records(program: Program, now: Meta) -> tuple[Record, ...]:
    """The state that a program leaves."""
    return tuple(
        record(resource, program.keys[resource.name], now) for resource in program.resources()
    )


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


class Scene:
    """One command after the other, with what Meta and the state have after each."""

    def __init__(self) -> None:
        self.ledger = Ledger(Switches())
        self.now = Moment(NOTHING)

    def run(
        self,
        program: Program,
        after: Meta,
        command: Command = UP,
        *writes: Entry,
        output: str = "",
        held: tuple[Record, ...] | None = None,
        killed: bool = False,
        troubles: tuple[Trouble, ...] = (),
    ) -> list[str]:
        before = self.now
        self.now = Moment(after, records(program, after) if held is None else held)
        seen = Seen(
            Step(program, command, troubles=troubles),
            before,
            self.now,
            list(writes),
            Run(-9 if killed else 0, output),
            killed,
            state="{}",
            takes_several_ups=False,
        )
        self.ledger.ran(seen)
        return judge(seen, self.ledger)

    def meanwhile(self, now: Meta, act: Act, *keys: Key) -> None:
        """People change something."""
        self.ledger.acted(act, keys)
        self.now = Moment(now, self.now.records)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_program_that_meta_has_is_fine(scene: Scene) -> None:
    assert scene.run(PERMITTED, meta(KEY)) == []
    assert scene.run(PERMITTED, meta(KEY, PERMISSION)) == []
    assert scene.run(ONE, meta(KEY)) == []
    assert scene.run(RENAMED, meta(KEY)) == []
    assert scene.run(Program(), NOTHING) == []


def test_access_that_outlives_its_removal_is_wrong(scene: Scene) -> None:
    scene.run(PERMITTED, meta(KEY))
    scene.run(PERMITTED, meta(KEY, PERMISSION))

    assert len(scene.run(Program(), meta(KEY, PERMISSION))) == 4


def test_a_request_that_outlives_a_removal_is_wrong_unless_a_warning_names_it(scene: Scene) -> None:
    scene.run(ASKED, asked("PENDING"))
    assert scene.run(Program(), asked("PENDING"))

    scene = Scene()
    scene.run(ASKED, asked("PENDING"))
    assert scene.run(Program(), asked("PENDING"), output="sharing request 900 is open") == []


def test_a_share_that_a_command_drops_although_it_exists_is_wrong(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))

    assert scene.run(ONE, meta(KEY), REFRESH, held=())
    assert scene.run(ONE, meta(KEY), REFRESH, held=()) == []


def test_a_state_with_more_than_the_program_declares_is_wrong(scene: Scene) -> None:
    assert scene.run(Program(), NOTHING, held=records(ASKED, asked("PENDING")))


@pytest.mark.parametrize("state", [meta(KEY), meta(KEY, tasks=["EDIT"]), asked("PENDING")])
def test_a_record_that_says_what_meta_has_not_is_wrong(scene: Scene, state: Meta) -> None:
    program = ONE if state.shares else ASKED

    assert scene.run(program, NOTHING, held=records(program, state), troubles=(Trouble("reset"),))


def test_a_record_that_waits_for_its_replacement_is_not_compared_with_meta(scene: Scene) -> None:
    deleted = [replace(each, mark="to be replaced") for each in records(ONE, meta(KEY))]

    assert scene.run(ONE, NOTHING, REFRESH, held=tuple(deleted)) == []


def test_a_request_that_a_person_renewed_has_unknown_tasks_until_the_share_is_sent(
    scene: Scene,
) -> None:
    now, other = asked("PENDING"), Program((Share("one", *WAITING, ("EDIT",)),))
    looks = Command(flags=("--refresh",))
    scene.run(ASKED, now)
    scene.meanwhile(now, Act("ask", *WAITING, ("ANALYZE",)), WAITING)
    permission = replace(write("POST", WAITING), params={"account_id": "301"})

    assert scene.run(other, now, looks, permission) == []
    assert scene.run(other, now, looks, write("POST", WAITING))


@pytest.mark.parametrize("verb", ["refresh", "preview"])
def test_a_command_that_only_looks_and_writes_is_wrong(scene: Scene, verb: str) -> None:
    scene.run(ONE, meta(KEY))

    assert scene.run(ONE, meta(KEY), Command(verb), write("POST", KEY))


def test_a_share_that_a_rename_loses_or_interrupts_is_wrong(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))
    assert scene.run(RENAMED, meta(KEY), UP, write("DELETE", KEY), write("POST", KEY))

    scene = Scene()
    scene.run(ONE, meta(KEY))
    assert scene.run(RENAMED, NOTHING, held=(), troubles=(Trouble("reset"),))


def test_other_tasks_than_declared_are_wrong_unless_something_went_wrong(scene: Scene) -> None:
    wider = meta(KEY, tasks=("ANALYZE", "EDIT"))

    assert scene.run(ONE, wider)
    assert scene.run(ONE, wider, troubles=(Trouble("reset"),)) == []
    assert scene.run(ONE, wider, Command(targets=("one",))) == []


def test_what_people_changed_is_wrong_only_after_a_command_that_looks(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))
    scene.meanwhile(NOTHING, Act("unshare"), KEY)

    assert scene.run(ONE, NOTHING, held=scene.now.records) == []
    assert scene.run(ONE, NOTHING, Command(flags=("--refresh",)), held=scene.now.records)


def test_access_that_nobody_declared_must_stay_as_it_is(scene: Scene) -> None:
    scene.meanwhile(meta(KEY), Act("share"), KEY)

    assert scene.run(Program(), NOTHING)


def test_a_share_of_a_killed_create_is_excused_until_it_is_declared_again(scene: Scene) -> None:
    scene.run(ONE, meta(KEY), UP, write("POST", KEY), killed=True, held=())
    assert scene.run(Program(), meta(KEY)) == []
    assert scene.ledger.killed_creations == {KEY}

    scene.run(ONE, meta(KEY))
    assert scene.run(Program(), meta(KEY))


def test_asking_again_after_a_refusal_is_wrong_unless_resend_changed(scene: Scene) -> None:
    again = Program((Share("one", *WAITING, ("ANALYZE",), {"resend": "again"}),))
    post = write("POST", WAITING)
    scene.run(ASKED, asked("PENDING"), UP, post)
    scene.meanwhile(asked("DECLINE"), Act("decline"), WAITING)

    assert scene.run(ASKED, asked("DECLINE"), UP) == []
    assert scene.run(ASKED, asked("PENDING"), UP, post)
    scene.meanwhile(asked("DECLINE"), Act("decline"), WAITING)
    assert scene.run(again, asked("PENDING"), UP, post) == []


def test_a_changed_resend_that_asks_nobody_is_wrong(scene: Scene) -> None:
    again = Program((Share("one", *WAITING, ("ANALYZE",), {"resend": "again"}),))
    scene.run(ASKED, asked("PENDING"), UP)
    scene.meanwhile(asked("DECLINE"), Act("decline"), WAITING)
    scene.run(ASKED, asked("DECLINE"), UP)

    assert scene.run(again, asked("DECLINE"), UP)


@pytest.mark.parametrize(
    "output", [f"token {OWNER_TOKEN}", "Program failed with an unhandled exception"]
)
def test_output_with_a_token_or_a_traceback_is_wrong(scene: Scene, output: str) -> None:
    assert scene.run(ONE, meta(KEY), output=output)


@pytest.mark.parametrize(
    ("frame", "is_wrong"),
    [
        ("site-packages/pulumi/runtime/resource.py", False),
        ("provider/metapixel_provider/errors.py", True),
    ],
)
def test_a_traceback_of_a_canceled_program_is_wrong_only_with_a_frame_of_ours(
    scene: Scene, frame: str, is_wrong: bool
) -> None:
    output = (
        f'Traceback (most recent call last):\n  File "/{frame}", line 1, in run\n'
        f"Exception: context canceled"
    )

    assert bool(scene.run(ONE, meta(KEY), output=output)) is is_wrong
