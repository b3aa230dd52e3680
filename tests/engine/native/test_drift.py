"""A change at Meta shows in a refresh, by property, and `up` undoes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.stack import Stack
from tests.support.yaml_programs import program, share

pytestmark = [pytest.mark.engine, pytest.mark.rest]

DECLARED = program(share("changed", PIXEL, NORTHLIGHT), share("removed", PIXEL_2, NORTHLIGHT))


def test_a_refresh_finds_changes_by_hand_and_up_removes_a_task_that_was_added(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(DECLARED, in_yaml=True)
    made.up()
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.unshare(PIXEL_2, NORTHLIGHT)

    previewed = made.preview("--refresh").output
    made.refresh()
    found = made.resources()
    made.up()

    assert '~ permittedTasks: [\n            [0]: "ANALYZE"\n          - [1]: "UPLOAD"' in previewed
    assert "+ 1 to create" in previewed
    assert "somebody may have removed it by hand" in previewed
    assert found["changed"]["granted_tasks"] == ["ANALYZE", "UPLOAD"]
    assert "removed" not in found
    assert sim.shares() == {
        (PIXEL, NORTHLIGHT): frozenset({"ANALYZE"}),
        (PIXEL_2, NORTHLIGHT): frozenset({"ANALYZE"}),
    }
