"""A probe that is interrupted or cut off from Meta, and the cleanup after it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from metapixel_cli.probe import command
from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.cli.probe.probing import AGENCY, OWNER, Probe, spare_pixel


def is_write(entry: Entry) -> bool:
    return entry.method in ("POST", "DELETE") and entry.endpoint != "POST batch"


def interrupt_at(probe: Probe, write: int, number: signal.Signals = signal.SIGINT) -> None:
    seen = 0

    def interrupt(entry: Entry, phase: str) -> None:
        nonlocal seen
        seen += is_write(entry) and phase == "after"
        if seen == write:
            seen += 1
            os.kill(os.getpid(), number)

    probe.sim.on_request = interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("write", [2, 20])
def test_an_interrupted_probe_restores_everything(
    probe: Probe, number: signal.Signals, write: int
) -> None:
    interrupt_at(probe, write, number)

    result = probe.run()

    assert result.exit_code == 130, result.output
    assert "Meta lists no share, permission or open request for pixel 500" in result.stderr
    assert not probe.profile.exists()
    assert probe.is_restored()


@pytest.mark.parametrize("write", [2, 20])
def test_an_interrupted_probe_reports_the_relationship_that_it_leaves(
    probe: Probe, write: int
) -> None:
    interrupt_at(probe, write)

    result = probe.run()

    is_related = (OWNER, AGENCY) in probe.sim.world.relationships
    assert is_related == (write == 20)
    assert ("Agency 200 now works with business 100" in result.stderr) == is_related


def test_an_interrupted_probe_announces_the_restoration_before_it_begins(probe: Probe) -> None:
    interrupt_at(probe, 6)

    first, second, *_ = probe.run().stderr.splitlines()

    assert first.startswith("Interrupted; the pixel is being restored. Another Ctrl-C ends this")
    assert second == "Restoring the pixel: round 1 of at most 5."


def test_a_cleanup_reports_each_round_and_its_reason(probe: Probe) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    probe.run()
    probe.sim.clear_faults()

    rounds = probe.run("--cleanup").stderr.splitlines()

    assert rounds[0] == "Restoring the pixel: round 1 of at most 5."
    assert rounds[1].startswith("Restoring the pixel: round 2 of at most 5, because")


def test_after_an_outage_the_command_names_the_command_that_cleans_up_and_the_next_run_does(
    probe: Probe,
) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)

    result = probe.run()

    assert result.exit_code == 4, result.output
    assert (
        f"run `metapixel probe --cleanup --graph-url {probe.sim.url} --agency-credentials agency "
        f"--journal {probe.journal}`"
    ) in result.stderr
    assert not probe.profile.exists()
    assert probe.sim.shares() or probe.sim.open_requests() or probe.journal.exists()
    probe.sim.clear_faults()
    again = probe.run()
    assert again.exit_code == 3, again.output  # the agency has a relationship by now
    assert "An earlier probe of pixel 500 with agency 200 is incomplete." in again.stdout
    assert probe.wrong() == {}
    assert probe.is_restored()


def test_a_journal_with_an_incomplete_last_line_is_read_and_continued(probe: Probe) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    probe.run()
    with probe.journal.open("a") as file:
        file.write('{"write": "POST 5')

    assert probe.run("--cleanup").exit_code == 4
    probe.sim.clear_faults()
    assert probe.run("--cleanup").exit_code == 0
    assert probe.is_restored()


@pytest.mark.parametrize("text", ["", '{"tar', '{"target": {"pixel": "5'])
def test_a_journal_without_a_complete_line_lists_no_write(probe: Probe, text: str) -> None:
    probe.journal.write_text(text)

    assert probe.run("--cleanup").output == f"There is no journal {probe.journal}.\n"
    assert not probe.journal.exists()


def test_a_journal_of_a_probe_at_another_address_is_refused_and_kept(probe: Probe) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    probe.run()
    probe.sim.clear_faults()
    written = probe.journal.read_text()

    with Simulator(spare_pixel()) as other:
        result = Probe(other, probe.folder).run("--cleanup")

        assert result.exit_code == 1
        assert f"belongs to an incomplete probe at {probe.sim.url}, and not at" in result.stderr
        assert f"run `metapixel probe --cleanup --graph-url {probe.sim.url} --" in result.stderr
        assert other.requests == []
    assert probe.journal.read_text() == written


def test_a_cleanup_that_is_interrupted_before_it_begins_does_not_claim_a_restoration(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    probe.run()

    def interrupt(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "load", interrupt)
    result = probe.run("--cleanup")

    assert result.exit_code == 4
    assert (
        "not confirmed that everything is restored (the command was interrupted)" in result.stderr
    )


def test_a_cleanup_announces_that_it_declines_requests_for_other_pixels_too(probe: Probe) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    probe.run()
    probe.sim.clear_faults()

    result = probe.run("--cleanup")

    assert "The command now removes the share and the permission of that probe" in result.stdout
    assert "to the agency, even if the request is for another pixel" in result.stdout


def test_a_cleanup_without_the_agencys_token_that_it_needs_names_the_missing_option(
    probe: Probe,
) -> None:
    probe.sim.set(delete_while_pending="no_effect")
    probe.sim.fault(None, kind="reset", after_n=40, times=-1)
    probe.run()
    probe.sim.clear_faults()
    assert probe.sim.open_requests()

    result = probe.run("--cleanup", both=False)

    assert result.exit_code == 4
    assert "an open request may remain, and --agency-credentials is missing" in result.stderr


def test_a_dry_run_does_not_clean_up(probe: Probe) -> None:
    probe.sim.fault(None, kind="reset", after_n=120, times=-1)
    probe.run()
    probe.sim.clear_faults()
    probe.sim.clear_requests()

    result = probe.run("--dry-run")

    assert result.exit_code == 1
    assert f"run `metapixel probe --cleanup --graph-url {probe.sim.url} --" in result.stderr
    assert probe.sim.requests == []


def test_without_a_journal_there_is_nothing_to_clean_up(probe: Probe) -> None:
    result = probe.run("--cleanup")

    assert result.exit_code == 0
    assert result.output == f"There is no journal {probe.journal}.\n"
    assert probe.sim.requests == []


def test_without_a_journal_on_the_disk_nothing_is_written_to_meta(probe: Probe) -> None:
    result = probe.run("--journal", str(probe.folder / "missing" / "journal"))

    assert result.exit_code == 1
    assert "cannot be a lock (No such file or directory)" in result.stderr
    assert [entry for entry in probe.sim.requests if is_write(entry)] == []


@pytest.mark.parametrize("text", ["no JSON", "no JSON\n", "[]\n", '{"target": {"pixel": "1"}}\n'])
def test_a_file_that_is_no_journal_is_refused(probe: Probe, text: str) -> None:
    probe.journal.write_text(text)

    result = probe.run()

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {probe.journal} is not the journal of a probe; name another file with --journal\n"
    )
    assert probe.journal.read_text() == text


def test_the_journal_lists_a_write_before_the_write_is_sent(probe: Probe) -> None:
    unlisted = []

    def compare(entry: Entry, phase: str) -> None:
        if is_write(entry) and phase == "before":
            lines = probe.journal.read_text().splitlines() if probe.journal.exists() else [""]
            if f"{entry.method} {entry.path.removeprefix('/')}" not in lines[-1]:
                unlisted.append((entry.method, entry.path))

    probe.sim.on_request = compare

    assert probe.run().exit_code == 0
    assert unlisted == []
