"""The page about the access file: a new project, and its access until it is removed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.engine.command_lines.test_first_share import OFFLINE
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
    PIXELS,
)
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs/access-file.md").read_text()
TODAY = "2026-11-26"
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


SECTION = (ROOT / "docs/tokens.md").read_text().partition("### In an access file\n")[2]
EXAMPLE, ACCOUNTS = (re.findall(r"(?s)```yaml\n(.*?)```", each)[0] for each in (PAGE, SECTION))
OF_FILE, WITH_AGENCY = (re.findall(r"(?s)```python\n(.*?)```", each)[0] for each in (PAGE, SECTION))


def test_the_examples_of_the_pages_work_as_written_and_a_missing_token_is_announced(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(OF_FILE, environment={"META_ACCESS_TOKEN_AGENCY": "northlight-token"})
    file = made.project / "access.yaml"
    file.write_text(EXAMPLE)
    assert "agency_credentials" not in made.preview().output
    made.up()
    assert {*sim.shares()} == {(PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT)}
    assert [request.agency for request in sim.open_requests()] == [HARBOUR]

    file.write_text(
        EXAMPLE.replace("    access:\n      shop: [", f"{ACCOUNTS}    access:\n      shop: [")
    )
    assert made.preview().lines_with("permits ad accounts without `agency_credentials`")
    assert "in AgencyAccess and access files: agency_credentials" in made.up(ok=False).output
    assert sim.permissions() == set()

    made.write(WITH_AGENCY)
    assert "agency_credentials" not in made.preview().output
    made.up()
    assert sim.permissions() == {
        (pixel, NORTHLIGHT, NORTHLIGHT_ACCOUNT) for pixel in (PIXEL, PIXEL_2)
    }


class Project:
    """A stack of the template, whose access file a test edits."""

    def __init__(self, stack: Callable[..., Stack]) -> None:
        project = ROOT / "templates/access-file"
        self.stack = stack(project=project, config={"metapixel:today": TODAY})
        self.file = self.stack.project / "access.yaml"

    def edit(self, *changes: tuple[str, str]) -> None:
        """Replace texts of the access file."""
        text = self.file.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.file.write_text(text)

    def declare(self, arguments: str) -> None:
        """Pass further arguments to `declare_access_file`."""
        other = share("other", PIXEL_3, NORTHLIGHT)
        self.stack.write(program(other, f"declare_access_file('access.yaml', {arguments})"))


@follows("pulumi stack --show-urns", "pulumi state delete URN --target-dependents", "pulumi up")
def test_access_is_declared_with_options_renamed_kept_by_a_wrong_clock_and_removed(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    project = Project(stack)
    made, terminal = project.stack, Terminal.of(project.stack)
    grant = f"      shop: {{tasks: [ANALYZE], ad_accounts: [{NORTHLIGHT_ACCOUNT}]}}\n"
    project.edit(
        ("      shop: [ANALYZE]\n", grant),
        ("    reason: Spring", "    resend: second\n    reason: Spring"),
    )
    kept = "pulumi.ResourceOptions(depends_on=[other], protect=True, retain_on_delete=True)"
    project.declare(f"agency_credentials={{'northlight': 'northlight'}}, opts={kept}")
    made.up()
    assert made.resources()["harbour-app"]["resend"] == "second"
    other = made.urn("other")
    recorded = json.loads(made.export())["deployment"]["resources"]
    of_file = [each for each in recorded if each["urn"] in {*made.urns().values()} - {other}]
    assert len(of_file) == 5
    assert all(each["protect"] and each["retainOnDelete"] for each in of_file)
    assert all(other in each["dependencies"] for each in of_file)
    shared = [(pixel, NORTHLIGHT) for pixel in PIXELS]
    assert sim.shares() == dict.fromkeys(shared, frozenset({"ANALYZE"}))
    (request,) = sim.open_requests()
    assert (request.agency, {*request.pixels}) == (HARBOUR, {PIXEL, PIXEL_2})
    access = (sim.shares(), sim.permissions(), sim.open_requests())
    sim.clear_requests()

    project.edit(
        ("shop:", "web:"),
        (f'web: "{PIXEL}"', f'web: {{id: "{PIXEL}", previously: [shop]}}'),
        ("northlight:", "north:\n    previously: [northlight]"),
        ("attribution report\n", 'attribution report\n    expires_on: "2027-06-30"\n'),
    )
    project.declare("agency_credentials={'northlight': 'northlight'}")
    assert "there is no 'northlight'" not in made.up().output
    assert sim.requests == []
    assert set(made.resources()) == {
        *("other", "north-web", f"north-web-{NORTHLIGHT_ACCOUNT}", "north-app"),
        *("harbour-web", "harbour-app"),
    }
    account = made.resources()[f"north-web-{NORTHLIGHT_ACCOUNT}"]
    assert account["credentials"] == "northlight"

    # As with a wrong clock, the program's date is 400 days ahead of the date of Meta's answers.
    sim.shift_date(days=-400)
    made.configure("metapixel:today", "2028-01-01")
    ended = made.up(ok=False)
    assert "The request to withdraw ad account" in ended.output
    assert "400 days ahead of Meta's clock" in ended.output
    assert "set the clock, and run the command again" in made.destroy(ok=False).output
    assert sim.count(method="DELETE") == 0
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == access

    sim.shift_date()
    made.configure("metapixel:today", TODAY)
    made.expect_no_changes()

    project.edit((grant.replace("shop", "web"), ""))
    listed = terminal.type("pulumi stack --show-urns")
    (urn,) = {word for word in listed.output.split() if word.endswith("::north-web")}
    terminal.type("pulumi state delete URN --target-dependents", URN=urn)
    terminal.type("pulumi up")
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == access
    assert set(made.resources()) == {"other", "north-app", "harbour-web", "harbour-app"}

    project.file.write_text(f'version: 1\nowner: "{OWNER}"\n')
    assert "`agency_credentials`: there is no 'northlight'" in made.up().output
    assert {*sim.shares()} == {(PIXEL, NORTHLIGHT), (PIXEL_3, NORTHLIGHT)}
    assert (sim.permissions(), sim.open_requests()) == (access[1], [])
    assert set(made.resources()) == {"other"}
