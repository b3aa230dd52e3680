"""The lines of the page about the access file: a new project, and the end of its management."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.engine.command_lines.test_first_share import OFFLINE
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

NEW = "pulumi new --yes $METAPIXEL/templates/access-file"


@follows(
    NEW,
    "pulumi config set metapixel:graphUrl {}",
    "pulumi preview",
    "pulumi up",
    "pulumi config set metapixel:today 2027-07-01",
    "pulumi config rm metapixel:today",
)
def test_the_template_gives_a_project_whose_access_a_file_declares(
    stack: Callable[..., Stack], sim: Simulator, checkout: Path, tmp_path: Path
) -> None:
    new = tmp_path / "access-to-pixels"
    new.mkdir()
    terminal = Terminal(new, stack().environment | OFFLINE | {"METAPIXEL": str(checkout)})

    terminal.type(NEW, METAPIXEL=str(checkout))
    files = {each.name for each in new.iterdir()}
    assert {"access.yaml", "requirements.txt", ".gitignore", "venv", "Pulumi.dev.yaml"} <= files
    terminal.type("pulumi config set metapixel:graphUrl {}", sim.url)
    terminal.type("pulumi preview")
    assert sim.requests == []
    terminal.type("pulumi up")
    assert set(sim.shares()) == {(PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT)}

    access = new / "access.yaml"
    report = "    reason: Monthly attribution report\n"
    access.write_text(access.read_text().replace(report, f'{report}    expires_on: "2027-06-30"\n'))
    terminal.type("pulumi config set metapixel:today 2027-07-01")
    ended = terminal.type("pulumi preview")
    assert "northlight to shop and app ended on 2027-06-30 and is no longer declared" in ended.text
    terminal.type("pulumi config rm metapixel:today")
    assert "metapixel:today" not in terminal.type("pulumi preview").text


@follows("pulumi stack --show-urns", "pulumi state delete URN --target-dependents", "pulumi up")
def test_a_grant_that_leaves_the_file_and_the_state_exists_at_meta(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(project=ROOT / "templates/access-file", config={"metapixel:today": "2026-11-26"})
    file = made.project / "access.yaml"
    grant = f"      shop: {{tasks: [ANALYZE], ad_accounts: [{NORTHLIGHT_ACCOUNT}]}}\n"
    file.write_text(file.read_text().replace("      shop: [ANALYZE]\n", grant))
    sets = "agency_credentials={'northlight': 'northlight'}"
    made.write(f"from pulumi_metapixel import *\ndeclare_access_file('access.yaml', {sets})\n")
    terminal = Terminal.of(made)
    terminal.type("pulumi up")

    file.write_text(file.read_text().replace(grant, ""))
    listed = terminal.type("pulumi stack --show-urns")
    (urn,) = {word for word in listed.output.split() if word.endswith("::northlight-shop")}
    terminal.type("pulumi state delete URN --target-dependents", URN=urn)
    terminal.type("pulumi up")

    assert (PIXEL, NORTHLIGHT) in sim.shares()
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    assert set(made.resources()) == {"northlight-app", "harbour-shop", "harbour-app"}
