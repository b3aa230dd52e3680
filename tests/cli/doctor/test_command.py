"""`metapixel doctor` as a command: its choice of checks, outputs and exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from metapixel_cli.doctor.check_results import CheckResult, ResultKind
from metapixel_cli.doctor.report import DoctorReport
from metapixel_cli.doctor.table import as_table
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import App, Simulator
from tests.cli.doctor.diagnosis import diagnose, invoke, refuses, shifted
from tests.support.byte_server import ByteServer, answer
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

OWNERS = {"META_ACCESS_TOKEN": "owner-token"}


def test_a_report_names_the_problem_first_and_what_works_in_one_line(sim: Simulator) -> None:
    printed = invoke(sim.url, "--skip", "versions", META_ACCESS_TOKEN="employee-token").stdout

    lines = [
        "failed   business-role of (default): The user of the token is not an admin of business",
        "         → give the user the admin role in Business Settings",
        "warning  token-user of (default): The token belongs to a person: user Erin Employee",
        "         → create a system user in the business",
        "unknown  share-app-access",
        "ok       settings, clock, reachable, api-version, token, app-secret-proof, token-expiry,",
        "Failed: business-role",
    ]
    printed_lines = zip(printed.splitlines(), lines, strict=True)
    assert [line[: len(start)] for line, start in printed_lines] == lines


def test_checks_and_credential_sets_with_one_problem_are_one_row(sim: Simulator) -> None:
    sim.fault("GET debug_token", kind="graph_error", code=100, times=-1)
    tokens = {"META_ACCESS_TOKEN": "wrong-token", "META_ACCESS_TOKEN_SHOP": "owner-token"}

    printed = invoke(sim.url, "--skip", "versions", **tokens).stdout

    assert re.search(r"(?m)^failed +token of \(default\): ", printed)
    assert re.search(r"(?m)^not run +token-description of shop: Meta's", printed)
    assert re.search(r"(?m)^ok +settings, clock; shop: reachable, api-version, token,", printed)
    assert printed.endswith("Failed: token\n")


def test_the_document_has_each_credential_set_and_each_result(sim: Simulator) -> None:
    tokens = {"BROKEN": "expired-token", "SMALL": "unscoped-token", "PERSON": "employee-token"}
    named = {f"META_ACCESS_TOKEN_{name}": token for name, token in tokens.items()}

    result = invoke(sim.url, "--json", "--business", HARBOUR, **OWNERS, **named)

    document = json.loads(result.stdout)
    findings = document.pop("findings")
    assert document.pop("checked_at").endswith("Z")
    assert document == {"version": 2, "result": "error", "skipped": []}
    sets = {each["credentials"] for each in findings}
    assert sets == {"", "(default)", "broken", "small", "person"}
    assert {each["result"] for each in findings} == {*ResultKind}


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


@pytest.mark.parametrize(
    ("url", "status", "check", "result", "advice"),
    [
        ("http://127.0.0.1:9", 0, "reachable", "error", "check the network"),
        ("http://meta.example", 0, "settings", "error", "correct the setting"),
        ("", 200, "reachable", "error", "a proxy or a login page"),
        ("", 403, "reachable", "error", "a proxy or a login page"),
        ("", 503, "reachable", "not_run", "run the command again later"),
    ],
)
def test_an_address_without_the_graph_api_is_not_a_failure_of_the_token(
    url: str, status: int, check: str, result: str, advice: str
) -> None:
    with ByteServer(lambda request: [answer(b"<html>Log in</html>", status=status)]) as server:
        found = diagnose(url or server.url, "--pixel", PIXEL, **OWNERS)

    assert found.problems == {check: result}
    assert advice in found.of(check).advice


def test_a_diagnosis_sends_only_reads_and_no_token_in_a_url(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    before = sim.world.dump()
    sim.clear_requests()

    diagnose(sim.url, "--pixel", PIXEL, "--business", OWNER, **OWNERS)

    assert {each.method for each in sim.requests if each.endpoint != "POST batch"} == {"GET"}
    assert sim.world.dump() == before
    assert not [url for url in sim.raw_urls if "owner-token" in url]


def test_a_terminal_gets_colors_and_its_width() -> None:
    works = tuple(
        CheckResult(f"check-{number}", ResultKind.SUCCESS, "it works") for number in range(30)
    )

    displayed = as_table(DoctorReport(2, ResultKind.SUCCESS, "", (), works), width=70, color=True)

    assert "\x1b[32m" in displayed
    assert max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", displayed).splitlines())) <= 70


@pytest.mark.parametrize("options", [["--all"], ["--json"]], ids=["table", "document"])
@pytest.mark.parametrize("code", [0, 1], ids=["in-names", "in-a-refusal"])
def test_no_output_contains_a_part_of_a_token_or_an_app_secret(
    sim: Simulator, code: int, options: list[str]
) -> None:
    token, secret = "a-token-that-was-pasted-somewhere", "0123456789abcdef0123456789abcdef"
    owner = sim.world.tokens["owner-token"]
    sim.world.add(App("777", f"App {token}", secret))
    sim.world.add(replace(owner, token=token, app="777"))
    sim.world.businesses[OWNER].name = f"Acme {token} {secret[:20]}"
    sim.world.users[owner.user].name = token[4:]
    message = f"no such token {token}, or secret {secret[4:]}"
    sim.fault("POST batch", kind="graph_error", code=190, message=message, times=-code)

    result = invoke(
        sim.url, *options, "--pixel", PIXEL, META_ACCESS_TOKEN=token, META_APP_SECRET=secret
    )

    assert result.exit_code == code, result.output
    for each in (token, secret):
        assert not [at for at in range(len(each) - 11) if each[at : at + 12] in result.output]


def test_a_name_from_meta_adds_no_line_and_no_command_of_a_ci_system(sim: Simulator) -> None:
    sim.world.businesses[OWNER].name = f"Acme\n::error::owned \u202e{'x' * 65536}"

    printed = invoke(sim.url, "--all", **OWNERS).stdout

    assert "::error" in printed
    assert not re.search(r"(?m)^\s*::", printed)
    assert "\u202e" not in printed
    assert len(printed) < 5000


@pytest.mark.parametrize(
    ("credentials", "tokens", "chosen", "advice"),
    [
        ({}, ("northlight-token", "owner-token"), (), "swap the tokens of (default) and n, or"),
        ({}, ("northlight-token", "owner-token"), ("--pixel", PIXEL), "swap the tokens of"),
        (
            {"credentials": "N"},
            ("owner-token", "harbour-token"),
            (),
            "swap the tokens of n and (default), or",
        ),
        ({"credentials": "another"}, ("owner-token", "northlight-token"), (), ""),
        ({}, ("owner-token", "northlight-token"), (), ""),
        (None, ("northlight-token", "owner-token"), (), ""),
    ],
)
def test_exchanged_tokens_are_found_in_the_records_of_a_stack(
    sim: Simulator,
    tmp_path: Path,
    credentials: Mapping[str, str] | None,
    tokens: tuple[str, str],
    chosen: tuple[str, ...],
    advice: str,
) -> None:
    share = {
        "type": ResourceType.SHARE.dynamic,
        "id": f"{PIXEL}/{NORTHLIGHT}",
        "inputs": credentials,
    }
    state = {"version": 3, "deployment": {"resources": [share]}} if credentials is not None else ""
    program = tmp_path / "pulumi"
    lines = [
        "#!/bin/sh",
        f"case $* in *export*) echo '{json.dumps(state)}';; *) echo '{{}}';; esac",
    ]
    program.write_text("\n".join(lines))
    program.chmod(0o755)
    environment = {"META_ACCESS_TOKEN": tokens[0], "META_ACCESS_TOKEN_N": tokens[1]}
    options = ("--stack", "prod", "--cwd", str(tmp_path))

    found = diagnose(sim.url, *options, *chosen, PATH=f"{tmp_path}:/bin", **environment)

    assert (found.code, found.problems) == (0, {"pixel-owner": "warning"} if advice else {})
    assert advice == "" or advice in found.of("pixel-owner").advice


def test_a_check_that_did_not_run_counts_more_than_a_warning(sim: Simulator) -> None:
    shifted(-0.5)(sim)
    refuses("GET initiated_sharing_agreements", 3)(sim)

    found = diagnose(sim.url, "--business", OWNER, **OWNERS)

    assert {"warning", "not_run"} <= set(found.problems.values())
    assert (found.overall, found.code) == ("not_run", 4)


@pytest.mark.parametrize(
    ("engine", "code", "text"),
    [
        ("", 0, "warning versions: The command `pulumi` was not found on PATH"),
        ("v3.100.2", 1, "is too old: at least version 3.272 is required"),
        ("v3.1000.0", 0, "ok versions: pulumi-metapixel"),
    ],
)
def test_a_version_of_the_engine_is_read_from_its_command(
    sim: Simulator, tmp_path: Path, engine: str, code: int, text: str
) -> None:
    program = tmp_path / "pulumi"
    program.write_text(f"#!/bin/sh\necho {engine}\n")
    program.chmod(0o755)

    result = invoke(sim.url, "--all", PATH=str(tmp_path), **OWNERS)

    assert result.exit_code == code
    printed = " ".join(result.stdout.split())
    assert text in printed
    assert f"engine {engine[1:]}" in printed or not engine
