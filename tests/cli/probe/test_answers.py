"""The profile, whose answers are the simulator's switches."""

from __future__ import annotations

import pytest

from metapixel_cli.probe.experiments import ASKED, QUESTIONS
from metapixel_simulator.switches import describe
from tests.cli.probe.probing import Probe, hide
from tests.cli.probe.test_random import SETTINGS

DEFAULTS = {each.name: each.assumed for each in QUESTIONS}


def test_an_assumed_answer_is_the_default_of_the_switch() -> None:
    defaults = {each["name"]: each["default"] for each in describe()}

    assert DEFAULTS.items() <= defaults.items()


@pytest.mark.parametrize("turn", range(max(map(len, SETTINGS.values()))))
def test_each_setting_of_a_switch_is_found(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    hide(monkeypatch)
    probe.sim.set(**{name: each[turn % len(each)] for name, each in SETTINGS.items()})
    # With another answer, the probe ends early.
    probe.sim.set(admin_approval="never")

    result = probe.run()

    assert result.exit_code == 0, result.output
    assert probe.wrong() == {}
    assert set(probe.answers) == set(ASKED)
    for name, answer in probe.answers.items():
        verdict = "same" if answer == DEFAULTS[name] else "other"
        assert probe.entries[name]["verdict"] == verdict
    assert probe.is_restored()


@pytest.mark.parametrize(("reads", "is_answered"), [(12, True), (13, False), (30, False)])
def test_a_delay_that_the_probe_cannot_wait_for_leaves_questions_unanswered(
    probe: Probe, reads: int, is_answered: bool
) -> None:
    probe.sim.set(stale_reads=reads, repeat_share="union", pending_in_agencies="present")

    result = probe.run()

    assert result.exit_code == (0 if is_answered else 3), result.output
    assert probe.wrong() == {}
    assert ("stale_reads" in probe.answers) is is_answered
    assert probe.is_restored()


def test_reads_that_were_disturbed_do_not_count_as_a_delay(probe: Probe) -> None:
    probe.sim.set(stale_reads=2)
    # The client repeats the read after the first share, which is one of the stale reads.
    probe.sim.fault("GET request", kind="reset", when="after", times=1)

    probe.run()

    assert probe.answers["stale_reads"] == 2


def test_a_disturbed_attempt_is_the_reason_if_no_other_one_is_possible(probe: Probe) -> None:
    # After the approval, the agency works with the owner, so no other request can be opened.
    probe.sim.set(delete_while_pending="no_effect")
    probe.sim.fault("GET request", kind="reset", when="after", times=1)

    probe.run("--only", "delete_while_pending")

    why = "some calls were rate-limited, or got no response"
    assert probe.entries == {"delete_while_pending": {"verdict": "not run", "reason": why}}


def test_a_profile_states_when_and_how_each_answer_was_seen(probe: Probe) -> None:
    probe.run("--api-version", "v25.0")

    text = probe.profile.read_text()
    assert "api_version: v25.0" in text
    assert "probed_on: '20" in text
    for name, entry in probe.entries.items():
        assert entry.get("seen") or entry.get("reason"), name
        assert ("answer" in entry) == (entry["verdict"] in ("same", "other")), name
    assert {entry.error_code for entry in probe.sim.requests} <= {None, 100, 10, 2500}


def test_a_profile_that_cannot_be_written_does_not_hide_that_a_cleanup_is_needed(
    probe: Probe,
) -> None:
    folder = probe.folder / "full"
    folder.mkdir()
    probe.sim.set(admin_approval="always")
    probe.at(1, folder.rmdir)

    result = probe.run("--profile", str(folder / "profile.yaml"))

    assert result.exit_code == 4
    assert "another admin has to approve a write" in result.stderr
    assert "empty_edge: omitted (same)" in result.stdout
    assert probe.journal.exists()


def test_the_lists_of_others_are_not_answered_without_a_user_of_the_agency(probe: Probe) -> None:
    probe.sim.world.assignments.clear()

    probe.run("--only", "foreign_lists")

    assert probe.entries["foreign_lists"]["verdict"] == "inconclusive"
    assert probe.is_restored()
