"""The lines of the page about the doctor. Only a stack's configuration needs the engine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, World
from tests.engine.command_lines.test_simulator import serving
from tests.support.example import NORTHLIGHT, OWNER, PIXEL
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, Typed, follows

DOCTOR = "metapixel doctor --graph-url http://127.0.0.1:8765"
ANSWER = f"{DOCTOR} --skip share --skip permit --skip delete"
UNDESCRIBED = f"{DOCTOR} --skip token-description"
PAGE = (ROOT / "docs/doctor.md").read_text()


@follows("metapixel simulator", DOCTOR)
def test_the_first_diagnosis_is_made_as_the_page_says(tmp_path: Path) -> None:
    section = PAGE.partition("## A first diagnosis\n")[2].partition("\n## ")[0]
    (token,) = re.findall(r"(?m)^    export META_ACCESS_TOKEN=(\S+)", section)
    assert re.findall(r"(?m)^    (metapixel doctor.*)", section) == [DOCTOR]
    tokens = (token, "employee-token")
    owner, employee = (Terminal(tmp_path, {"META_ACCESS_TOKEN": each}) for each in tokens)

    with serving("metapixel simulator", tmp_path) as url:
        healthy = owner.type(DOCTOR, at=url)
        broken = employee.type(DOCTOR, at=url, ok=False)

    assert "Everything that was checked works" in healthy.text
    assert broken.code == 1
    assert "failed business-role" in broken.text


@follows("metapixel doctor", ANSWER, UNDESCRIBED, "--skip", "--all")
@follows("--json", "--business", "--pixel", "--graph-url", "--api-version")
def test_the_options_of_the_page_choose_checks_and_formats(tmp_path: Path) -> None:
    with Simulator(World.example()) as sim:
        terminal = Terminal(tmp_path, {"META_ACCESS_TOKEN": "owner-token"})
        address = f"--graph-url {sim.url}"

        def doctor(*options: str, ok: bool = True) -> Typed:
            return terminal.type("metapixel doctor", options=[address, *options], ok=ok)

        assert "ok scopes of (default): the token has" in doctor("--all").text
        assert "business-role" not in doctor("--skip business-role", "--all").printed
        assert "share-app-access" not in terminal.type(ANSWER, at=sim.url).printed
        sim.fault("GET debug_token", kind="graph_error", code=100, times=-1)
        refused = doctor(ok=False)
        assert refused.code == 4
        assert UNDESCRIBED.removeprefix(f"{DOCTOR} ") in refused.text
        terminal.type(UNDESCRIBED, at=sim.url)
        assets = [f"--business {OWNER}", f"--pixel {PIXEL}", "--api-version v27.0"]
        document = json.loads(doctor("--skip token-description", "--json", *assets).printed)
        assert document["result"] in ("success", "warning")


@pytest.mark.engine
def test_the_token_of_a_declared_provider_is_checked_and_no_other_token_is_demanded(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    tokens = {"META_ACCESS_TOKEN_OWNER": "owner-token"}
    made = stack(program(share("one", PIXEL, NORTHLIGHT, credentials="owner")), native=True)
    made.environment |= tokens
    made.up()
    terminal = Terminal.of(made)
    for name in [each for each in terminal.environment if each.startswith("META_")]:
        del terminal.environment[name]

    def diagnose(ok: bool) -> dict[str, str]:
        run = terminal.type("metapixel doctor", options=["--stack test", "--json"], ok=ok)
        findings = json.loads(run.printed)["findings"]
        assert "owner-token" not in run.output
        return {
            each["credentials"]: each["result"] for each in findings if each["check"] == "token"
        }

    assert diagnose(ok=True) == {"(provider owner)": "success"}
    token = sim.world.tokens.pop("owner-token")
    assert diagnose(ok=False) == {"(provider owner)": "error"}
    assert made.up("--refresh", ok=False).lines_with("accessToken of provider 'owner'")
    sim.world.add(token)


@pytest.mark.rest
@pytest.mark.engine
@follows("metapixel doctor", "--stack", "--cwd", "--json")
def test_the_configuration_of_a_stack_is_checked_with_its_secrets(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    config = {"metapixel:timeout": "9", "metapixel:tokn": "misspelt-token-0"}
    made = stack("", config=config, passphrase=True)
    path = "metapixel:credentials.harbour.accessToken"
    made.pulumi("config", "set", "--secret", "metapixel:accessToken", "owner-token")
    made.pulumi("config", "set", "--secret", "--path", path, "expired-token")
    made.configure("metapixel:appSecret", "readable-app-secret")
    terminal = Terminal.of(made)
    terminal.folder = made.home
    options = ["--stack test", f"--cwd {made.project}", "--json"]

    failed = terminal.type("metapixel doctor", options=options, ok=False)

    findings = json.loads(failed.printed)["findings"]
    errors = " ".join(each["text"] for each in findings if each["result"] == "error")
    assert "metapixel:tokn is configured, but it is not a known key" in errors
    assert "metapixel:appSecret is configured in plain text" in errors
    assert "`pulumi config rm --stack test metapixel:tokn`" in errors
    for secret in ("owner-token", "expired-token", "misspelt-token-0", "readable-app-secret"):
        assert secret not in failed.output

    passphrase = terminal.environment["PULUMI_CONFIG_PASSPHRASE"]
    terminal.environment["PULUMI_CONFIG_PASSPHRASE"] = "wrong"
    locked = terminal.type("metapixel doctor", options=options, ok=False)
    assert "cannot decrypt the secrets; check PULUMI_CONFIG_PASSPHRASE or" in locked.output

    terminal.folder = made.project
    terminal.environment["PULUMI_CONFIG_PASSPHRASE"] = passphrase
    for key in ("tokn", "appSecret"):
        terminal.type(f"pulumi config rm --stack test metapixel:{key}")
    corrected = terminal.type("metapixel doctor", options=options, ok=False)
    findings = json.loads(corrected.printed)["findings"]
    checks = {(each["check"], each["credentials"], each["result"]): each for each in findings}
    address, sources = checks["settings", "", "warning"], checks["settings", "", "success"]
    assert "metapixel:graphUrl is not an address of Meta's" in address["text"]
    assert "timeout: metapixel:timeout" in sources["text"]
    assert "token of (default): metapixel:accessToken" in sources["text"]
    assert f"token of harbour: {path}" in sources["text"]
    assert ("token", "(default)", "success") in checks
    assert "code 190/463" in checks["token", "harbour", "error"]["text"]
    for secret in ("owner-token", "expired-token"):
        assert secret not in corrected.output

    terminal.environment["PULUMI_CONFIG_PASSPHRASE"] = "wrong"
    unnamed = terminal.type("metapixel doctor", ok=False)
    assert f"The selected stack of the project sets metapixel:graphUrl to {sim.url}" in unnamed.text
