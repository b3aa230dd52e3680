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
    assert f"`{filled(SET_NAME_TOKEN, 'metapixel')}`" in refused.text

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


class Rotating:
    """A stack with a share, whose token is replaced at Meta and in the stack's configuration."""

    def __init__(self, stack: Stack, sim: Simulator) -> None:
        self.terminal = without_tokens(stack)
        self._sim, self._token, self._number = sim, "owner-token", 0
        self.terminal.type(SET_TOKEN, given=self._token)
        self.terminal.type("pulumi up")

    def rotate(self) -> None:
        self._number += 1
        old = self._sim.world.tokens.pop(self._token)
        self._token = f"token-{self._number}"
        self._sim.world.add(Token(self._token, old.user, old.app, old.scopes))
        self.terminal.type(SET_TOKEN, given=self._token)


AFTER_A_ROTATION = (
    "pulumi preview --refresh",
    "pulumi refresh",
    "pulumi up --refresh",
    "pulumi destroy",
)


@follows(*AFTER_A_ROTATION, "--run-program")
@follows("pulumi up --refresh", after=["refresh (also `pulumi up --refresh`) and destroy use"])
def test_a_new_token_is_used_with_run_program_by_the_commands_that_read_with_the_old_one(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    rotating = Rotating(stack(DEFAULT_SET), sim)

    for line in AFTER_A_ROTATION:
        rotating.rotate()
        refused = rotating.terminal.type(line, ok=False)
        assert "or give --run-program" in refused.text
        rotating.terminal.type(line, options=["--run-program"])

    assert sim.shares() == {}


@follows("pulumi refresh", "pulumi destroy")
@follows("pulumi up", after=["run a plain `pulumi up` first"])
def test_a_new_token_is_used_by_every_command_after_a_plain_up(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    rotating = Rotating(stack(DEFAULT_SET), sim)
    rotating.rotate()
    rotating.terminal.type("pulumi refresh", ok=False)

    rotating.terminal.type("pulumi up")

    rotating.terminal.type("pulumi refresh")
    rotating.terminal.type("pulumi destroy")
    assert sim.shares() == {}
