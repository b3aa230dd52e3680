"""`metapixel doctor` as a command: its choice of checks, outputs and exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from metapixel_cli.doctor.judging.catalogue import CHECKS
from metapixel_simulator import Simulator
from tests.cli.doctor.diagnosis import NO_SETTINGS, diagnose, invoke
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL
from tests.support.stack import VENV

OWNERS = {"META_ACCESS_TOKEN": "owner-token"}


@pytest.mark.parametrize(
    ("arguments", "environment", "code"),
    [
        ((), OWNERS, 0),
        ((), {"META_ACCESS_TOKEN": "expired-token"}, 1),
        (("--check", "share-scopes"), {"META_ACCESS_TOKEN": "expired-token"}, 4),
        (("--check", "token-user"), {"META_ACCESS_TOKEN": "employee-token"}, 0),
        (("--pixel", PIXEL, "--check", "token"), {}, 1),
    ],
)
def test_the_exit_code_is_the_worst_result(
    sim: Simulator, arguments: tuple[str, ...], environment: Mapping[str, str], code: int
) -> None:
    options = [*arguments, "--skip", "versions"]

    assert invoke(sim.url, *options, **environment).exit_code == code


@pytest.mark.parametrize(
    ("options", "headline"),
    [
        (["--check", "token-user"], "Everything that was checked works, with warnings (0 ok"),
        (["--skip", "versions"], "Failed: business-role ("),
    ],
)
def test_the_last_line_names_the_checks_that_cause_the_exit_code(
    sim: Simulator, options: list[str], headline: str
) -> None:
    printed = invoke(sim.url, *options, META_ACCESS_TOKEN="employee-token").stdout

    assert printed.splitlines()[-1].startswith(headline)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--check", "scopes"), "--list prints the names. Did you mean 'share-scopes'?"),
        (("--check", "pixel-owner"), "the check pixel-owner needs the option --pixel"),
        (("--check", "token", "--skip", "credentials"), "the options leave no check to run"),
        (("--business", "acme"), "this is not an id"),
    ],
)
def test_wrong_usage_ends_with_2(sim: Simulator, arguments: tuple[str, ...], message: str) -> None:
    result = invoke(sim.url, *arguments, **OWNERS)

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""


@pytest.mark.parametrize("check", [check.name for check in CHECKS])
def test_each_check_runs_alone(sim: Simulator, check: str) -> None:
    options = ("--json", "--pixel", PIXEL, "--business", OWNER, "--check", check)

    document = json.loads(invoke(sim.url, *options, **OWNERS).stdout)

    names = [each["name"] for category in document["categories"] for each in category["checks"]]
    assert set(names) == {check}
    assert check not in document["skipped"]
    assert len(document["skipped"]) == len(CHECKS) - 1


def test_checks_of_the_settings_make_no_call(sim: Simulator) -> None:
    sim.clear_requests()

    invoke(sim.url, "--check", "settings", "--check", "versions", **OWNERS)

    assert sim.requests == []


def test_a_category_selects_its_checks(sim: Simulator) -> None:
    found = diagnose(sim.url, "--check", "credentials", "--skip", "token-user", **OWNERS)

    assert "token" in found.checks
    assert "token-user" not in found.checks
    assert "reachable" not in found.checks


def test_the_list_names_every_check(sim: Simulator) -> None:
    listed = invoke(sim.url, "--list")

    assert listed.exit_code == 0
    assert re.findall(r"(?m)^  ([a-z-]+) ", listed.stdout) == [check.name for check in CHECKS]


def test_the_document_has_each_credential_set_and_each_result(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    tokens = {
        "META_ACCESS_TOKEN_BROKEN": "expired-token",
        "META_ACCESS_TOKEN_SMALL": "unscoped-token",
    }

    result = invoke(sim.url, "--json", "--pixel", PIXEL, "--business", HARBOUR, **OWNERS, **tokens)

    document = json.loads(result.stdout)
    assert document["success"] is False
    checks = [each for category in document["categories"] for each in category["checks"]]
    assert {each["credentials"] for each in checks} == {None, "(default)", "broken", "small"}
    assert {each["result"] for each in checks} == {
        "success",
        "warning",
        "error",
        "unknown",
        "not_run",
    }


def test_the_settings_list_sources_and_no_values(sim: Simulator) -> None:
    found = diagnose(
        sim.url,
        META_ACCESS_TOKEN="owner-token",
        META_ACCESS_TOKEN_AGENCY="harbour-token",
        META_APP_SECRET_AGENCY="",
        META_API_VERSION="v27.0",
        METAPIXEL_TRACE="/dev/null",
    )

    text = found.of("settings").text
    assert "trace of calls: METAPIXEL_TRACE" in text
    assert "apiVersion: META_API_VERSION" in text
    assert "graphUrl: --graph-url" in text
    assert "token of (default): META_ACCESS_TOKEN" in text
    assert "token of agency: META_ACCESS_TOKEN_AGENCY" in text
    assert "v27.0" not in text
    assert sim.url not in text


def test_the_default_set_is_left_out_if_only_named_sets_exist(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN_AGENCY="harbour-token")

    assert found.results("token") == ["success"]


@pytest.mark.parametrize("variable", ["META_API_VERSION"])
def test_a_mistake_in_a_setting_is_named_without_its_value(sim: Simulator, variable: str) -> None:
    found = diagnose(sim.url, **OWNERS, **{variable: "something-secret"})

    assert found.with_result("error") == {"settings"}
    assert f"The value of {variable} is not valid" in found.of("settings").text
    assert "something-secret" not in str(found)
    assert "see the check `settings`" in found.of("token").text


def test_a_wrong_address_is_a_mistake_and_gets_no_token() -> None:
    found = diagnose("http://meta.example", **OWNERS)

    assert found.with_result("error") == {"settings"}
    assert "is not a safe address for tokens" in found.of("settings").text


def test_a_trace_that_cannot_be_written_is_a_mistake_and_nothing_is_sent(sim: Simulator) -> None:
    found = diagnose(sim.url, **OWNERS, METAPIXEL_TRACE="calls.jsonl")

    assert found.with_result("error") == {"settings"}
    assert "METAPIXEL_TRACE is 'calls.jsonl', which is not an absolute" in found.of("settings").text
    assert not sim.raw_urls


def test_an_app_secret_without_a_token_is_a_mistake(sim: Simulator) -> None:
    variable = "META_APP_SECRET_AGENCY"

    found = diagnose(sim.url, **OWNERS, **{variable: "something-secret"})

    assert found.with_result("error") == {"settings"}
    assert found.of("settings").text.startswith(
        f"A setting is wrong: {variable} is set, but there is no token for this app secret; export "
        f"META_ACCESS_TOKEN_AGENCY, or unset {variable}; if a stack's configuration contains the "
        f"token, add --stack"
    )
    assert "something-secret" not in str(found)


def test_an_app_secret_of_the_default_set_without_a_token_is_a_mistake_beside_other_sets(
    sim: Simulator,
) -> None:
    secret = {"META_APP_SECRET": "something-secret"}

    found = diagnose(sim.url, META_ACCESS_TOKEN_AGENCY="harbour-token", **secret)

    assert "META_APP_SECRET is set, but" in found.of("settings").text
    assert "export META_ACCESS_TOKEN, or unset" in found.of("settings").text
    # Without other sets, the check of the token reports the missing token.
    assert diagnose(sim.url, **secret).of("settings").result == "success"
    assert diagnose(sim.url, **secret).of("token").result == "error"


def test_an_empty_app_secret_needs_no_token(sim: Simulator) -> None:
    assert diagnose(sim.url, **OWNERS, META_APP_SECRET_AGENCY="").with_result("error") == set()


def in_terminal(sim: Simulator, **environment: str) -> tuple[str, int]:
    """Run the command in a terminal, and return what it displays and its exit code."""
    main, side = pty.openpty()
    unset = {name for name, value in NO_SETTINGS.items() if value is None}
    kept = {key: value for key, value in os.environ.items() if key not in {*unset, "NO_COLOR"}}
    process = subprocess.Popen(
        [VENV / "bin/metapixel", "doctor", "--graph-url", sim.url, "--skip", "versions"],
        stdout=side,
        stderr=side,
        env={**kept, "TERM": "xterm", "COLUMNS": "70", **OWNERS, **environment},
    )
    os.close(side)
    read = bytearray()
    try:
        while piece := os.read(main, 4096):
            read += piece
    except OSError:
        pass  # the terminal ends with the process
    os.close(main)
    return read.decode(), process.wait(timeout=60)


def test_a_terminal_gets_colors_progress_and_its_width(sim: Simulator) -> None:
    displayed, code = in_terminal(sim)

    assert code == 0
    assert "\x1b[32m" in displayed
    assert "Reading with credential set 1 of 1" in displayed
    report = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", displayed.partition("Setup")[2])
    assert max(map(len, report.splitlines())) <= 70


def test_no_color_is_respected(sim: Simulator) -> None:
    displayed, _ = in_terminal(sim, NO_COLOR="1")

    assert "Everything that was checked works" in displayed
    assert "\x1b[32m" not in displayed


def test_a_name_from_meta_adds_no_line_and_no_command_of_a_ci_system(sim: Simulator) -> None:
    sim.world.businesses[OWNER].name = "Acme\n::error::owned \u202e"

    printed = invoke(sim.url, **OWNERS).stdout

    assert "::error" in printed
    assert not re.search(r"(?m)^\s*::", printed)
    assert "\u202e" not in printed


def test_ctrl_c_ends_the_command_with_130(sim: Simulator) -> None:
    sim.fault("GET me", kind="delay", seconds=30)
    command = [str(VENV / "bin/metapixel"), "doctor", "--graph-url", sim.url, "--check", "token"]
    environment = {**os.environ, **OWNERS}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while sim.count("GET me") == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert errors.strip() == "Interrupted"


def test_a_stack_without_pulumi_fails_the_settings_and_runs_nothing_else(
    sim: Simulator, tmp_path: Path
) -> None:
    sim.clear_requests()

    found = diagnose(sim.url, "--stack", "prod", PATH=str(tmp_path), **OWNERS)

    assert found.with_result("error") == {"settings"}
    assert "Pulumi is not on PATH" in found.of("settings").text
    assert found.of("token").text == (
        "the stack's configuration was not read (see the check `settings`)"
    )
    assert sim.requests == []


def test_a_version_of_the_engine_is_read_from_its_command(sim: Simulator, tmp_path: Path) -> None:
    program = tmp_path / "pulumi"
    program.write_text("#!/bin/sh\necho v3.100.2\n")
    program.chmod(0o755)

    result = invoke(sim.url, "--check", "versions", PATH=str(tmp_path))

    assert result.exit_code == 1
    assert "Pulumi engine 3.100.2" in result.stdout
    assert "required: engine (at least 3.272)" in " ".join(result.stdout.split())
