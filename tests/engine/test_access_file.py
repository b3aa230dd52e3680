"""An access file that a program of one line declares."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support import tracebacks
from tests.support.example import (
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
)
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine

EXAMPLE = ROOT / "templates/access-file"
LAST = "[ADVERTISE, ANALYZE]\n      app: [ANALYZE]\n"
TODAY = {"metapixel:today": "2026-11-26"}


class Project:
    """A stack of the example, whose access file a test edits."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.file = stack.project / "access.yaml"

    def edit(self, *changes: tuple[str, str]) -> None:
        """Replace texts of the access file."""
        text = self.file.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.file.write_text(text)

    def declare(self, arguments: str) -> None:
        """Pass further arguments to `declare_access_file`."""
        self.stack.write(
            "import pulumi\nfrom pulumi_metapixel import *\n"
            f"declare_access_file('access.yaml', {arguments})\n"
        )


@pytest.fixture
def example(stack: Callable[..., Stack]) -> Project:
    project = Project(stack(project=EXAMPLE, config=TODAY))
    project.edit(
        ("attribution report\n", 'attribution report\n    expires_on: "2027-06-30"\n'),
        ("Spring campaign\n", 'Spring campaign\n    expires_on: "2027-03-31"\n'),
        (LAST, LAST.replace("[ANALYZE]\n", '{tasks: [ANALYZE], expires_on: "2026-12-31"}\n')),
    )
    return project


def test_everything_in_the_file_is_declared_and_what_is_taken_out_is_removed(
    example: Project, sim: Simulator
) -> None:
    example.stack.up()
    analyze = frozenset({"ANALYZE"})
    assert sim.shares() == {(PIXEL, NORTHLIGHT): analyze, (PIXEL_2, NORTHLIGHT): analyze}
    (request,) = sim.open_requests()
    assert set(request.pixels) == {PIXEL, PIXEL_2}
    assert set(example.stack.resources()) == {
        "northlight-shop",
        "northlight-app",
        "harbour-shop",
        "harbour-app",
    }
    example.stack.expect_no_changes()

    example.edit(("      app: [ANALYZE]\n", ""))
    example.stack.up()
    assert set(sim.shares()) == {(PIXEL, NORTHLIGHT)}

    example.file.write_text(f'version: 1\nowner: "{OWNER}"\n')
    example.stack.up()
    assert (sim.shares(), sim.open_requests(), example.stack.resources()) == ({}, [], {})


def test_a_changed_resend_asks_again_and_retained_access_outlives_its_entry(
    example: Project, sim: Simulator
) -> None:
    example.declare("opts=pulumi.ResourceOptions(retain_on_delete=True)")
    example.stack.up()
    (declined,) = sim.open_requests()
    sim.answer(declined.id, "decline")
    example.stack.up("--refresh")
    assert sim.open_requests() == []

    contact = "    contact: marketing@acme.example\n"
    example.edit((contact, contact + '    resend: "2"\n'))
    example.stack.up()
    (again,) = sim.open_requests()
    assert set(again.pixels) == {PIXEL, PIXEL_2}
    before = sim.shares()

    example.file.write_text(f'version: 1\nowner: "{OWNER}"\n')
    example.stack.up()
    assert example.stack.resources() == {}
    assert (sim.shares(), len(sim.open_requests())) == (before, 1)


def test_a_file_whose_whole_access_has_ended_is_valid_and_ends_it(
    example: Project, sim: Simulator
) -> None:
    example.stack.up()

    example.stack.pulumi("config", "set", "metapixel:today", "2027-07-01")
    preview = example.stack.preview()
    example.stack.up()

    for ended in ("northlight to shop and app ended on 2027-06-30", "harbour to app ended on 2026"):
        assert f"access of {ended}" in preview.output
    assert (sim.shares(), sim.open_requests(), example.stack.resources()) == ({}, [], {})
    example.stack.expect_no_changes()


