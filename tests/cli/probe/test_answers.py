"""The profile: the answers are the simulator's switches, and the acts are compared with it."""

from __future__ import annotations

import pytest

from metapixel_cli.probe import plan
from metapixel_cli.probe import probe as probing
from metapixel_cli.probe.experiments import ASKED, QUESTIONS
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.client import Client
from metapixel_simulator import Relationship
from metapixel_simulator.profile import answers
from metapixel_simulator.switches import describe
from tests.cli.probe.probing import AGENCY, OWNER, Probe, hide
from tests.cli.probe.test_random import SETTINGS

DEFAULTS = {each.name: each.assumed for each in QUESTIONS}
ACTS = ("--only", "acts")


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


def test_a_request_whose_id_meta_does_not_return_is_found_in_the_lists_of_open_requests(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Client.write

    def without_id(client: Client, call: Call) -> Node:
        node = write(client, call)
        return {key: value for key, value in node.items() if key != "pending_request_id"}

    monkeypatch.setattr(Client, "write", without_id)

    result = probe.run()

    assert "already works with the owner" not in result.output
    assert set(probe.answers) == set(ASKED)
    assert probe.wrong() == {}
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


def test_a_profile_states_when_and_how_each_answer_was_seen(probe: Probe) -> None:
    probe.run("--api-version", "v25.0")

    text = probe.profile.read_text()
    assert "api_version: v25.0" in text
    assert "probed_on: '20" in text
    for name, entry in probe.entries.items():
        assert entry.get("seen") or entry.get("reason"), name
        assert ("answer" in entry) == (entry["verdict"] in ("same", "other")), name
    assert {entry.error_code for entry in probe.sim.requests} <= {None, 100, 10, 2500}


def test_a_profile_that_cannot_be_written_at_the_end_is_printed(probe: Probe) -> None:
    folder = probe.folder / "full"
    folder.mkdir()
    probe.at(1, folder.rmdir)

    result = probe.run("--only", "delete_absent", "--profile", str(folder / "profile.yaml"))

    assert result.exit_code == 1
    assert "the output above contains the profile" in result.stderr
    assert "verdict: same\n    answer: error\n" in result.stdout
    assert not probe.journal.exists()


def test_both_acts_of_a_full_run_are_compared_with_the_new_profile(probe: Probe) -> None:
    probe.sim.set(repeat_share="union", delete_while_pending="no_effect", stale_reads=1)

    result = probe.run("--only", "repeat_share", "--only", "delete_while_pending", *ACTS)

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


def test_an_act_during_an_outage_is_played_again(probe: Probe) -> None:
    probe.sim.fault("GET request", kind="reset", times=5)

    probe.run(*ACTS)

    assert probe.entries["decline"]["verdict"] == "same"


def test_an_act_answers_no_request_if_meta_ignores_the_filter_by_owner(probe: Probe) -> None:
    probe.sim.set(received_filter="ignored")

    probe.run("--only", "received_filter", *ACTS)

    assert steps_of(probe, "decline")["the agency declines"] == "refused: RefusedError"


def test_without_the_simulator_an_act_is_played_and_not_compared(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    for module in (plan, probing):
        monkeypatch.setattr(module, "is_installed", lambda: False)

    result = probe.run(*ACTS)

    assert "It runs 1 of 2 operations of the provider (acts)." in result.stdout
    assert "run `pip install 'pulumi-metapixel[simulator]'` first" in result.stdout
    assert probe.entries["decline"]["verdict"] == "not run"
    assert probe.entries["accept"]["verdict"] == "inconclusive"
    assert "the extra `simulator` is not installed" in result.stdout
    assert steps_of(probe, "accept")["the share ends"] == "absent"
    assert probe.is_restored()


def test_a_full_disk_loses_the_comparison_and_not_the_profile(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(probe.folder / "missing"))

    probe.run(*ACTS)

    reason = "the simulator did not start (No such file or directory)"
    assert probe.entries["accept"]["reason"] == reason


def steps_of(probe: Probe, act: str) -> dict[str, object]:
    steps = probe.entries[act]["steps"]
    assert isinstance(steps, dict)
    return steps
