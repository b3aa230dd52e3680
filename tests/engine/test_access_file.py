"""An access file that a program of one line declares."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.programs import share
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine

TODAY = "2026-11-26"
ACCOUNT = f"{{tasks: [ANALYZE], ad_accounts: [{NORTHLIGHT_ACCOUNT}]}}"


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

    def declare(self, arguments: str, before: str = "") -> None:
        """Pass further arguments to `declare_access_file`."""
        self.stack.write(
            f"import pulumi\nfrom pulumi_metapixel import *\n{before}\n"
            f"declare_access_file('access.yaml', {arguments})\n"
        )

    def remove_everything(self) -> None:
        self.file.write_text(f'version: 1\nowner: "{OWNER}"\n')


@pytest.fixture
def project(stack: Callable[..., Stack]) -> Project:
    return Project(stack)


def test_access_is_declared_renamed_kept_by_a_wrong_clock_and_removed(
    project: Project, sim: Simulator
) -> None:
    made = project.stack
    project.edit(
        ("      shop: [ANALYZE]\n", f"      shop: {ACCOUNT}\n"),
        ("    reason: Spring", "    resend: second\n    reason: Spring"),
    )
    project.declare("agency_credentials={'northlight': 'northlight'}")
    made.up()
    assert made.resources()["harbour-app"]["resend"] == "second"
    analyze = frozenset({"ANALYZE"})
    assert sim.shares() == {(PIXEL, NORTHLIGHT): analyze, (PIXEL_2, NORTHLIGHT): analyze}
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
    project.declare("agency_credentials={'north': 'northlight'}")
    made.up()
    assert sim.requests == []
    assert set(made.resources()) == {
        *("north-web", f"north-web-{NORTHLIGHT_ACCOUNT}", "north-app"),
        *("harbour-web", "harbour-app"),
    }

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
    project.remove_everything()
    assert "`agency_credentials`: there is no 'north'" in made.up().output
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == ({}, set(), [])
    assert made.resources() == {}


def test_the_options_of_a_file_apply_to_every_resource(project: Project, sim: Simulator) -> None:
    made = project.stack
    project.edit(("      shop: [ANALYZE]\n", f"      shop: {ACCOUNT}\n"))
    sets = "agency_credentials={'northlight': 'northlight'}"
    kept = "pulumi.ResourceOptions(depends_on=[other], protect=True, retain_on_delete=True)"
    project.declare(f"{sets}, opts={kept}", share("other", PIXEL_3, NORTHLIGHT))
    made.up()
    access = (sim.shares(), sim.permissions())

    recorded = json.loads(made.export())["deployment"]["resources"]
    other = made.urn("other")
    resources = [each for each in recorded if each["urn"] in {*made.urns().values()} - {other}]
    assert len(resources) == 5
    for each in resources:
        assert each["protect"]
        assert each["retainOnDelete"]
        assert other in each["dependencies"]

    project.remove_everything()
    assert "protected" in made.preview(ok=False).output
    made.pulumi("state", "unprotect", "--all", "--yes")
    made.up()
    assert set(made.resources()) == {"other"}
    assert (sim.shares(), sim.permissions()) == access