def test_a_clock_that_is_400_days_ahead_ends_nothing_and_an_edit_of_the_file_everything(
    example: Project, sim: Simulator
) -> None:
    accounts = f"{{tasks: [ANALYZE], ad_accounts: [{NORTHLIGHT_ACCOUNT}]}}"
    example.edit(("      shop: [ANALYZE]\n", f"      shop: {accounts}\n"))
    example.declare("agency_credentials={'northlight': 'northlight'}")
    example.stack.up()
    access = (sim.shares(), sim.permissions(), sim.open_requests())
    # As with a wrong clock, the program's date is 400 days ahead of the date of Meta's answers.
    sim.shift_date(days=-400)
    example.stack.pulumi("config", "set", "metapixel:today", "2028-01-01")

    ended = example.stack.up(ok=False)
    destroyed = example.stack.destroy(ok=False)

    assert "The request to withdraw ad account" in ended.output
    assert "400 days ahead of Meta's clock" in ended.output
    assert "set the clock, and run the command again" in destroyed.output
    assert sim.count(method="DELETE") == 0
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == access

    sim.shift_date()
    example.stack.pulumi("config", "set", "metapixel:today", TODAY["metapixel:today"])
    example.stack.expect_no_changes()

    # An agency that the program names loses its access by an edit of the file.
    example.file.write_text(f'version: 1\nowner: "{OWNER}"\n')
    removed = example.stack.up()
    assert "agency_credentials: there is no 'northlight'" in removed.output
    assert (sim.shares(), sim.permissions(), example.stack.resources()) == ({}, set(), {})


def test_labels_are_renamed_with_previously_and_without_a_call_to_meta(
    example: Project, sim: Simulator
) -> None:
    accounts = f"ad_accounts: [{NORTHLIGHT_ACCOUNT}]"
    example.edit(("      shop: [ANALYZE]\n", f"      shop: {{tasks: [ANALYZE], {accounts}}}\n"))
    example.declare("agency_credentials={'northlight': 'northlight'}")
    example.stack.up()
    sim.clear_requests()

    example.edit(
        ("shop:", "web:"),
        (f'web: "{PIXEL}"', f'web: {{id: "{PIXEL}", previously: [shop]}}'),
        ("northlight:", "north:\n    previously: [northlight]"),
    )
    preview = example.stack.preview()
    example.stack.up()

    assert "8 unchanged" in preview.output
    assert sim.requests == []
    assert set(example.stack.resources()) == {
        "north-web",
        f"north-web-{NORTHLIGHT_ACCOUNT}",
        "north-app",
        "harbour-web",
        "harbour-app",
    }


def test_resources_of_a_program_move_into_a_file_without_a_call_to_meta(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    given = {"reason": "Monthly attribution report"}
    moved = Project(stack(project=EXAMPLE, config=TODAY))
    moved.stack.write(
        program(
            share("report", PIXEL, NORTHLIGHT, **given),
            share("app-report", PIXEL_2, NORTHLIGHT, **given),
        )
    )
    moved.stack.up()
    sim.clear_requests()

    moved.file.write_text(moved.file.read_text().partition("  harbour:")[0])
    moved.declare("moved_from={'northlight-shop': 'report', 'northlight-app': 'app-report'}")
    moved.stack.up()

    assert sim.requests == []
    assert set(moved.stack.resources()) == {"northlight-shop", "northlight-app"}


def test_every_mistake_in_the_file_ends_the_preview_with_its_place(
    example: Project, sim: Simulator
) -> None:
    example.edit(("[ADVERTISE, ANALYZE]", "[ADVERTISE, ANALYSE]"), ("2026-12-31", "2026-12-32"))

    refused = example.stack.preview(ok=False)

    assert "access.yaml:25:25: 'ANALYSE' is not a task" in refused.output
    assert "access.yaml:26:43: '2026-12-32' is not a date" in refused.output
    assert not tracebacks.is_shown(refused.output)
    assert sim.requests == []
