"""A new token is no change of what is declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from metapixel_simulator import Simulator, Token
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

PROGRAM = f"""
from pulumi_metapixel import PixelAgencyShare
PixelAgencyShare(
    "{{name}}", pixel_id="{PIXEL}", agency_business_id="{NORTHLIGHT}", permitted_tasks=["ANALYZE"]
)
"""


def test_destroy_says_how_to_use_a_token_that_was_configured_after_the_last_up(
    tmp_path: Path, sim: Simulator
) -> None:
    stack = Stack(
        tmp_path,
        PROGRAM.format(name="share"),
        config={"metapixel:graphUrl": sim.url},
        environment={"META_ACCESS_TOKEN": "owner-token"},
    )
    stack.up()
    del stack.environment["META_ACCESS_TOKEN"]
    stack.pulumi("config", "set", "--secret", "metapixel:accessToken", "owner-token")

    refused = stack.destroy(ok=False)
    assert "No access token is configured" in refused.output
    assert "run a plain `pulumi up` first" in refused.output
    stack.up()
    stack.destroy()

    assert sim.shares() == {}


def test_a_wrong_app_secret_is_named_and_refresh_says_how_to_use_the_right_one(
    tmp_path: Path, sim: Simulator
) -> None:
    sim.world.apps[sim.world.tokens["owner-token"].app].secret = "right"
    stack = _stack(tmp_path, sim)
    stack.up()
    stack.pulumi("config", "set", "--secret", "metapixel:appSecret", "wrong")
    stack.up()  # changes nothing, asks nothing

    refused = stack.refresh(ok=False)
    assert "configure the app secret of the app that created the token" in refused.output
    assert "--run-program" in refused.output
    stack.pulumi("config", "set", "--secret", "metapixel:appSecret", "right")
    stack.refresh("--run-program")


def test_a_rename_together_with_a_rotation_costs_nobody_access(
    tmp_path: Path, sim: Simulator
) -> None:
    stack = _stack(tmp_path, sim)
    stack.up()
    _rotate(stack, sim)
    sim.clear_requests()

    stack.write(PROGRAM.format(name="renamed"))
    stack.up()

    assert sim.count("DELETE agencies") == 0
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert set(stack.resources()) == {"renamed"}


def _stack(folder: Path, sim: Simulator) -> Stack:
    return Stack(
        folder,
        PROGRAM.format(name="share"),
        config={"metapixel:graphUrl": sim.url},
        secrets={"metapixel:accessToken": "owner-token"},
    )


def _rotate(stack: Stack, sim: Simulator) -> None:
    """The old token no longer works; the new one is in the stack's configuration."""
    _expire(sim)
    stack.pulumi("config", "set", "--secret", "metapixel:accessToken", "new-token")


def _expire(sim: Simulator) -> None:
    """The old token no longer works, a new one does."""
    old = sim.world.tokens["owner-token"]
    sim.world.add(Token("new-token", old.user, old.app, old.scopes))
    old.state = "expired"
