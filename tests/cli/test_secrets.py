"""No command prints a token of the environment, or a text that looks like a token."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from metapixel_cli.commands import metapixel
from metapixel_cli.escape import visible
from metapixel_cli.exits import deliver
from metapixel_cli.secrets import without
from metapixel_simulator import Simulator
from tests.support.example import OWNER
from tests.support.stack import VENV

#: A token of the environment, which does not look like one of Meta's. The simulator accepts it.
KNOWN = "owner-token"
ALIKE = "EAABsbCS1iHgBAKZCZAq3xyzQ9dj2LmN4pQrStUvWxYz0123456789"
APP_SECRET = "0123456789abcdef0123456789abcdef"
SECRETS = st.text("abcdef0123456789|-_%", min_size=24, max_size=60)
OTHER = st.text("äöü .:", max_size=30)
STACK_COMMANDS = [
    ("doctor",),
    ("access", "--business", OWNER),
    ("import", "--business", OWNER),
]


@given(secret=SECRETS, before=OTHER, after=OTHER)
def test_the_removal_keeps_the_rest_of_a_text(secret: str, before: str, after: str) -> None:
    found = without(f"{before}{secret}{after}{secret[5:20]}", [secret[:8], secret])

    assert found == f"{before}***{after}***" if after else f"{before}***"
    assert without(before, [secret]) == before


@pytest.mark.parametrize(
    "secret",
    [
        ALIKE,
        f"123456789012345|{ALIKE[5:32]}",
        f"123456789012345%7C{ALIKE[5:32]}",
        f"pul-{APP_SECRET}01234567",
    ],
    ids=["user", "app", "app in an address", "pulumi"],
)
def test_a_text_that_looks_like_a_token_is_removed_before_it_is_cut(secret: str) -> None:
    assert visible(f"cannot parse {secret} as a key", 16) == "cannot parse ***… (9 more characters)"


@pytest.mark.parametrize("text", ["EAAccess", f"iVBORw0KGgo{ALIKE}", "act_1234567890|Acme Outdoor"])
def test_a_text_that_does_not_look_like_a_token_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("token", [KNOWN, ALIKE])
@pytest.mark.parametrize("command", STACK_COMMANDS)
def test_a_token_in_the_place_of_a_stack_is_not_printed(
    command: tuple[str, ...], token: str, tmp_path: Path, sim: Simulator
) -> None:
    environment = {"META_ACCESS_TOKEN": KNOWN, "PATH": str(tmp_path)}

    result = CliRunner(env=environment).invoke(
        metapixel, [*command, "--graph-url", sim.url, "--stack", token]
    )

    assert result.exit_code in (1, 4)
    assert "stack ***, because Pulumi is not on PATH" in result.output


@pytest.mark.parametrize("secret", [f"accessToken:{KNOWN}", f"appSecret:{APP_SECRET}", ALIKE])
@pytest.mark.parametrize("command", [*STACK_COMMANDS, ("doctor", "--json")])
def test_a_line_of_a_stacks_file_without_a_space_is_not_printed(
    command: tuple[str, ...], secret: str, tmp_path: Path, sim: Simulator
) -> None:
    (tmp_path / "pulumi").write_text(
        f"#!/bin/sh\necho 'error: could not parse {secret} as a key' >&2\nexit 1"
    )
    (tmp_path / "pulumi").chmod(0o755)
    environment = {"META_ACCESS_TOKEN": KNOWN, "PATH": f"{tmp_path}:/bin"}

    options = ["--graph-url", sim.url, "--stack", "prod"]
    result = CliRunner(env=environment).invoke(metapixel, [*command, *options])

    assert result.exit_code in (1, 4)
    assert "could not parse" in result.output
    assert secret.rpartition(":")[2] not in result.output


@pytest.mark.parametrize("variable", ["ACCESS_TOKEN", "meta_access_token_acme"])
def test_a_token_in_another_variable_is_not_printed(variable: str) -> None:
    result = CliRunner(env={variable: KNOWN}).invoke(metapixel, [KNOWN, "simulator"])

    assert "No such command '***'" in result.output


def test_a_file_that_a_command_writes_contains_no_token(tmp_path: Path) -> None:
    deliver("", {tmp_path / "report.md": f"a campaign called {ALIKE}"}, force=False)

    assert (tmp_path / "report.md").read_text() == "a campaign called ***"


def test_a_traceback_contains_no_token(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        f"import click\n@click.command()\ndef broken(): raise ValueError('{ALIKE} {KNOWN}')"
    )
    program = (
        "from metapixel_cli import commands; "
        "commands._COMMANDS['broken'] = ('broken', 'broken'); commands.metapixel(['broken'])"
    )

    run = subprocess.run(
        [VENV / "bin/python", "-c", program],
        cwd=tmp_path,
        env={"META_ACCESS_TOKEN": KNOWN, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert "ValueError: *** ***" in run.stderr
    assert KNOWN not in run.stderr
    assert ALIKE not in run.stderr


def test_the_simulator_prints_the_tokens_of_its_world() -> None:
    options = ["simulator", "--world", f"{KNOWN}.yaml"]

    result = CliRunner(env={"META_ACCESS_TOKEN": KNOWN}).invoke(metapixel, options)

    assert f"'{KNOWN}.yaml' does not exist" in result.output
