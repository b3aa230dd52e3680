"""The policy pack on the real engine: the lines of docs/policy.md, and what blocks which run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metapixel_simulator import Simulator
from tests.engine.command_lines.test_first_share import OFFLINE
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support import packs
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import Code, agency_access, permission, program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

WITH_PACK = "--policy-pack policy --policy-pack-config policy-config.json"
PREVIEW = f"pulumi preview {WITH_PACK}"
UP = f"pulumi up {WITH_PACK}"
ADVISES = "pulumi preview --policy-pack policy"
ANALYZE = f"pulumi policy analyze {WITH_PACK}"
NEW = "pulumi policy new $METAPIXEL/policy/template --dir our-policy"
OWN_PREVIEW = "pulumi preview --policy-pack our-policy"
PUBLISH = "pulumi policy publish ORGANIZATION"
CHECK_FILE = "python -m metapixel_policy policy-config.json"
FROM_ELSEWHERE = "--policy-pack PATH/TO/CHECKOUT/policy"

PAGE = (ROOT / "docs/policy.md").read_text()
BLOCKS_EDIT, CONFIG = (json.loads(each) for each in re.findall(r"(?s)```json\n(.*?)```", PAGE))
(VIOLATION,) = re.findall(r"(?s)```text\n(.*?)```", PAGE)
(OWN_PACK,) = re.findall(r"(?s)```python\n(.*?)```", PAGE)
ACCOUNT = permission("ads", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, credentials="northlight")


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def a_share(*tasks: str, name: str = "one", agency: str | Code = NORTHLIGHT, **changes: Any) -> str:
    """A compliant share named `NAME-web`, with changes."""
    given = {"expires_on": day(30), "reason": "report"} | changes
    return agency_access(name, agency, {"web": PIXEL}, *tasks, **given)


@pytest.fixture
def make(stack: Callable[..., Stack]) -> Callable[..., Stack]:
    """Makes a project at the root of a checkout, with a pack and its configuration."""

    def with_pack(
        *statements: str, config: object = CONFIG, main: str = "", native: bool = False
    ) -> Stack:
        made = stack(program(*statements), native=native)
        packs.pack(made.project / "policy", main)
        configure(made, config)
        return made

    return with_pack


@pytest.fixture
def made(make: Callable[..., Stack]) -> Stack:
    """A project with a compliant share, and with the configuration that the page has."""
    return make(a_share())


def configure(made: Stack, config: object) -> None:
    (made.project / "policy-config.json").write_text(json.dumps(config))


@follows(PREVIEW, UP)
def test_the_pack_blocks_a_violation_in_preview_and_up_and_lets_a_compliant_share_pass(
    made: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(made)
    made.write(program(a_share("EDIT")))
    for line in (PREVIEW, UP):
        assert "The agency would have EDIT" in terminal.type(line, ok=False).text
    assert sim.shares() == {}

    made.write(program(a_share("ANALYZE")))
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


@follows(ADVISES, "pulumi preview", FROM_ELSEWHERE)
def test_every_rule_advises_without_a_file_and_a_file_makes_some_mandatory(
    made: Stack, checkout: Path
) -> None:
    terminal = Terminal.of(made)
    made.write(
        program(share("one", PIXEL, NORTHLIGHT, "ADVERTISE", "EDIT", on_existing="overwrite"))
    )
    place = {"PATH/TO/CHECKOUT": str(checkout)}
    example = (ROOT / "examples/github-actions/policy-config.json").read_text()

    advised = terminal.type(ADVISES)
    elsewhere = terminal.type("pulumi preview", options=[FROM_ELSEWHERE], ok=True, **place)
    configure(made, BLOCKS_EDIT)
    short = terminal.type(PREVIEW, ok=False)
    configure(made, json.loads(example))
    blocked = terminal.type(PREVIEW, ok=False)

    for name in {*MANDATORY, "advertise-with-ad-account"}:
        for run in (advised, elsewhere):
            assert "[advisory]" in run.lines_with(f"  {name}  ")[0]
        level = "[mandatory]" if name in MANDATORY else "[advisory]"
        assert level in blocked.lines_with(f"  {name}  ")[0]
    assert "[mandatory] [severity: critical] no-edit" in short.text
    assert short.text.count("[mandatory]") == 1
    assert " ".join(VIOLATION.replace("spring-campaign", "one").split()) in short.text


@follows("--skip-preview")
def test_without_its_preview_up_reports_a_rule_about_the_whole_stack_after_the_grant(
    made: Stack, sim: Simulator
) -> None:
    made.write(program(a_share("ADVERTISE")))
    configure(made, {"all": "mandatory"})

    failed = Terminal.of(made).type(UP, options=["--skip-preview"], ok=False)

    assert "The share permits ADVERTISE, but this stack permits none" in failed.text
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ADVERTISE"})}


@follows(ANALYZE)
def test_a_share_that_has_ended_is_found_without_program_token_or_change(
    made: Stack, sim: Simulator
) -> None:
    made.write(program(a_share(expires_on=day(-1))))
    made.configure("metapixel:today", day(-1))
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
    made.write(program(a_share("EDIT")))
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
        PAGE,
    )
    assert shown in misspelt.output


@WITH_BOTH_ADAPTERS
def test_the_agency_too_many_is_stopped_without_a_preview(
    native: bool, make: Callable[..., Stack], sim: Simulator
) -> None:
    config = {"all": "mandatory", "max-agencies-per-pixel": {"max_agencies": 1}}
    made = make(a_share(), a_share(name="other", agency=HARBOUR), config=config, native=native)

    run = made.up(*WITH_PACK.split(), ok=False)

    assert run.lines_with("The pixel would have more agencies than its limit of 1. ")
    assert len(sim.shares()) + len(sim.open_requests()) <= 1


def test_a_team_builds_a_pack_of_its_own_as_the_documentation_describes(
    make: Callable[..., Stack],
) -> None:
    made = make(a_share("ADVERTISE", "EDIT", reason=None), main=OWN_PACK)

    run = Terminal.of(made).type(ADVISES, ok=False)

    assert "[mandatory]" in run.lines_with("  no-edit  ")[0]
    assert "[advisory]" in run.lines_with("  advertise-with-ad-account  ")[0]
    assert not run.lines_with("approved-agencies")
    assert not run.lines_with("share-has-reason")
