"""The guide's four acts in one program in YAML, with a provider for each business."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, OWNER, PIXEL
from tests.support.stack import Stack
from tests.support.yaml_programs import (
    permission,
    program,
    provider,
    share,
    standing_response,
    using,
)

pytestmark = pytest.mark.engine


def test_a_pixel_is_shared_accepted_permitted_and_unshared(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        program(
            share("web", PIXEL, HARBOUR, "ANALYZE", "ADVERTISE"),
            provider("agency", "harbour-token", sim.url),
            standing_response("answer", OWNER, HARBOUR, using("agency", "web")),
            permission("account", PIXEL, HARBOUR, HARBOUR_ACCOUNT, using("agency", "answer")),
            outputs={"status": "${account.status}"},
        ),
        in_yaml=True,
    )

    made.preview()
    assert sim.requests == []

    made.up()
    assert sim.shares() == {(PIXEL, HARBOUR): frozenset({"ANALYZE", "ADVERTISE"})}
    assert sim.permissions() == {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}
    assert made.outputs() == {"status": "ACTIVE"}

    made.expect_no_changes()

    made.destroy()
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == ({}, set(), [])
