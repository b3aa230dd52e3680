"""A token that a user pastes in the wrong place of the command line. No error quotes it."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from metapixel_cli.arguments import ids_of
from metapixel_cli.commands import metapixel

TOKEN = "EAABtokenInTheWrongPlace"
PROBE = ("probe", "--pixel", "1", "--agency", "2")
IMPORT = ("import", "--business", "1", "--stack", "s")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("doctor", "--skip"), "is not one of 'versions', 'clock'"),
        (("doctor", "--business"), "this is not an id"),
        (("doctor", "--pixel"), "this is not an id"),
        (("doctor",), "takes only options"),
        (("doctor", "--skip", "clock"), "takes only options"),
        (("access", "--business"), "this is not an id"),
        (("access",), "takes only options"),
        (("import", "--stack", "s", "--business"), "this is not an id"),
        ((*IMPORT, "--pixel"), "this is not an id"),
        ((*IMPORT, "--agency"), "this is not an id"),
        (IMPORT, "takes only options"),
        (("probe", "--pixel"), "this is not an id"),
        (("probe", "--agency"), "this is not an id"),
        (("probe", "--ad-account"), "this is not an ad account id"),
        (PROBE, "takes only options"),
    ],
)
def test_a_token_in_the_place_of_another_value_is_wrong_usage_and_not_printed(
    command: tuple[str, ...], message: str
) -> None:
    result = CliRunner().invoke(metapixel, [*command, TOKEN])

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert TOKEN not in result.stderr


@pytest.mark.parametrize("command", [("doctor", "--stack", "s"), IMPORT])
def test_a_command_with_one_project_refuses_a_second_folder(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(metapixel, [*command, "--cwd", ".", "--cwd", "."])

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Invalid value for '--cwd': give it once" in result.stderr


def test_an_id_that_is_given_twice_counts_once() -> None:
    @click.command()
    @ids_of("--pixel", "pixels", "The pixels.")
    def show(pixels: tuple[str, ...]) -> None:
        click.echo(pixels)

    assert CliRunner().invoke(show, ["--pixel", "1", "--pixel", "1"]).output == "('1',)\n"


@pytest.mark.parametrize("value", ["", " "])
@pytest.mark.parametrize("command", [("doctor",), ("access", "--business", "1"), IMPORT, PROBE])
def test_an_empty_address_is_wrong_usage_and_not_the_address_of_meta(
    command: tuple[str, ...], value: str
) -> None:
    result = CliRunner().invoke(metapixel, [*command, "--graph-url", value])

    assert result.exit_code == 2
    assert "Invalid value for '--graph-url': the value is empty" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("access", "--business", "1", "--credentials"),
        (*IMPORT, "--credentials"),
        (*PROBE, "--credentials"),
        (*PROBE, "--agency-credentials"),
    ],
)
def test_a_token_in_the_place_of_a_credential_set_is_not_printed(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    # An import reads the configuration and the state of its stack first.
    state = '{"version": 3, "deployment": {"resources": []}}'
    script = f"#!/bin/sh\ncase $* in *export*) echo '{state}';; *) echo '{{}}';; esac\n"
    (tmp_path / "pulumi").write_text(script)
    (tmp_path / "pulumi").chmod(0o755)
    environment = {
        "META_ACCESS_TOKEN": "t",
        "META_ACCESS_TOKEN_MY_AGENCY": "t",
        "PATH": str(tmp_path),
    }

    result = CliRunner(env=environment).invoke(metapixel, [*command, TOKEN])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "(known names: my_agency); correct the name" in result.stderr
    assert TOKEN.upper() not in result.stderr.upper()
