"""The lines of the page about the probe. They need no engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
import yaml

from metapixel_cli.probe.journal import JOURNAL
from metapixel_simulator import Simulator, World
from tests.engine.command_lines.test_simulator import serving
from tests.support.command_lines import in_shell
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, PIXEL_3
from tests.support.stack import ROOT
from tests.support.terminal import Terminal, follows

SIMULATOR = "metapixel simulator"
PROBE = (
    f"metapixel probe --pixel {PIXEL_3} --agency {HARBOUR} --ad-account {HARBOUR_ACCOUNT} "
    "--agency-credentials agency --graph-url http://127.0.0.1:8765 --pause 0"
)
DRY_RUN = f"{PROBE} --dry-run"
WITH_PROFILE = "metapixel simulator --profile profile.yaml"
CLEANUP = "metapixel probe --cleanup"
PAGE = (ROOT / "docs/probe.md").read_text()
TOKENS = dict(re.findall(r"(?m)^    export (\w+)=(\S+)", PAGE))


@follows(SIMULATOR, DRY_RUN, PROBE, WITH_PROFILE)
def test_the_first_profile_is_written_in_an_empty_folder_as_the_page_says(tmp_path: Path) -> None:
    section = PAGE.partition("## A first profile\n")[2].partition("\n## ")[0]
    lines = list(in_shell("\n".join(re.findall(r"(?m)^    (.*)", section))))
    assert lines == [SIMULATOR, DRY_RUN, PROBE, WITH_PROFILE]
    terminal = Terminal(tmp_path, TOKENS)

    with serving(SIMULATOR, tmp_path) as url:
        plan = terminal.type(DRY_RUN, at=url).text
        probed = terminal.type(PROBE, at=url, given="y\n", ok=False)

    assert f"The probe works on pixel {PIXEL_3}, with agency {HARBOUR}." in plan
    assert f"The probe works on pixel Acme outlet ({PIXEL_3})" in probed.text
    found = yaml.safe_load((tmp_path / "profile.yaml").read_text())
    unanswered = {name for name, entry in found["switches"].items() if "answer" not in entry}
    assert (probed.code, unanswered) == (3, {"foreign_lists"})

    profile = tmp_path / "profile.yaml"
    profile.write_text(profile.read_text().replace("answer: overwrite", "answer: union"))
    with serving(WITH_PROFILE, tmp_path) as url:
        switches = requests.get(f"{url}/_control/switches", timeout=10).json()
    assert "union" in str(switches)


@pytest.mark.rest
@follows("--pixel", "--agency", "--ad-account", "--agency-credentials", "--credentials")
@follows("--profile", "--force", "--yes", "metapixel probe", "--pause", "--cleanup")
@follows("--dry-run", "--graph-url")
def test_the_options_of_the_probe_do_what_the_page_says(tmp_path: Path) -> None:
    environment = {**TOKENS, "META_ACCESS_TOKEN_OWNER": TOKENS["META_ACCESS_TOKEN"]}
    terminal = Terminal(tmp_path, environment)
    with Simulator(World.example()) as sim:
        meta = [f"--graph-url {sim.url}", "--pause 0", "--credentials owner"]
        agency = ["--agency-credentials agency"]
        given = [f"--agency {HARBOUR}", f"--ad-account {HARBOUR_ACCOUNT}", *agency, "--yes"]
        spare = [*meta, *given, f"--pixel {PIXEL_3}"]

        def probe(*options: str, ok: bool = True) -> str:
            return terminal.type("metapixel probe", options=options, ok=ok).text

        probe(*spare, "--dry-run")
        sim.fault(None, kind="reset", after_n=70, times=-1)
        incomplete = probe(*spare, ok=False)
        sim.clear_faults()
        cleaned = probe(*meta, *agency, "--cleanup")
        nothing = probe(*meta, *agency, "--cleanup")
        only = ("--only delete_absent",)
        terminal.type("metapixel probe", options=[*spare, *only, "--profile p.yaml"])
        again = probe(*spare, *only, "--profile p.yaml", ok=False)
        probe(*spare, *only, "--profile p.yaml", "--force")

        assert f"run `{CLEANUP} --graph-url {sim.url} --credentials owner" in incomplete
        assert "Everything that Meta lists is restored." in cleaned
        assert "An access report of the owner lists what exists." in nothing
        assert "add --force to replace it" in again
        assert not sim.shares()
        assert not sim.open_requests()
        assert not (tmp_path / JOURNAL).exists()
