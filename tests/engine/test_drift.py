"""What changes outside shows as what it is, and an outage never as gone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support import tracebacks
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2, PIXEL_3
from tests.support.programs import permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine


ESTATE = program(
    share("changed", PIXEL, NORTHLIGHT),
    share("removed", PIXEL_2, NORTHLIGHT),
    share("answered", PIXEL_3, HARBOUR),
    permission(
        "account",
        PIXEL,
        NORTHLIGHT,
        NORTHLIGHT_ACCOUNT,
        credentials="northlight",
        opts="depends_on=[changed]",
    ),
)


def change_everything(sim: Simulator) -> None:
    """What a person may do by hand in Business Settings."""
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.unshare(PIXEL_2, NORTHLIGHT)
    sim.answer(sim.open_requests()[0].id, "APPROVE")
    sim.withdraw(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)


def steps(preview: str) -> dict[str, str]:
    """By name: what a preview in JSON would do."""
    return {
        step["urn"].rsplit("::", 1)[1]: step["op"]
        for step in json.loads(preview[preview.index("{") :])["steps"]
    }


@follows("pulumi preview --refresh", "pulumi refresh", "pulumi up --refresh", "pulumi up")
@follows("pulumi up", after=["somebody may have removed it by hand"])
def test_drift_shows_in_a_refresh_and_up_puts_it_back(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(ESTATE)
    made.up()
    terminal = Terminal.of(made)
    change_everything(sim)

    # One command that writes no state: a person can look before deciding.
    ahead = steps(made.pulumi("preview", "--refresh", "--json").output)
    assert ahead["changed"] == "update"
    assert ahead["removed"] == ahead["account"] == "create"
    assert ahead["answered"] in ("refresh", "same")

    seen = terminal.type("pulumi preview --refresh")
    assert "somebody may have removed it by hand" in seen.text
    assert set(made.resources()) == {"changed", "removed", "answered", "account"}

    terminal.type("pulumi refresh")
    found = made.resources()
    assert set(found) == {"changed", "answered"}
    assert found["changed"]["granted_tasks"] == ["ANALYZE", "UPLOAD"]
    assert found["answered"]["status"] == "ACTIVE"
    shown = made.preview().output
    assert 'UPLOAD"' in shown
    assert "1 to update" in shown
    assert "2 to create" in shown

    terminal.type("pulumi up")
    analyze = frozenset({"ANALYZE"})
    pairs = ((PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT), (PIXEL_3, HARBOUR))
    assert sim.shares() == dict.fromkeys(pairs, analyze)
    sim.unshare(PIXEL_2, NORTHLIGHT)
    terminal.type("pulumi up --refresh")
    assert sim.shares() == dict.fromkeys(pairs, analyze)
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    made.preview("--refresh", "--expect-no-changes")


def test_an_outage_or_a_bad_token_is_an_error_and_leaves_state_as_it_is(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(ESTATE)
    made.up()
    before = made.resources()

    def refused(said: str) -> None:
        refresh = made.refresh(ok=False)
        assert said in refresh.output
        assert not tracebacks.is_shown(refresh.output)
        assert made.resources() == before
        sim.clear_faults()

    made.environment["META_ACCESS_TOKEN"] = "expired-token"
    refused("token")
    made.environment["META_ACCESS_TOKEN"] = "owner-token"

    sim.fault(kind="truncated", method="GET", times=-1)
    sim.fault("POST batch", kind="truncated", times=-1)
    refused("(metapixel:graphUrl) returned no usable answer")


def test_stale_reads_cause_no_difference_no_deletion_and_no_second_write(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.set(stale_reads=3)
    made = stack(ESTATE)

    made.up()
    made.refresh()
    made.expect_no_changes()
    assert {name: out["status"] for name, out in made.resources().items()} == {
        "changed": "ACTIVE",
        "removed": "ACTIVE",
        "answered": "PENDING",
        "account": "ACTIVE",
    }

    made.write(ESTATE.replace("'ANALYZE'", "'ANALYZE', 'ADVERTISE'"))
    made.up()
    made.refresh()
    assert made.resources()["changed"]["granted_tasks"] == ["ANALYZE", "ADVERTISE"]
    assert sim.count("POST agencies") == 6
    assert sim.count("POST shared_accounts") == 1
    assert sim.count(method="DELETE") == 0

    made.destroy()
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == ({}, set(), [])
    assert sim.count("DELETE agencies") == 3
