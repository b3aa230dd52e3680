"""The lines of docs/policy.md."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.engine.command_lines.test_first_share import OFFLINE
from tests.support import packs
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import permission, program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

WITH_PACK = "--policy-pack policy --policy-pack-config policy-config.json"
PREVIEW = f"pulumi preview {WITH_PACK}"
UP = f"pulumi up {WITH_PACK}"
ANALYZE = f"pulumi policy analyze {WITH_PACK}"
NEW = "pulumi policy new $METAPIXEL/policy/template --dir our-policy"
OWN_PREVIEW = "pulumi preview --policy-pack our-policy"
PUBLISH = "pulumi policy publish ORGANIZATION"
CHECK_FILE = "python -m metapixel_policy policy-config.json"
FROM_ELSEWHERE = "--policy-pack PATH/TO/CHECKOUT/policy"


def a_share(*tasks: str, days: int = 30) -> str:
    last = datetime.now(UTC).date() + timedelta(days=days)
    told = {"expires_on": last.isoformat(), "reason": "report"}
    return program(share("one", PIXEL, NORTHLIGHT, *tasks, **told))


BLOCKS_EDIT, CONFIG = re.findall(
    r"```json\n(.*?)```", (ROOT / "docs/policy.md").read_text(), re.DOTALL
)


@pytest.fixture
def made(stack: Callable[..., Stack]) -> Stack:
    """A project at the root of a checkout, with the configuration that the page has."""
    made = stack(a_share())
    packs.pack(made.project / "policy")
    (made.project / "policy-config.json").write_text(CONFIG)
    return made


@follows(PREVIEW, UP)
def test_the_pack_blocks_a_violation_in_preview_and_up_and_lets_a_compliant_share_pass(
    made: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(made)
    made.write(a_share("EDIT"))
    for line in (PREVIEW, UP):
        assert "The agency would have EDIT" in terminal.type(line, ok=False).text
    assert sim.shares() == {}

    made.write(a_share("ANALYZE"))
    terminal.type(UP)
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


#: The rules that the file of the example for GitHub makes mandatory, and that the share violates.
MANDATORY = {
    "edit-expires-soon",
    "no-edit",
    "overwrite-states-reason",
    "share-expires",
    "share-has-reason",
}


@follows("pulumi preview --policy-pack policy", "pulumi preview", FROM_ELSEWHERE)
def test_every_rule_advises_without_a_file_and_a_file_makes_some_mandatory(
    made: Stack, checkout: Path
) -> None:
    terminal = Terminal.of(made)
    made.write(
        program(share("one", PIXEL, NORTHLIGHT, "ADVERTISE", "EDIT", on_existing="overwrite"))
    )
    place = {"PATH/TO/CHECKOUT": str(checkout)}
    example = ROOT / "examples/github-actions/policy-config.json"

    advised = terminal.type("pulumi preview --policy-pack policy")
    elsewhere = terminal.type("pulumi preview", options=[FROM_ELSEWHERE], ok=True, **place)
    (made.project / "policy-config.json").write_text(BLOCKS_EDIT)
    short = terminal.type(PREVIEW, ok=False)
    (made.project / "policy-config.json").write_text(example.read_text())
    blocked = terminal.type(PREVIEW, ok=False)

    for name in {*MANDATORY, "advertise-with-ad-account"}:
        for run in (advised, elsewhere):
            assert "[advisory]" in run.lines_with(f"  {name}  ")[0]
        level = "[mandatory]" if name in MANDATORY else "[advisory]"
        assert level in blocked.lines_with(f"  {name}  ")[0]
    assert "[mandatory] [severity: critical] no-edit" in short.text
    assert short.text.count("[mandatory]") == 1


@follows("pulumi up --skip-preview")
def test_without_its_preview_up_reports_a_rule_about_the_whole_stack_after_the_grant(
    made: Stack, sim: Simulator
) -> None:
    made.write(a_share("ADVERTISE"))
    (made.project / "mandatory.json").write_text('{"all": "mandatory"}')
    arguments = ["--policy-pack", "policy", "--policy-pack-config", "mandatory.json"]

    failed = Terminal.of(made).type("pulumi up --skip-preview", more=arguments, ok=False)

    assert "The share permits ADVERTISE, but this stack permits none" in failed.text
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ADVERTISE"})}


@follows("--target", "--exclude")
def test_a_run_of_a_part_reports_nothing_about_new_resources_that_it_leaves_out(
    made: Stack,
) -> None:
    account = permission("ads", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, credentials="northlight")
    made.write(a_share("ADVERTISE") + share("two", PIXEL, HARBOUR, "EDIT") + f"\n{account}\n")
    of_type = "urn:pulumi:test::project::pulumi-python:dynamic/metapixel"
    only_one = f"--target {of_type}:PixelAgencyShare::one"
    without = f"--exclude {of_type}:PixelAgencyShare::two"
    terminal = Terminal.of(made)

    whole = terminal.type("pulumi preview --policy-pack policy")
    parts = [
        terminal.type("pulumi preview --policy-pack policy", options=[option])
        for option in (only_one, without)
    ]

    assert "no-edit" in whole.text
    for part in parts:
        assert " unchanged" in part.text, "no resource was left out"
        assert "[advisory]" not in part.text


@follows(ANALYZE)
def test_a_share_that_has_ended_is_found_without_program_token_or_change(
    made: Stack, sim: Simulator
) -> None:
    made.write(a_share(days=-1))
    made.up()
    made.write("raise SystemExit('the program ran')\n")
    terminal = Terminal.of(made)
    del terminal.environment["META_ACCESS_TOKEN"]
    sim.clear_requests()

    failed = terminal.type(ANALYZE, ok=False)

    assert "The share is past its last day" in failed.text
    assert sim.requests == []


@follows(NEW, OWN_PREVIEW, PUBLISH)
def test_a_pack_made_from_the_template_runs_in_its_own_environment(
    made: Stack, checkout: Path
) -> None:
    made.write(a_share("EDIT"))
    terminal = Terminal.of(made)
    terminal.environment |= OFFLINE | {
        "METAPIXEL": str(checkout),
        "PIP_IGNORE_INSTALLED": "1",
        "PULUMI_PYTHON_CMD": sys.executable,
    }

    terminal.type(NEW, METAPIXEL=str(checkout))
    advised = terminal.type(OWN_PREVIEW)

    pack = made.project / "our-policy"
    assert list(pack.glob("venv/lib/python*/site-packages/metapixel_policy/rules.py"))
    assert "[advisory] [severity: critical] no-edit" in advised.text
    terminal.folder = pack
    refused = terminal.type(PUBLISH, ORGANIZATION="acme", ok=False)
    assert "this command requires the Pulumi Cloud backend" in refused.text


@follows(CHECK_FILE, "python -m metapixel_policy FILE")
def test_the_file_is_checked_where_the_program_is(made: Stack) -> None:
    terminal = Terminal.of(made)
    file = made.project / "policy-config.json"

    fine = terminal.type(CHECK_FILE)
    assert "pixels-never-shared" in fine.printed, "a rule that does not apply is not listed"

    file.write_text(file.read_text().replace("approved-agencies", "approved-agency"))
    misspelt = terminal.type(CHECK_FILE, ok=False)
    assert terminal.type("python -m metapixel_policy FILE", FILE=file.name, ok=False) == misspelt
    (shown,) = re.findall(
        r"\$ python -m metapixel_policy policy-config.json\n *(.*)",
        (ROOT / "docs/policy.md").read_text(),
    )
    assert shown in misspelt.output
