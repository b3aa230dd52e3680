"""A Meta that ends a relationship with the last share (switch `last_share`)."""

from __future__ import annotations

import pytest

from metapixel_simulator import Relationship
from tests.cli.probe.probing import ACCOUNT, AGENCY, OWNER, PIXEL, Probe
from tests.cli.probe.test_refusals import writes


@pytest.mark.parametrize("pending_in_agencies", ["absent", "present"])
def test_a_permission_that_outlives_its_share_and_the_relationship_is_withdrawn(
    probe: Probe, pending_in_agencies: str
) -> None:
    probe.sim.set(
        last_share="ends_relationship",
        unshare_drops_permissions=False,
        pending_in_agencies=pending_in_agencies,
    )

    result = probe.run()

    assert result.exit_code == 0, result.output
    assert probe.wrong() == {}
    assert probe.is_restored()


def test_a_cleanup_withdraws_a_permission_while_a_request_is_open(probe: Probe) -> None:
    probe.sim.set(
        last_share="ends_relationship",
        unshare_drops_permissions=False,
        pending_in_agencies="present",
    )
    probe.sim.fault(None, kind="reset", after_n=40, times=-1)
    probe.run()
    probe.sim.clear_faults()
    assert probe.journal.exists()
    probe.sim.permit(PIXEL, AGENCY, ACCOUNT)
    probe.sim.sharing.share(PIXEL, AGENCY, ("ANALYZE",))

    result = probe.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert probe.is_restored()


def test_the_owners_token_alone_opens_no_request_after_the_relationship_has_ended(
    probe: Probe,
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(last_share="ends_relationship", delete_while_pending="no_effect")

    result = probe.run(both=False)

    assert result.exit_code == 3, result.output
    assert "POST agencies" in writes(probe)
    assert probe.sim.world.requests == {}
    assert probe.wrong() == {}
    assert probe.is_restored()


def test_the_plan_states_that_a_relationship_can_end(probe: Probe) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))

    result = probe.run("--dry-run")

    assert "If Meta ends a relationship with the last share" in result.stdout
    assert writes(probe) == []
