"""The acts: the provider's own operations at Meta, compared with the simulator."""

from __future__ import annotations

import tempfile

import pytest

from metapixel_cli.probe import plan
from metapixel_cli.probe import probe as probing
from metapixel_simulator import Relationship
from metapixel_simulator.profile import answers
from tests.cli.probe.probing import AGENCY, OWNER, Probe

EVERYTHING = ("--only", "repeat_share", "--only", "delete_while_pending", "--only", "acts")
ACTS = ("--only", "acts")


@pytest.fixture
def related(probe: Probe) -> Probe:
    """A probe whose agency already works with the owner."""
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    return probe


def test_both_acts_of_a_full_run_are_compared_with_the_new_profile(probe: Probe) -> None:
    probe.sim.set(repeat_share="union", delete_while_pending="no_effect", stale_reads=1)

    result = probe.run(*EVERYTHING)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].endswith(
        "Acts with other results at the simulator: none."
    )
    assert {probe.entries[name]["verdict"] for name in ("decline", "accept")} == {"same"}
    assert "refused" in str(steps_of(probe, "decline")["the request is withdrawn"])
    assert "tasks_being_revoked UPLOAD" in str(steps_of(probe, "accept")["the tasks are replaced"])
    assert answers(probe.profile)["repeat_share"] == "union"
    assert probe.is_restored()


def test_another_result_at_meta_is_listed_in_the_profile_and_on_the_terminal(probe: Probe) -> None:
    probe.sim.set(repeat_share="error")

    result = probe.run(*ACTS)

    assert result.exit_code == 3, result.output
    assert "act decline: same: 5 steps\nact accept: other: " in result.stdout
    step = "the tasks are replaced"
    assert f"  {step}: refused: InvalidParameterError, code 100 at Meta, status " in result.stdout
    steps = steps_of(probe, "accept")
    assert str(steps["the agency accepts, as the owner sees it"]).startswith("status ACTIVE, ")
    assert "'meta': 'refused: InvalidParameterError, code 100'" in str(steps[step])
    text = probe.profile.read_text()
    assert not any(each in text for each in ("500", "Acme", "owner-token"))
    assert probe.is_restored()


def test_without_the_simulator_an_act_is_played_and_not_compared(
    related: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (plan, probing):
        monkeypatch.setattr(module, "is_installed", lambda: False)

    result = related.run(*ACTS)

    assert "It runs 1 of 2 operations of the provider (acts)." in result.stdout
    assert "run `pip install 'pulumi-metapixel[simulator]'` first" in result.stdout
    assert related.entries["decline"]["verdict"] == "not run"
    assert related.entries["accept"]["verdict"] == "inconclusive"
    assert "the extra `simulator` is not installed" in result.stdout
    assert steps_of(related, "accept")["the share ends"] == "absent"
    assert related.is_restored()


def test_a_full_disk_loses_the_comparison_and_not_the_profile(
    related: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(related.folder / "missing"))

    related.run(*ACTS)

    reason = "the simulator did not start (No such file or directory)"
    assert related.entries["accept"]["reason"] == reason


def steps_of(probe: Probe, act: str) -> dict[str, object]:
    steps = probe.entries[act]["steps"]
    assert isinstance(steps, dict)
    return steps
