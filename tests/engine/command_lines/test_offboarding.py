"""The lines of the page about an agency that leaves, at the simulator and with a real stack."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import requests

from metapixel_simulator import Assignment, Simulator
from tests.cli.offboarding.offboarded import PROFILE
from tests.engine.command_lines.test_simulator import serving
from tests.support.command_lines import in_shell
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

OF = f"metapixel offboarding --business {OWNER} --agency {NORTHLIGHT}"
HERE = f"{OF} --graph-url http://127.0.0.1:8765"
BEFORE, AFTER = f"{HERE} --output before.json", f"{HERE} --before before.json --output after.json"
FIRST = (
    "metapixel offboarding --business OWNER --agency AGENCY --domain DOMAIN --stack STACK "
    "--output before.json"
)
AGAIN = (
    "metapixel offboarding --business OWNER --agency AGENCY --domain DOMAIN --stack STACK "
    "--before before.json --output after.json"
)
ENDED = "metapixel offboarding --access-file access.yaml --ended --stack STACK"
SCHEMA = "metapixel offboarding --schema"
PAGE = (ROOT / "docs/offboarding.md").read_text()


@follows(BEFORE, AFTER)
def test_the_verdict_changes_at_the_simulator_as_the_page_says(tmp_path: Path) -> None:
    section = PAGE.partition("To try it, ")[2].partition("\n## ")[0]
    lines = list(in_shell("\n".join(re.findall(r"(?m)^    (.*)", section))))
    assert lines == [BEFORE, AFTER]
    terminal = Terminal(tmp_path, {"META_ACCESS_TOKEN": "owner-token"})

    with serving("metapixel simulator", tmp_path) as url:
        shares, given = f"{url}/_control/shares", {"pixel": PIXEL, "agency": NORTHLIGHT}
        requests.post(shares, json={**given, "permitted_tasks": ["ANALYZE"]}).raise_for_status()
        first = terminal.type(BEFORE, at=url, ok=False)
        requests.delete(shares, json=given).raise_for_status()
        again = terminal.type(AFTER, at=url, ok=False)

    assert (first.code, again.code) == (3, 4)
    assert f"({NORTHLIGHT}) may ANALYZE pixel Acme web shop ({PIXEL})." in first.text
    assert "Meta still lists it as a partner" in again.text


@follows(FIRST, AGAIN, ENDED, SCHEMA, "metapixel offboarding")
@follows("--profile", "--before", "--commit", "--run-url", "--force", "--domain", "--output")
@follows("--access-file", "--business", "--agency", "--stack", "--ended")
@follows("pulumi up", after=["remove {}, and run `pulumi up`"])
def test_an_agency_is_out_after_the_stack_has_removed_its_share(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("former", PIXEL, NORTHLIGHT)))
    made.up()
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.world.add(Assignment(PIXEL, "122200000000001", ("ANALYZE",)))
    sim.set(former_partner="omitted")
    sim.world.users["122100000000002"].email = "erin@acme.example"
    terminal = Terminal.of(made)
    first = terminal.type(
        FIRST, ok=False, OWNER=OWNER, AGENCY=NORTHLIGHT, DOMAIN="agency.example", STACK="test"
    )
    assert "End: remove 'former' from stack project/test, and run `pulumi up`, by" in first.text
    sim.world.assignments.clear()
    made.write(program())
    terminal.type("pulumi up", options=["--yes", "--skip-preview"])
    again = terminal.type(
        AGAIN, OWNER=OWNER, AGENCY=NORTHLIGHT, DOMAIN="agency.example", STACK="test"
    )
    schema = json.loads(terminal.type(SCHEMA).printed)
    (made.project / "access.yaml").write_text(
        f'version: 1\nowner: "{OWNER}"\npixels: {{web: "{PIXEL}"}}\nagencies:\n  former:\n'
        f'    {{business: "{NORTHLIGHT}", contact: c, reason: r, expires_on: 2026-01-31, '
        f"access: {{web: [ANALYZE]}}}}\n"
    )
    (made.project / "profile.yaml").write_text(PROFILE)
    ended = terminal.type(ENDED, ok=False, STACK="test")
    in_file = ["--access-file access.yaml", "--stack test", "--profile profile.yaml"]
    proved = terminal.type("metapixel offboarding", options=[*in_file, "--ended"])
    options = [f"--business {OWNER}", f"--agency {NORTHLIGHT}", "--domain agency.example"]
    files = ["--before before.json", "--output after.json", "--force"]
    origin = ["--commit abc", "--run-url https://ci.example/1"]
    named = terminal.type("metapixel offboarding", options=[*options, *in_file, *files, *origin])

    assert again.text.startswith("OUT of 3 pixels and 1 ad account of Acme Outdoor")
    assert (ended.code, proved.code, named.code) == (4, 0, 0)
    assert "nothing proves that this token sees ad accounts and users of other" in ended.text
    for name in ("before.json", "after.json"):
        jsonschema.validate(json.loads((made.project / name).read_text()), schema)
