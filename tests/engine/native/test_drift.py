"""A change at Meta shows in a refresh, by property, and `up` undoes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, Token
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
    made.preview("--refresh", "--expect-no-changes")


def test_a_refresh_after_a_rotation_names_the_configuration_of_the_last_up(
    tmp_path: Path, sim: Simulator
) -> None:
    made = Stack(
        tmp_path,
        DECLARED,
        config={"metapixel:graphUrl": sim.url},
        secrets={"metapixel:accessToken": "owner-token"},
        in_yaml=True,
    )
    made.up()
    assert "owner-token" not in made.export()
    old = sim.world.tokens["owner-token"]
    sim.world.add(Token("new-token", old.user, old.app, old.scopes))
    old.state = "expired"
    made.pulumi("config", "set", "--secret", "metapixel:accessToken", "new-token")

    refused = made.refresh(ok=False)

    assert "use the configuration of the last `pulumi up`" in refused.output
    made.up()
    made.refresh()
