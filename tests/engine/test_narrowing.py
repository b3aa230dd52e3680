"""After tasks are removed they are gone in what Meta shows, whether Meta replaces or adds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import permission, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


def declared(*tasks: str) -> str:
    return program(
        share("one", PIXEL, NORTHLIGHT, *tasks),
        permission(
            "account",
            PIXEL,
            NORTHLIGHT,
            NORTHLIGHT_ACCOUNT,
            credentials="northlight",
            opts="depends_on=[one]",
        ),
    )


@pytest.mark.parametrize("repeat_share", ["overwrite", "union"])
def test_removed_tasks_are_gone_and_the_permission_stands_in_the_end(
    stack: Callable[..., Stack], sim: Simulator, repeat_share: str
) -> None:
    sim.set(repeat_share=repeat_share)
    made = stack(declared("ANALYZE", "ADVERTISE", "UPLOAD"))
    made.up()

    made.write(declared("ANALYZE"))
    narrowed = made.up()

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert made.resources()["one"]["granted_tasks"] == ["ANALYZE"]
    assert ("unshared and shared again" in narrowed.output) == (repeat_share == "union")

    made.up("--refresh")
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    assert sim.count("POST agencies") == (3 if repeat_share == "union" else 2)
    made.expect_no_changes()

    made.write(declared("ANALYZE", "UPLOAD"))
    made.up()
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}


def test_a_share_that_cannot_be_narrowed_is_an_error_and_keeps_its_state(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.set(repeat_share="error")
    made = stack(program(share("one", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD")))
    made.up()

    made.write(program(share("one", PIXEL, NORTHLIGHT, "ANALYZE")))
    refused = made.up(ok=False)

    assert "error: metapixel: Meta refused to share pixel" in refused.output
    assert made.resources()["one"]["granted_tasks"] == ["ANALYZE", "UPLOAD"]
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}
    assert made.preview("--expect-no-changes", ok=False).code
