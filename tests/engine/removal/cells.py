"""What must be true of one resource after a command."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.removal.stage import Seen
from tests.engine.removal.states import ACCESS, NOTHING, REQUEST, Answered, State
from tests.engine.removal.steps import Leaves, Step, Way
from tests.support.stack import Run

#: What Meta may hold of a resource whose status in the state is this one.
HOLDS: dict[object, set[str]] = {
    "ACTIVE": {ACCESS},
    "PENDING": {REQUEST},
    "UNCONFIRMED": {ACCESS, REQUEST},
    "DECLINED": {NOTHING},
    "EXPIRED": {NOTHING},
    "CANCELED": {NOTHING},
    "WAITING_FOR_SHARE": {NOTHING},
    "APPROVE": {ACCESS},
    "DECLINE": {NOTHING},
}

#: Meta holds these no more: a refresh before their removal leaves nothing to delete.
GONE = {"removed-by-hand", "withdrawn-by-hand"}


def assert_left(step: Step, state: State, was: Seen, now: Seen, run: Run) -> None:
    """The command left of the resource what it must leave."""
    said = [state.name, *run.lines_with(state.key), *run.lines_with("error:")]
    deletes, posts = now.deletes - was.deletes, now.posts - was.posts
    assert now.beside == was.beside, said
    match step.leaves:
        case Leaves.REMOVED:
            assert now.recorded == {}, said
            assert now.meta == (was.meta if isinstance(state, Answered) else NOTHING), said
            assert deletes in _deletes(step, state, was), said
            assert posts == 0, said
        case Leaves.DECLARED:
            assert len(now.recorded) == 1, said
            _assert_agreement(now, said)
            assert was.meta in (NOTHING, now.meta), said
            adopted = was.meta == ACCESS and state.name != "drifted"
            assert deletes == 0, said
            assert posts in (0, 0 if adopted else 1), said
        case Leaves.REFRESHED:
            _assert_agreement(now, said)
            assert (now.meta, now.tasks, deletes, posts) == (was.meta, was.tasks, 0, 0), said
        case Leaves.UNTOUCHED:
            assert now == was, said
        case Leaves.REFUSED if isinstance(state, Answered):
            # An answer stays given whether the state has it or not, so nothing has to be refused.
            assert now == replace(was, recorded={}), said
        case Leaves.REFUSED:
            assert now == was, said
            assert any("was not deleted" in line for line in run.lines_with(state.key)), said
        case Leaves.FORGOTTEN:
            assert now.recorded == {}, said
            assert (now.meta, now.tasks, deletes, posts) == (was.meta, was.tasks, 0, 0), said


def _deletes(step: Step, state: State, was: Seen) -> set[int]:
    """How many DELETEs end a resource: one, if the state has it and Meta could hold it.

    One that was cut off is sent again unless a read shows that nothing is left. If the request that
    was cut off contained others before it, Meta did not get it at all.
    """
    if isinstance(state, Answered) or not was.recorded:
        return {0}
    if step.cut:
        return {0, 1, 2} if was.meta == NOTHING else {1, 2}
    return {0, 1} if step.refreshes and state.name in GONE and was.meta == NOTHING else {1}


def _assert_agreement(now: Seen, said: object) -> None:
    if not now.recorded:
        assert now.meta == NOTHING, said
    for outputs in now.recorded.values():
        assert now.meta in HOLDS[outputs["status"]], said
        if outputs["status"] == "ACTIVE" and now.tasks:
            granted = outputs["granted_tasks"]
            assert isinstance(granted, list)
            assert set(granted) == now.tasks, said


def assert_kept(way: Way, before: Seen, now: Seen) -> None:
    """The commands left alone the share that every program declares, unless they destroy it."""
    if way.kept:
        assert (now.meta, now.tasks, now.deletes) == (ACCESS, before.tasks, 0)
        assert len(now.recorded) == 1
    else:
        assert (now.meta, now.recorded) == (NOTHING, {})
        assert now.deletes == 1
