"""A business whose writes another admin has to approve (switch `admin_approval`)."""

from __future__ import annotations

import pytest

from metapixel_simulator import Relationship
from tests.cli.probe.probing import ACCOUNT, AGENCY, OWNER, PIXEL, Probe


@pytest.mark.parametrize("related", [False, True])
@pytest.mark.parametrize("approval", ["grants", "always"])
def test_a_share_that_waits_for_an_admin_ends_the_probe_and_is_withdrawn(
    probe: Probe, approval: str, related: bool
) -> None:
    if related:
        probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(admin_approval=approval)

    result = probe.run()

    assert result.exit_code == 4, result.output
    assert "Another admin has to approve the writes of the probe" in result.stderr
    assert probe.sim.count("POST agencies") == 1
    assert probe.sim.approve() == 0
    assert not probe.profile.exists()
    again = probe.run("--cleanup")
    assert again.exit_code == 0, again.output
    assert "check in Business Settings that nothing is left for pixel 500" in again.stdout
    assert probe.is_restored()


def test_a_waiting_share_that_no_call_can_withdraw_is_removed_after_its_approval(
    probe: Probe,
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(admin_approval="grants", delete_while_pending="no_effect")

    result = probe.run()

    assert result.exit_code == 4
    assert "has to reject the waiting shares and permissions" in result.stderr
    assert probe.sim.approve() == 1
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


def test_a_refused_withdrawal_of_a_permission_does_not_prevent_the_end_of_a_waiting_share(
    probe: Probe,
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(admin_approval="grants")
    probe.sim.fault("DELETE shared_accounts", kind="graph_error", code=200, status=403, times=-1)

    result = probe.run()

    assert "Another admin has to approve the writes of the probe" in result.stderr
    assert probe.sim.approve() == 0
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


def test_access_whose_removal_waits_for_an_admin_is_named_until_the_admin_approves(
    probe: Probe,
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(admin_approval="removals")

    for result in (probe.run(), probe.run("--cleanup")):
        assert result.exit_code == 4, result.output
        assert "The permission of the ad account and the share may remain." in result.stderr
        assert set(probe.sim.sharing.approvals) == {
            (PIXEL, AGENCY),
            (PIXEL, AGENCY, ACCOUNT),
        }
    assert not probe.profile.exists()
    probe.sim.approve()
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


def test_the_plan_states_that_another_admin_may_have_to_answer(probe: Probe) -> None:
    assert "If another admin has to approve a write" in probe.run("--dry-run").stdout
