"""A probe that is interrupted, held up or cut off from Meta, and the cleanup after it."""

from __future__ import annotations

import os
import signal

import pytest

from metapixel_simulator import Relationship, Simulator
from tests.cli.probe.probing import ACCOUNT, AGENCY, CHECK, OWNER, PIXEL, Probe, spare_pixel, writes


@pytest.fixture
def cut_off(probe: Probe) -> Probe:
    """A probe whose connection to Meta was cut, so that the pixel is not restored."""
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    assert probe.run().exit_code == 4
    probe.sim.clear_faults()
    return probe


@pytest.mark.parametrize(
    ("number", "write", "options"),
    [
        (signal.SIGINT, 2, []),
        (signal.SIGTERM, 20, []),
        (signal.SIGINT, 3, ["--only", "acts"]),
        (signal.SIGTERM, 7, ["--only", "acts"]),
    ],
)
def test_an_interrupted_probe_restores_everything_and_reports_the_relationship(
    probe: Probe, number: signal.Signals, write: int, options: list[str]
) -> None:
    probe.at(write, lambda: os.kill(os.getpid(), number), phase="after")

    result = probe.run(*options)

    assert result.exit_code == 130, result.output
    assert result.stderr.startswith("Interrupted; the pixel is being restored. Another Ctrl-C")
    assert "Meta lists no share, permission or open request for pixel 500" in result.stderr
    assert not probe.profile.exists()
    assert probe.is_restored()
    is_related = (OWNER, AGENCY) in probe.sim.world.relationships
    assert is_related == (write in (7, 20))
    assert ("Agency 200 now works with business 100" in result.stderr) == is_related


def test_after_an_outage_both_commands_name_the_command_that_cleans_up(probe: Probe) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    first = probe.run()
    probe.sim.clear_faults()

    second = probe.run()

    line = (
        f"run `metapixel probe --cleanup --graph-url {probe.sim.url} --agency-credentials agency "
        f"--journal {probe.journal}`"
    )
    assert line in first.stderr
    assert f"belongs to an incomplete probe at {probe.sim.url}; {line}" in second.stderr
    assert not probe.profile.exists()


def test_a_cleanup_reports_its_rounds_and_lists_what_it_keeps_and_cannot_confirm(
    cut_off: Probe,
) -> None:
    cut_off.sim.share(PIXEL, "300", ["ANALYZE"])
    cut_off.sim.permit(PIXEL, AGENCY, "601")

    result = cut_off.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert "to the agency, even if the request is for another pixel" in result.stdout
    first, second, *_ = result.stderr.splitlines()
    assert first == "Restoring the pixel: round 1 of at most 5."
    assert second.startswith("Restoring the pixel: round 2 of at most 5, because")
    assert CHECK in result.stdout
    assert "The pixel also has the share with business 300, which" in result.stdout
    assert "The pixel also has the permission of ad account 601, which" in result.stdout
    assert cut_off.sim.shares().keys() == {(PIXEL, "300")}
    assert not cut_off.journal.exists()


def test_a_cleanup_without_its_journal_lists_and_removes_nothing(cut_off: Probe) -> None:
    cut_off.journal.unlink()
    cut_off.sim.share(PIXEL, AGENCY, ["ANALYZE"])
    cut_off.sim.permit(PIXEL, AGENCY, ACCOUNT)
    cut_off.sim.clear_requests()

    result = cut_off.run("--cleanup")

    assert result.exit_code == 4, result.output
    assert "nothing is removed.\nFor pixel 500, Meta lists:" in result.stdout
    assert "  - the share with business 200\n  - the permission of ad account 600" in result.stdout
    assert writes(cut_off) == []


@pytest.mark.parametrize("refused", [["GET initiated_sharing_agreements"], []])
def test_requests_that_meta_does_not_list_are_named_and_do_not_hold_up_the_cleanup(
    cut_off: Probe, refused: list[str]
) -> None:
    for endpoint in (*refused, "GET received_sharing_agreements"):
        cut_off.sim.fault(endpoint, kind="graph_error", code=200, status=403, times=-1)

    result = cut_off.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert ("It is not confirmed that no request is open" in result.stdout) == bool(refused)
    assert not cut_off.journal.exists()


def test_a_journal_of_a_probe_at_another_address_is_refused_and_kept(cut_off: Probe) -> None:
    with Simulator(spare_pixel()) as other:
        result = Probe(other, cut_off.folder).run("--cleanup")

        assert result.exit_code == 1
        assert f"run `metapixel probe --cleanup --graph-url {cut_off.sim.url} --" in result.stderr
        assert other.requests == []
    assert cut_off.run("--cleanup").exit_code == 0


def test_a_cleanup_without_the_agencys_token_that_it_needs_names_the_missing_option(
    probe: Probe,
) -> None:
    probe.sim.set(delete_while_pending="no_effect")
    probe.sim.fault(None, kind="reset", after_n=60, times=-1)
    probe.run()
    probe.sim.clear_faults()
    assert probe.sim.open_requests()

    result = probe.run("--cleanup", both=False)

    assert result.exit_code == 4
    assert "an open request may remain, and --agency-credentials is missing" in result.stderr


@pytest.mark.parametrize("approval", ["grants", "always"])
def test_a_share_that_waits_for_an_admin_ends_the_probe_and_is_withdrawn(
    probe: Probe, approval: str
) -> None:
    probe.sim.set(admin_approval=approval)

    result = probe.run()

    assert result.exit_code == 4, result.output
    assert "another admin has to approve a write" in result.stderr
    assert probe.sim.count("POST agencies") == 1
    assert probe.sim.approve() == 0
    assert not probe.profile.exists()
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


def test_a_refused_withdrawal_of_a_permission_does_not_prevent_the_end_of_a_waiting_share(
    probe: Probe,
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(admin_approval="grants")
    probe.sim.fault("DELETE shared_accounts", kind="graph_error", code=200, status=403, times=-1)

    result = probe.run()

    assert "another admin has to approve a write" in result.stderr
    assert probe.sim.approve() == 0
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


def test_access_whose_removal_waits_for_an_admin_is_named_until_the_admin_approves(
    probe: Probe,
) -> None:
    probe.sim.set(admin_approval="removals")

    for result in (probe.run(), probe.run("--cleanup")):
        assert result.exit_code == 4, result.output
        assert "and the permission of the ad account and the share may remain); in" in result.stderr
    assert set(probe.sim.sharing.approvals) == {(PIXEL, AGENCY), (PIXEL, AGENCY, ACCOUNT)}
    assert not probe.profile.exists()
    probe.sim.approve()
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()
