"""The acts: the provider's own operations at Meta, compared with the simulator."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

import pytest

from metapixel_cli.probe import simulated
from metapixel_simulator import Relationship
from metapixel_simulator.profile import answers
from metapixel_simulator.request_log import Entry
from tests.cli.probe.probing import AGENCY, OWNER, Probe, without_waits

ACTS = ("--only", "acts")


@pytest.fixture(autouse=True)
def _without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waits(monkeypatch)


def test_both_acts_have_the_same_results_at_an_equal_simulator(probe: Probe) -> None:
    result = probe.run(*ACTS)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].endswith("Acts with other results: none.")
    assert {name: each["verdict"] for name, each in probe.acts.items()} == {
        "decline": "same",
        "accept": "same",
    }
    steps = steps_of(probe, "accept")
    assert str(steps["the agency accepts, as the owner sees it"]).startswith("status ACTIVE, ")
    assert steps["the share ends"] == "absent"
    assert answers(probe.profile) == {}
    assert probe.is_restored()


def test_an_act_after_the_experiments_is_compared_with_the_new_profile(probe: Probe) -> None:
    probe.sim.set(repeat_share="union", stale_reads=1)

    result = probe.run("--only", "repeat_share", *ACTS)

    assert result.exit_code == 0, result.output
    assert probe.acts["decline"]["verdict"] == "not run"
    assert probe.acts["accept"]["verdict"] == "same"
    assert "tasks_being_revoked UPLOAD" in str(steps_of(probe, "accept")["the tasks are replaced"])
    assert probe.is_restored()


def test_another_result_at_meta_is_listed_in_the_profile_and_on_the_terminal(probe: Probe) -> None:
    probe.sim.set(repeat_share="error")

    result = probe.run(*ACTS)

    assert result.exit_code == 3, result.output
    assert "act accept: other: " in result.stdout
    step = "the tasks are replaced"
    assert f"  {step}: refused: InvalidParameterError, code 100 at Meta, status " in result.stdout
    found = steps_of(probe, "accept")[step]
    assert isinstance(found, dict)
    assert found["meta"] == "refused: InvalidParameterError, code 100"
    assert probe.is_restored()
    text = probe.profile.read_text()
    assert not any(each in text for each in ("500", "Acme", "owner-token"))


def test_without_the_simulator_an_act_is_played_and_not_compared(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    monkeypatch.setattr(simulated, "is_installed", lambda: False)

    result = probe.run(*ACTS)

    assert probe.acts["accept"]["verdict"] == "inconclusive"
    assert "the extra `simulator` is not installed" in result.stdout
    assert steps_of(probe, "accept")["the share ends"] == "absent"
    assert probe.is_restored()


def test_an_act_during_which_meta_does_not_answer_is_not_compared(probe: Probe) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.fault("POST agencies", kind="status", status=500, times=-1)

    probe.run(*ACTS)

    assert probe.acts["accept"]["verdict"] in ("inconclusive", "other")
    assert probe.is_restored()


def test_an_act_whose_write_waits_for_an_admin_ends_the_probe(probe: Probe) -> None:
    probe.sim.set(admin_approval="grants")

    result = probe.run(*ACTS)

    assert result.exit_code == 4
    assert "Another admin has to approve the writes of the probe" in result.stderr
    assert probe.sim.approve() == 0


@pytest.mark.parametrize("write", [3, 6])
def test_an_interrupted_act_is_ended(probe: Probe, write: int) -> None:
    seen = 0

    def interrupt(entry: Entry, phase: str) -> None:
        nonlocal seen
        seen += entry.method != "GET" and entry.endpoint != "POST batch" and phase == "before"
        if seen == write:
            seen += 1
            os.kill(os.getpid(), signal.SIGINT)

    probe.sim.on_request = interrupt

    result = probe.run(*ACTS)

    assert result.exit_code == 130, result.output
    assert probe.is_restored()


def steps_of(probe: Probe, act: str) -> Mapping[str, object]:
    steps = probe.acts[act]["steps"]
    assert isinstance(steps, dict)
    return steps
