"""A probe that is interrupted, held up or cut off from Meta, and the cleanup after it."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable

import pytest

from metapixel_cli.probe import pixel as probed
from metapixel_cli.probe.questions import Question, Result, ask
from metapixel_simulator import Pixel, Relationship, Simulator
from metapixel_simulator.graph_nodes import Nodes
from metapixel_simulator.request_log import Entry
from metapixel_simulator.sharing import Sharing
from tests.cli.probe.probing import (
    ACCOUNT,
    AGENCY,
    CHECK,
    PIXEL,
    Probe,
    hide,
    left,
    spare_pixel,
)
from tests.support.example import NORTHLIGHT, OWNER, PIXEL_2


@pytest.fixture
def cut_off(probe: Probe) -> Probe:
    """A probe whose connection to Meta was cut, so that the pixel is not restored."""
    assert probe.killed(120, False).exit_code == 4
    return probe


@pytest.mark.parametrize(("number", "write"), [(signal.SIGINT, 2), (signal.SIGTERM, 20)])
def test_an_interrupted_probe_restores_everything_and_says_so(
    probe: Probe, number: signal.Signals, write: int
) -> None:
    probe.at(write, lambda: os.kill(os.getpid(), number), phase="after")

    result = probe.run()

    assert result.exit_code == 130, result.output
    assert "Interrupted; another Ctrl-C leaves the pixel" in result.stderr
    # The interrupted write may wait for an admin.
    assert CHECK in result.stdout
    assert result.stderr.endswith("no share, permission or open request is left\n")
    reason = "the probe stopped before: the command was interrupted"
    assert probe.entries["stale_reads"] == {"verdict": "not run", "reason": reason}
    assert probe.answers["empty_edge"] == "omitted"
    assert probe.is_restored()


@pytest.mark.parametrize(("resets", "code"), [(10, 0), (32, 3), (60, 4)])
def test_after_an_outage_a_pixel_is_restored_or_the_journal_is_kept(
    probe: Probe, resets: int, code: int
) -> None:
    probe.sim.fault(None, kind="reset", after_n=87, times=resets)

    result = probe.run()

    assert result.exit_code == code, result.output
    assert ("The pixel is restored.\n" in result.stdout) == (code == 3)
    assert ("It is not confirmed that everything is restored" in result.stderr) == (code == 4)
    assert probe.journal.exists() == (code == 4)
    assert probe.answers["empty_edge"] == "omitted"


def test_an_error_of_the_program_restores_everything_too(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(pixel: probed.ProbedPixel, question: Question) -> Result:
        if question.name == "repeat_share":
            raise RuntimeError
        return ask(pixel, question)

    monkeypatch.setattr("metapixel_cli.probe.run.ask", broken)

    result = probe.run()

    assert isinstance(result.exception, RuntimeError)
    assert not probe.profile.exists()
    assert probe.is_restored()


def test_a_cleanup_ends_only_what_the_probe_created_and_states_what_it_cannot_confirm(
    cut_off: Probe,
) -> None:
    cut_off.sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    cut_off.sim.set(received_filter="ignored")
    cut_off.sim.world.add(Pixel("501", "Another", NORTHLIGHT))
    strange = cut_off.sim.sharing.share("501", AGENCY, ("ANALYZE",))

    result = cut_off.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert "to the agency, even if the request is for another pixel" in result.stdout
    assert CHECK in result.stdout
    assert cut_off.sim.shares().keys() == {(PIXEL, NORTHLIGHT)}
    assert [each.id for each in cut_off.sim.open_requests()] == [strange]
    assert not cut_off.journal.exists()


def test_a_request_whose_answer_has_no_id_is_ended_if_only_the_agency_lists_it(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Sharing.share
    monkeypatch.setattr(Sharing, "share", lambda *given: share(*given) and None)
    monkeypatch.setattr(Nodes, "initiated", lambda *_: [])

    probe.run("--only", "request_node")

    assert "returns no id" in str(probe.entries["request_node"]["reason"])
    assert probe.is_restored()


def test_a_cleanup_without_its_journal_removes_nothing(cut_off: Probe) -> None:
    cut_off.journal.unlink()
    cut_off.sim.share(PIXEL, AGENCY, ["ANALYZE"])
    cut_off.sim.permit(PIXEL, AGENCY, ACCOUNT)
    cut_off.sim.clear_requests()

    result = cut_off.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert "so nothing is removed. An access report of the owner lists what exists" in result.stdout
    assert cut_off.sim.requests == []


@pytest.mark.parametrize(
    ("edges", "both"),
    [("initiated received", True), ("initiated received", False), ("received", True)],
)
def test_a_cleanup_is_confirmed_only_if_a_list_of_open_requests_was_read(
    cut_off: Probe, edges: str, both: bool
) -> None:
    for edge in edges.split():
        endpoint = f"GET {edge}_sharing_agreements"
        cut_off.sim.fault(endpoint, kind="graph_error", code=200, status=403, times=-1)

    result = cut_off.run("--cleanup", both=both)

    unread = "initiated" in edges
    assert result.exit_code == (4 if unread else 0), result.output
    assert ("no list of open sharing requests was read (Meta" in result.stderr) == unread
    assert cut_off.journal.exists() == unread
    assert cut_off.sim.shares() == {}


def test_the_cleanup_and_no_other_run_goes_on_with_the_journal_at_the_same_address(
    cut_off: Probe,
) -> None:
    version = ("--api-version", "v25.0")
    with Simulator(spare_pixel()) as other:
        elsewhere = Probe(other, cut_off.folder).run("--cleanup", *version)
        assert other.requests == []
    again = cut_off.run(*version)

    for result in (elsewhere, again):
        assert result.exit_code == 1
        assert (
            f"belongs to an incomplete probe at {cut_off.sim.url}; run `metapixel probe --cleanup "
            f"--graph-url {cut_off.sim.url} --api-version v25.0 --agency-credentials agency`"
        ) in result.stderr
    assert cut_off.run("--cleanup").exit_code == 0


def test_a_cleanup_without_the_agencys_token_that_it_needs_names_the_missing_option(
    probe: Probe,
) -> None:
    probe.sim.set(delete_while_pending="no_effect")
    probe.killed(1, True, endpoint="POST agencies")
    assert probe.sim.open_requests()

    result = probe.run("--cleanup", both=False)

    assert result.exit_code == 4
    assert "an open request may remain, and only --agency-credentials could end it" in result.stderr
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


@pytest.mark.parametrize("withdrawal_is_refused", [False, True])
@pytest.mark.parametrize("approval", ["grants", "always"])
def test_a_share_that_waits_for_an_admin_ends_the_probe_and_is_withdrawn(
    probe: Probe, approval: str, withdrawal_is_refused: bool
) -> None:
    probe.sim.set(admin_approval=approval)
    if withdrawal_is_refused:
        # This must not prevent the end of the share.
        probe.sim.world.add(Relationship(OWNER, AGENCY))
        probe.sim.fault("DELETE shared_accounts", kind="graph_error", code=200, times=-1)

    result = probe.run()

    assert result.exit_code == 4, result.output
    assert "another admin has to approve a write" in result.stderr
    assert probe.sim.count("POST agencies") == 1
    assert probe.sim.approve() == 0
    reason = "the probe stopped before: another admin has to approve a write"
    assert probe.entries["stale_reads"]["reason"] == reason
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
    assert probe.answers
    probe.sim.approve()
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda sim: None,
        # The request for another pixel must not be approved.
        lambda sim: sim.sharing.share(PIXEL_2, AGENCY, ("ANALYZE",)),
        # A share that waits for an admin does not prove that the permission has ended.
        lambda sim: sim.set(admin_approval="grants"),
    ],
    ids=["", "request", "approval"],
)
def test_a_permission_that_meta_does_not_list_is_withdrawn_or_named_after_a_kill(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Simulator], object]
) -> None:
    hide(monkeypatch)
    probe.sim.set(unshare_drops_permissions=False, last_share="ends_relationship")
    probe.killed(1, True, "--only", "unshare_drops_permissions", endpoint="DELETE agencies")
    assert left(probe.sim) == {"permission"}
    meanwhile(probe.sim)

    result = probe.run("--cleanup")

    if result.exit_code == 4:
        result = probe.run("--cleanup")
        assert "and may not list a permission that still exists" in result.stdout
        probe.sim.world.permissions.clear()
    assert result.exit_code == 0, result.output
    assert probe.is_restored()


def test_a_lost_share_that_opened_a_request_is_ended_if_only_the_agency_lists_the_request(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(last_share="ends_relationship", delete_while_pending="no_effect")
    monkeypatch.setattr(Nodes, "initiated", lambda *_: [])
    probe.sim.fault("POST agencies", kind="reset", when="after", after_n=2, times=-1)

    probe.run("--only", "repeat_share", "--only", "implied_tasks")

    assert "repeat_share" in probe.answers
    assert probe.is_restored()


@pytest.mark.parametrize("has_effect", [False, True])
def test_a_share_whose_answer_a_kill_prevented_may_wait_for_an_admin(
    probe: Probe, has_effect: bool
) -> None:
    probe.sim.set(admin_approval="grants", delete_while_pending="no_effect")
    # A token that may not share the pixel may not end the share either.
    probe.sim.set(require_pages_permission=not has_effect)
    probe.killed(1, has_effect, "--only", "repeat_share", endpoint="POST agencies")

    result = probe.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert left(probe.sim) == ({"waiting write"} if has_effect else set())
    assert CHECK in result.stdout


def test_a_pixel_whose_reads_differ_is_neither_probed_nor_restored(probe: Probe) -> None:
    tasks = itertools.cycle([("ANALYZE",), ("UPLOAD",)])

    def change(entry: Entry, phase: str) -> None:
        if (entry.endpoint, phase) == ("GET agencies", "before") and probe.sim.shares():
            probe.sim.share(PIXEL, AGENCY, next(tasks))

    probe.sim.on_request = change
    result = probe.run("--only", "repeat_share")

    assert result.exit_code == 4, result.output
    assert "different results to two reads in a row" in result.stderr
    probe.sim.on_request = None
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


def test_a_removal_whose_response_was_lost_is_sent_again(probe: Probe) -> None:
    """It may wait for an admin, which no read shows."""
    probe.sim.fault("DELETE agencies", kind="reset", when="after")

    probe.run("--only", "repeat_share")

    assert probe.sim.count("DELETE agencies") == 2
    assert probe.is_restored()


def test_a_write_that_never_got_an_answer_is_named_at_the_end_of_the_probe(probe: Probe) -> None:
    probe.sim.fault("POST agencies", kind="reset", times=-1)

    result = probe.run("--only", "repeat_share")

    assert result.exit_code == 3, result.output
    assert CHECK in result.stdout
    assert probe.is_restored()
