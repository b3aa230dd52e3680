"""The lines of the page about the doctor. Only a stack's configuration needs the engine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, World
from tests.engine.command_lines.test_simulator import serving
from tests.support.example import OWNER, PIXEL
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, Typed, follows

DOCTOR = "metapixel doctor --graph-url http://127.0.0.1:8765"
ANSWER = "metapixel doctor --skip share --skip permit --skip delete"
PAGE = (ROOT / "docs/doctor.md").read_text()


@follows("metapixel simulator", DOCTOR)
def test_the_first_diagnosis_is_made_as_the_page_says(tmp_path: Path) -> None:
    section = PAGE.partition("## A first diagnosis\n")[2].partition("\n## ")[0]
    tokens = re.findall(r"(?m)^    export META_ACCESS_TOKEN=(\S+)", section)
    assert re.findall(r"(?m)^    (metapixel doctor.*)", section) == [DOCTOR, DOCTOR]
    owner, employee = (Terminal(tmp_path, {"META_ACCESS_TOKEN": token}) for token in tokens)

    with serving("metapixel simulator", tmp_path) as url:
        healthy = owner.type(DOCTOR, more=["--graph-url", url])
        broken = employee.type(DOCTOR, more=["--graph-url", url], ok=False)

    assert " 0 failed, 2 unknown, 0 not run" in healthy.text
    assert broken.code == 1
    assert "failed business-role" in broken.text


@follows("metapixel doctor", ANSWER, "--check", "--skip", "--list")
@follows("--json", "--business", "--pixel", "--graph-url", "--api-version")
def test_the_options_of_the_page_choose_checks_and_formats(tmp_path: Path) -> None:
    with Simulator(World.example()) as sim:
        terminal = Terminal(tmp_path, {"META_ACCESS_TOKEN": "owner-token"})
        address = f"--graph-url {sim.url}"

        def doctor(*options: str, line: str = "metapixel doctor", ok: bool | None = True) -> Typed:
            return terminal.type(line, options=[address, *options], ok=ok)

        listed = terminal.type("metapixel doctor", options=["--list"]).printed
        alone = doctor("--check token").printed
        assert "  token  " in listed
        assert "1 ok, 0 warning" in alone
        assert "share-scopes" not in doctor(line=ANSWER).printed
        assert "Act 1" not in doctor("--skip share").printed
        assets = [f"--business {OWNER}", f"--pixel {PIXEL}", "--api-version v27.0"]
        assert json.loads(doctor("--json", *assets).printed)["success"]


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
    made.pulumi("config", "set", "--plaintext", "metapixel:appSecret", "readable-app-secret")
    terminal = Terminal.of(made)
    terminal.folder = made.home
    options = ["--stack test", f"--cwd {made.project}", "--json"]

    failed = terminal.type("metapixel doctor", options=options, ok=False)

    checks = [
        each for category in json.loads(failed.printed)["categories"] for each in category["checks"]
    ]
    settings, address = [each for each in checks if each["name"] == "settings"]
    tokens = {each["credentials"]: each for each in checks if each["name"] == "token"}
    assert "metapixel:tokn is configured, but it is not a known key" in settings["error"]
    assert "metapixel:appSecret is configured in plain text" in settings["error"]
    assert "`pulumi config rm --stack test metapixel:tokn`" in settings["error"]
    assert "metapixel:graphUrl is not an address of Meta's" in address["error"]
    assert "timeout: metapixel:timeout" in settings["facts"]
    assert "token of (default): metapixel:accessToken" in settings["facts"]
    assert f"token of harbour: {path}" in settings["facts"]
    assert tokens["(default)"]["result"] == "success"
    assert "code 190/463" in tokens["harbour"]["error"]
    for secret in ("owner-token", "expired-token", "misspelt-token-0", "readable-app-secret"):
        assert secret not in failed.output

    absent = terminal.type("metapixel doctor", options=["--stack absent", *options[1:]], ok=False)
    assert absent.code == 1
    assert "Pulumi knows no stack absent" in absent.output
    assert "the stack's configuration was not read" in absent.output

    elsewhere = terminal.type("metapixel doctor", options=["--stack test"], ok=False)
    assert f"settings There is no Pulumi project in {made.home}; name" in elsewhere.text

    terminal.environment["PULUMI_CONFIG_PASSPHRASE"] = "wrong"
    locked = terminal.type("metapixel doctor", options=options, ok=False)
    assert "because the passphrase is wrong; correct" in locked.output

    terminal.folder = made.project
    terminal.type("pulumi config rm --stack test metapixel:tokn")
    unnamed = terminal.type("metapixel doctor", ok=False)
    assert f"The selected stack of the project sets metapixel:graphUrl to {sim.url}" in unnamed.text
