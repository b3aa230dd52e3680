"""The oracle reports what it must, and excuses what the engine can't know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from metapixel_simulator import SharingRequest
from metapixel_simulator.request_log import Entry
from tests.histories.declarations import Permission, Program, Share
from tests.histories.estate import HARBOUR, OWNER, OWNER_TOKEN, PARTNER, Key
from tests.histories.history import Command, Step, Trouble
from tests.histories.ledger import Ledger
from tests.histories.meta import Meta
from tests.histories.oracle import judge
from tests.histories.seen import Seen
from tests.support.stack import Run

KEY = ("101", PARTNER)
WAITING = ("101", HARBOUR)
PERMISSION = (*KEY, "301")
ONE = Program((Share("one", *KEY, ("ANALYZE",)),))
RENAMED = Program((Share("two", *KEY, ("ANALYZE",)),))
PERMITTED = Program(ONE.shares, permissions=(Permission("account", "one"),))
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
    """One command after the other, with what Meta has after each."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.meta = NOTHING

    def run(
        self,
        program: Program,
        after: Meta,
        command: Command = UP,
        *writes: Entry,
        output: str = "",
        names: Iterable[str] | None = None,
        killed: bool = False,
        troubles: tuple[Trouble, ...] = (),
    ) -> list[str]:
        self.ledger.refusals.starts(command, program, self.meta)
        seen = Seen(
            Step(program, command, troubles=troubles),
            self.meta,
            after,
            list(writes),
            dict(self.ledger.held),
            set(self.ledger.refusals.known),
            Run(-9 if killed else 0, output),
            killed,
            state="{}",
            names=program.names if names is None else set(names),
            takes_several_ups=False,
            hides_ends=False,
        )
        self.ledger.ran(seen)
        self.meta = after
        return judge(seen, self.ledger)


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


def test_a_request_that_outlives_a_removal_is_wrong(scene: Scene) -> None:
    scene.run(Program((Share("one", *WAITING, ("ANALYZE",)),)), asked("PENDING"))

    assert scene.run(Program(), asked("PENDING"))


def test_a_share_that_a_refresh_drops_although_it_exists_is_wrong(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))

    assert scene.run(ONE, meta(KEY), REFRESH, names=[])
    assert scene.run(ONE, meta(KEY), REFRESH, names=[]) == []


def test_a_refresh_that_writes_is_wrong(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))

    assert scene.run(ONE, meta(KEY), REFRESH, write("POST", KEY))


def test_a_share_that_a_rename_loses_or_interrupts_is_wrong(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))
    assert scene.run(RENAMED, meta(KEY), UP, write("DELETE", KEY), write("POST", KEY))

    scene = Scene()
    scene.run(ONE, meta(KEY))
    assert scene.run(RENAMED, NOTHING, troubles=(Trouble("reset"),))


def test_other_tasks_than_declared_are_wrong_unless_something_went_wrong(scene: Scene) -> None:
    wider = meta(KEY, tasks=("ANALYZE", "EDIT"))

    assert scene.run(ONE, wider)
    assert scene.run(ONE, wider, troubles=(Trouble("reset"),)) == []
    assert scene.run(ONE, wider, Command(targets=("one",))) == []


def test_what_people_changed_is_wrong_only_after_a_command_that_looks(scene: Scene) -> None:
    scene.run(ONE, meta(KEY))
    scene.ledger.touched.add(KEY)
    scene.meta = NOTHING

    assert scene.run(ONE, NOTHING) == []
    assert scene.run(ONE, NOTHING, Command(flags=("--refresh",)))


def test_access_that_nobody_declared_must_stay_as_it_is(scene: Scene) -> None:
    scene.meta = meta(KEY)

    assert scene.run(Program(), NOTHING)


def test_a_share_of_a_killed_create_is_excused_until_it_is_declared_again(scene: Scene) -> None:
    scene.run(ONE, meta(KEY), killed=True, names=[])
    assert scene.run(Program(), meta(KEY)) == []

    scene.run(ONE, meta(KEY))
    assert scene.run(Program(), meta(KEY))


def test_asking_again_after_a_refusal_is_wrong_unless_resend_changed(scene: Scene) -> None:
    program = Program((Share("one", *WAITING, ("ANALYZE",)),))
    again = Program((Share("one", *WAITING, ("ANALYZE",), {"resend": "again"}),))
    post = write("POST", WAITING)
    scene.run(program, asked("PENDING"), UP, post)
    scene.ledger.refusals.refused([WAITING], program)
    scene.meta = asked("DECLINE")

    assert scene.run(program, asked("DECLINE"), UP) == []
    assert scene.run(program, asked("PENDING"), UP, post)
    scene.ledger.refusals.refused([WAITING], program)
    scene.meta = asked("DECLINE")
    assert scene.run(again, asked("PENDING"), UP, post) == []


@pytest.mark.parametrize("output", [f"token {OWNER_TOKEN}", "Traceback (most recent call last)"])
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
