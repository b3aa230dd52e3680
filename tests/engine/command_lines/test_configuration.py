"""The lines that set and mend a stack's configuration, as its error messages give them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from metapixel_simulator.world import Token
from tests.engine.conftest import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, filled, follows

pytestmark = pytest.mark.engine

SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
DEFAULT_SET = program(share("one", PIXEL, NORTHLIGHT))
NAMED_SET = program(share("one", PIXEL, NORTHLIGHT, credentials="owner"))

SET_TOKEN = "pulumi config set --secret metapixel:accessToken"
SET_NAMED_TOKEN = "pulumi config set --secret --path {}:credentials.{}.accessToken"
SET_NAME_TOKEN = "pulumi config set --secret --path {}:credentials.NAME.accessToken"
REMOVE_NAME = "pulumi config rm --path {}:credentials.NAME"
SET_SECRET = "pulumi config set --secret {}"
REMOVE = "pulumi config rm {}"


def without_tokens(stack: Stack) -> Terminal:
    """A terminal whose environment has no token."""
    terminal = Terminal.of(stack)
    for name in list(terminal.environment):
        if name.startswith("META_"):
            del terminal.environment[name]
    return terminal


@follows("pulumi up", SET_TOKEN)
def test_a_missing_token_is_set_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    terminal = without_tokens(stack(DEFAULT_SET))
    refused = terminal.type("pulumi up", ok=False)
    assert f"run `{SET_TOKEN}`" in refused.text

    terminal.type(SET_TOKEN, given="owner-token\n")
    terminal.type("pulumi up")

    assert sim.shares() == SHARED


@follows("pulumi up", SET_NAMED_TOKEN)
def test_a_named_sets_missing_token_is_set_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    terminal = without_tokens(stack(NAMED_SET))
    terminal.environment["META_ACCESS_TOKEN_OWNER"] = ""
    refused = terminal.type("pulumi up", ok=False)
    assert f"run `{filled(SET_NAMED_TOKEN, 'metapixel', 'owner')}`" in refused.text

    terminal.type(SET_NAMED_TOKEN, "metapixel", "owner", given="owner-token\n")
    terminal.type("pulumi up")

    assert sim.shares() == SHARED


@follows("pulumi up", SET_NAME_TOKEN)
def test_an_unknown_set_is_configured_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    terminal = without_tokens(stack(NAMED_SET))
    refused = terminal.type("pulumi up", ok=False)
    assert f"`{filled(SET_NAME_TOKEN, 'metapixel', NAME='owner')}`" in refused.text

    terminal.type(SET_NAME_TOKEN, "metapixel", NAME="owner", given="owner-token\n")
    terminal.type("pulumi up")

    assert sim.shares() == SHARED


@follows("pulumi up", SET_NAME_TOKEN, REMOVE_NAME)
def test_sets_that_are_none_are_mended_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(NAMED_SET)
    made.pulumi("config", "set", "--secret", "--path", "metapixel:credentials.agency", "a-token")
    terminal = without_tokens(made)
    refused = terminal.type("pulumi up", ok=False)
    for line in (SET_NAME_TOKEN, REMOVE_NAME):
        assert f"`{filled(line, 'metapixel')}`" in refused.text

    terminal.type(REMOVE_NAME, "metapixel", NAME="agency")
    terminal.type(SET_NAME_TOKEN, "metapixel", NAME="owner", given="owner-token\n")
    terminal.type("pulumi up")

    assert sim.shares() == SHARED


@follows("pulumi preview", SET_SECRET)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (DEFAULT_SET, "metapixel:accessToken"),
        (NAMED_SET, "--path metapixel:credentials.owner.accessToken"),
    ],
    ids=["default", "named"],
)
def test_a_token_in_plain_text_is_replaced_by_a_secret_as_the_error_says(
    text: str, key: str, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(text)
    made.pulumi("config", "set", "--plaintext", *key.split(), "old-token")
    terminal = without_tokens(made)
    refused = terminal.type("pulumi preview", ok=False)
    assert f"run `{filled(SET_SECRET, key)}`" in refused.text

    terminal.type(SET_SECRET, key, given="owner-token\n")
    made.environment = terminal.environment
    made.up()

    assert sim.shares() == SHARED
    assert "owner-token" not in (made.project / "Pulumi.test.yaml").read_text()


@follows("pulumi preview", REMOVE, "--path")
@pytest.mark.parametrize("key", ["metapixel:acessToken", "metapixel:credentials.owner.accessToken"])
def test_a_key_that_nothing_reads_is_removed_as_the_error_says(
    key: str, stack: Callable[..., Stack]
) -> None:
    made = stack(NAMED_SET)
    made.pulumi("config", "set", "--secret", key, "owner-token")
    terminal = Terminal.of(made)
    refused = terminal.type("pulumi preview", ok=False)
    assert f"`{filled(REMOVE, key)}`" in refused.text

    terminal.type(REMOVE, key)
    terminal.type(SET_SECRET, "metapixel:credentials.owner.accessToken", options=["--path"], given="owner-token\n")
    terminal.type("pulumi preview")


@pytest.fixture
def rotated(stack: Callable[..., Stack], sim: Simulator) -> Terminal:
    """A stack with a share, whose configured token has been replaced since the last `up`."""
    made = stack(DEFAULT_SET)
    terminal = without_tokens(made)
    terminal.type(SET_TOKEN, given="owner-token\n")
    terminal.type("pulumi up")
    old = sim.world.tokens.pop("owner-token")
    sim.world.add(Token("new-token", old.user, old.app, old.scopes))
    terminal.type(SET_TOKEN, given="new-token\n")
    return terminal


@follows("pulumi up --refresh", "pulumi preview --refresh", "pulumi refresh", "pulumi destroy")
def test_a_new_token_is_used_with_run_program_by_every_command_that_reads_with_the_old_one(
    rotated: Terminal, sim: Simulator
) -> None:
    for line in (
        "pulumi preview --refresh",
        "pulumi refresh",
        "pulumi up --refresh",
        "pulumi destroy",
    ):
        refused = rotated.type(line, ok=False)
        assert "run a plain `pulumi up` first, or give --run-program" in refused.text
        rotated.type(line, options=["--run-program"])

    assert sim.shares() == {}


@follows("pulumi up", "pulumi refresh", "pulumi destroy")
def test_a_new_token_is_used_by_every_command_after_a_plain_up(
    rotated: Terminal, sim: Simulator
) -> None:
    rotated.type("pulumi up")

    rotated.type("pulumi refresh")
    rotated.type("pulumi destroy")

    assert sim.shares() == {}
