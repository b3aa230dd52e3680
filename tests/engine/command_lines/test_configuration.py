"""The lines that set and mend a stack's configuration, as its error messages give them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator, Token
from tests.support import tracebacks
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, filled, follows

pytestmark = pytest.mark.engine

SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
DEFAULT_SET = program(share("one", PIXEL, NORTHLIGHT))
NAMED_SET = program(share("one", PIXEL, NORTHLIGHT, credentials="owner"))

SETS = "metapixel:credentials"

SET_TOKEN = "pulumi config set --secret metapixel:accessToken"
SET_SECRET = "pulumi config set --secret {}"
SET_NAMED_TOKEN = "pulumi config set --secret --path {}.NAME.accessToken"
REMOVE = "pulumi config rm {}"
REMOVE_NAMED = "pulumi config rm --path {}.NAME"


def without_tokens(stack: Stack) -> Terminal:
    """A terminal whose environment has no token."""
    terminal = Terminal.of(stack)
    for name in list(terminal.environment):
        if name.startswith("META_"):
            del terminal.environment[name]
    return terminal


def refused(terminal: Terminal, *advised: str, line: str = "pulumi up") -> None:
    """Type a line that fails with an error which has these lines."""
    error = terminal.type(line, ok=False).text
    for advice in advised:
        assert f"`{advice}`" in error
    assert not tracebacks.is_shown(error)
    assert "old-token" not in error


@follows("pulumi up")
@follows(SET_SECRET, after=["or run `pulumi config set --secret"])
def test_a_missing_token_is_set_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    terminal = without_tokens(stack(DEFAULT_SET))
    refused(terminal, filled(SET_SECRET, "metapixel:accessToken"))
    assert sim.requests == []

    terminal.type(SET_SECRET, "metapixel:accessToken", given="owner-token\n")
    terminal.type("pulumi up")

    assert sim.shares() == SHARED


@follows(SET_SECRET, REMOVE, after=["`, or `pulumi config rm"])
def test_an_empty_token_is_set_or_removed_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(DEFAULT_SET)
    terminal, key = Terminal.of(made), "metapixel:accessToken"
    made.pulumi("config", "set", "--secret", key, "")
    refused(terminal, filled(SET_SECRET, key), filled(REMOVE, key))

    terminal.type(SET_SECRET, key, given="owner-token")
    terminal.type("pulumi up")
    assert sim.shares() == SHARED
    terminal.type(REMOVE, key)
    made.write(program())
    terminal.type("pulumi up")
    assert sim.shares() == {}


@follows(REMOVE_NAMED, after=["is not an object of named sets", "are one credential set"])
@follows(
    SET_NAMED_TOKEN,
    after=["no credential set has this name", "is not an object of named sets"],
)
def test_unknown_and_wrong_sets_are_mended_as_the_errors_say(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(NAMED_SET)
    refused(without_tokens(made), filled(SET_NAMED_TOKEN, SETS))
    made.pulumi("config", "set", "--secret", "--path", f"{SETS}.agency", "a-token")
    terminal = without_tokens(made)
    refused(terminal, filled(SET_NAMED_TOKEN, SETS), filled(REMOVE_NAMED, SETS))
    terminal.type(REMOVE_NAMED, SETS, NAME="agency")
    for name in ("owner", "OWNER"):
        terminal.type(SET_NAMED_TOKEN, SETS, NAME=name, given="owner-token\n")
    refused(terminal, filled(REMOVE_NAMED, SETS))
    terminal.type(REMOVE_NAMED, SETS, NAME="OWNER")

    terminal.type("pulumi up")

    assert sim.shares() == SHARED


@follows(SET_SECRET, after=["is configured in plain text"])
def test_a_token_in_plain_text_is_replaced_by_a_secret_as_the_error_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made, key = stack(NAMED_SET), f"--path {SETS}.owner.accessToken"
    made.configure(SETS, {"owner": {"accessToken": "old-token"}})
    terminal = without_tokens(made)
    refused(terminal, filled(SET_SECRET, key))
    assert sim.requests == []
    assert "old-token" not in made.export()

    terminal.type(SET_SECRET, key, given="owner-token\n")
    terminal.type("pulumi up")

    assert sim.shares() == SHARED
    assert "owner-token" not in (made.project / "Pulumi.test.yaml").read_text()


@follows("--path", REMOVE, after=["is configured, but it is not a known key"])
def test_a_key_that_nothing_reads_is_removed_as_the_error_says(
    stack: Callable[..., Stack],
) -> None:
    key = f"{SETS}.owner.accessToken"
    made = stack(NAMED_SET)
    made.configure(key, "owner-token")
    terminal = without_tokens(made)
    refused(terminal, filled(REMOVE, key), line="pulumi preview")

    terminal.type(REMOVE, key)
    terminal.type(SET_SECRET, key, options=["--path"], given="owner-token\n")
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


AFTER_A_ROTATION = ("pulumi preview --refresh", "pulumi up --refresh", "pulumi refresh")


@follows(SET_TOKEN, *AFTER_A_ROTATION, "pulumi destroy", "--run-program")
@follows("pulumi up --refresh", after=["refresh (also `pulumi up --refresh`) and destroy use"])
@follows("pulumi up", after=["run a plain `pulumi up` first"])
def test_a_new_token_is_used_with_run_program_or_after_a_plain_up(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    rotating = Rotating(stack(DEFAULT_SET), sim)

    for line in AFTER_A_ROTATION:
        rotating.rotate()
        assert "or add --run-program" in rotating.terminal.type(line, ok=False).text
        rotating.terminal.type(line, options=["--run-program"])

    rotating.rotate()
    rotating.terminal.type("pulumi up")
    rotating.terminal.type("pulumi refresh")
    rotating.rotate()
    assert "or add --run-program" in rotating.terminal.type("pulumi destroy", ok=False).text
    rotating.terminal.type("pulumi destroy", options=["--run-program"])
    assert sim.shares() == {}
