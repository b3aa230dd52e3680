"""The lines of docs/state.md: access moves to another stack of the same project."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL, PIXEL_2
from tests.support.programs import agency_access, program
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs/state.md").read_text()
EXPORT = "pulumi stack export --stack outdoor"
URNS = "pulumi stack --show-urns --stack outdoor"
PROTECT = "pulumi state protect SHARE PERMISSION --stack outdoor"
MOVE = "pulumi state move --source outdoor --dest running SHARE PERMISSION"
PREVIEWS = ("pulumi preview --stack running", "pulumi preview --stack outdoor")
UPS = ("pulumi up --stack running", "pulumi up --stack outdoor")
ACCESS = "metapixel access --business BUSINESS --stack outdoor --stack running"

PIXELS = {"shop": PIXEL, "app": PIXEL_2}
HEAD = f'version: 1\nowner: "{OWNER}"\npixels: {{shop: "{PIXEL}", app: "{PIXEL_2}"}}\nagencies:\n'
SHOP = f'      shop: {{tasks: [ADVERTISE], ad_accounts: ["{NORTHLIGHT_ACCOUNT}"]}}\n'
APP = "      app: {tasks: [ANALYZE]}\n"
AT_NORTHLIGHT = f'  northlight:\n    business: "{NORTHLIGHT}"\n    access:\n'
AT_HARBOUR = f'  harbour:\n    business: "{HARBOUR}"\n    access:\n' + APP


@follows(EXPORT, URNS, PROTECT, MOVE, *PREVIEWS, *UPS, ACCESS)
def test_access_moves_to_another_stack_without_a_call_to_meta(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    text, moved_from = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made = stack(text, name="outdoor")
    made.pulumi("stack", "init", "running", "--no-select")
    made.pulumi("config", "set", "metapixel:graphUrl", sim.url, "--stack", "running")
    terminal = Terminal.of(made)
    outdoor, running = made.project / "outdoor.yaml", made.project / "running.yaml"
    outdoor.write_text(HEAD + AT_NORTHLIGHT + SHOP + APP + AT_HARBOUR)
    running.write_text(HEAD.replace("agencies:", "agencies: {}"))
    for line in UPS:
        terminal.type(line)
    shares, permissions, requests = sim.shares(), sim.permissions(), sim.open_requests()
    sim.clear_requests()

    assert "pending_operations" not in terminal.type(EXPORT).printed
    urns = re.findall(r"URN: (\S+)", terminal.type(URNS).printed)
    one, account, agency = (
        next(f"'{urn}'" for urn in urns if urn.endswith(f"::{name}"))
        for name in ("northlight-shop", f"northlight-shop-{NORTHLIGHT_ACCOUNT}", "harbour")
    )
    terminal.type(PROTECT, SHARE=one, PERMISSION=account)
    outdoor.write_text(HEAD + AT_NORTHLIGHT + APP)
    running.write_text(HEAD + AT_NORTHLIGHT + SHOP + AT_HARBOUR)
    made.write(text.replace("sets)", "sets, " + "".join(moved_from.split()) + ")"))
    assert "cannot be deleted because it is protected" in terminal.type(UPS[1], ok=False).text
    terminal.type(MOVE, SHARE=one, PERMISSION=account)
    terminal.type(MOVE, SHARE=agency, PERMISSION="")
    for line in PREVIEWS:
        assert not re.search(r"(?m)^ [-+~].*:dynamic/metapixel:", terminal.type(line).printed)
    for line in UPS:
        terminal.type(line)
    made.write(text)
    for line in PREVIEWS:
        terminal.type(f"{line} --expect-no-changes")

    assert sim.requests == []
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == (shares, permissions, requests)

    assert "(declared-twice)" not in terminal.type(ACCESS, BUSINESS=OWNER).text
    rows = json.loads(terminal.type(f"{ACCESS} --json", BUSINESS=OWNER).printed)["rows"]
    by_stack = sorted((row["stack"], row["route"]) for row in rows)
    assert by_stack == [
        ("project/outdoor", "share"),
        ("project/running", "ad account"),
        ("project/running", "request"),
        ("project/running", "share"),
    ]


@pytest.mark.rest
@follows("--include-parents")
def test_the_parents_of_a_share_take_all_other_access_of_the_agency_along(
    stack: Callable[..., Stack],
) -> None:
    made = stack(program(agency_access("northlight", NORTHLIGHT, PIXELS)), name="outdoor")
    made.up()
    made.pulumi("stack", "init", "running", "--no-select")
    share = f"'{made.urn('northlight-shop')}'"

    moving = ["--include-parents"]
    Terminal.of(made).type(MOVE, options=moving, SHARE=share, PERMISSION="")

    assert made.resources() == {}
