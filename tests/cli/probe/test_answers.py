"""The answers of a probe: exactly the simulator's switches, or no answer.

METAPIXEL_PROBES is the number of random runs of each kind.
"""

from __future__ import annotations

import random

import pytest

from metapixel_cli.probe.bench import Bench
from metapixel_cli.probe.questions import ASKED, QUESTIONS
from metapixel_simulator import Relationship
from metapixel_simulator.switches import describe
from tests.cli.probe.killing import cleaned
from tests.cli.probe.probing import AGENCY, ALWAYS, OWNER, Probe
from tests.support.depth import examples

#: 200 random runs without faults, and 200 with them, take about ten minutes.
PROBES = examples("METAPIXEL_PROBES", desk=2, ci=8)
SETTINGS: dict[str, tuple[object, ...]] = {
    **{
        str(each["name"]): allowed
        for each in describe()
        if each["name"] in ASKED and isinstance(allowed := each["allowed"], tuple)
    },
    "stale_reads": (0, 1, 2, 4),
}
#: The settings with which the probe ends before its profile.
HELD = ("grants", "removals", "always")
FAULTS = ("reset", "status", "truncated", "empty", "success_false", "graph_error")


def test_every_switch_of_the_simulator_has_a_question() -> None:
    assert {each.name for each in QUESTIONS} == {each["name"] for each in describe()}


def test_an_assumed_answer_is_the_default_of_the_switch() -> None:
    assert {each.name: each.assumed for each in QUESTIONS} == {
        each["name"]: each["default"] for each in describe()
    }


def test_every_question_can_be_seen_again_or_states_why_it_is_not_asked() -> None:
    assert [each.name for each in QUESTIONS if bool(each.again) == bool(each.never)] == []
    assert set(ASKED) >= ALWAYS


EACH = [(name, value) for name, allowed in SETTINGS.items() for value in allowed]
#: Without a scope for pages, such a Meta refuses every sharing call.
EACH.remove(("require_pages_permission", True))
EACH = [each for each in EACH if each[0] != "admin_approval" or each[1] not in HELD]
DEFAULTS = {each.name: each.assumed for each in QUESTIONS}


@pytest.mark.rest
@pytest.mark.parametrize(("name", "value"), EACH)
def test_each_setting_of_a_switch_is_found(probe: Probe, name: str, value: object) -> None:
    probe.sim.set(**{name: value})

    result = probe.run()

    assert result.exit_code == 0, result.output
    assert probe.wrong() == {}
    assert set(probe.answers) == set(ASKED)
    verdict = "same" if value == DEFAULTS[name] else "other"
    assert probe.entries[name]["verdict"] == verdict
    assert probe.is_restored()


def test_a_permission_that_meta_keeps_without_listing_it_is_found_and_withdrawn(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Bench.accounts

    def hidden(bench: Bench) -> frozenset[str]:
        return listed(bench) if bench.tasks() else frozenset()

    monkeypatch.setattr(Bench, "accounts", hidden)
    probe.sim.set(unshare_drops_permissions=False)

    result = probe.run("--only", "unshare_drops_permissions")

    assert result.exit_code == 0, result.output
    assert probe.answers == {"unshare_drops_permissions": False}
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


@pytest.mark.parametrize("repeat_pending", ["same_request", "new_request"])
def test_a_request_that_ends_by_itself_proves_nothing_about_a_second_share(
    probe: Probe, repeat_pending: str
) -> None:
    probe.sim.set(request_expiry=0, repeat_pending=repeat_pending)

    result = probe.run()

    assert result.exit_code == 3, result.output
    assert probe.wrong() == {}
    assert "repeat_pending" not in probe.answers
    assert probe.is_restored()


@pytest.mark.parametrize("delete_while_pending", ["withdraw", "no_effect"])
def test_requests_that_meta_deletes_at_once_leave_no_question_unanswered(
    probe: Probe, delete_while_pending: str
) -> None:
    probe.sim.set(request_purged_after=0, delete_while_pending=delete_while_pending, stale_reads=2)

    result = probe.run()

    assert result.exit_code == 0, result.output
    assert probe.wrong() == {}
    assert probe.is_restored()


def test_a_read_that_meta_refuses_as_too_large_does_not_shorten_the_observed_delay(
    probe: Probe,
) -> None:
    probe.sim.set(stale_reads=3, max_rows_per_call=25)
    probe.sim.world.add(Relationship(OWNER, AGENCY))

    result = probe.run("--only", "repeat_share", "--only", "read_order", "--only", "stale_reads")

    assert probe.wrong() == {}
    assert probe.answers["stale_reads"] == 3, result.output


@pytest.mark.parametrize("seed", range(PROBES))
def test_random_settings_are_found(probe: Probe, seed: int) -> None:
    chance = random.Random(f"settings {seed}")
    probe.sim.set(**{name: chance.choice(SETTINGS[name]) for name in SETTINGS}, seed=seed)
    probe.sim.set(require_pages_permission=False)
    probe.sim.set(last_share=chance.choice(["keeps_relationship", "ends_relationship"]))

    probe.sim.set(admin_approval="never")

    result = probe.run()

    assert probe.wrong() == {}
    assert set(probe.answers) >= ALWAYS, result.output
    assert probe.is_restored()


@pytest.mark.parametrize("seed", range(PROBES))
def test_with_an_approval_by_another_admin_no_profile_is_written(probe: Probe, seed: int) -> None:
    chance = random.Random(f"approvals {seed}")
    probe.sim.set(**{name: chance.choice(SETTINGS[name]) for name in SETTINGS}, seed=seed)
    probe.sim.set(require_pages_permission=False, admin_approval=chance.choice(HELD))
    for _ in range(chance.randint(0, 2)):
        probe.sim.fault(
            chance.choice(("POST agencies", "DELETE agencies", "POST shared_accounts")),
            kind=chance.choice(FAULTS),
            when=chance.choice(("before", "after")),
            after_n=chance.randint(0, 3),
        )

    result = probe.run("--only", "admin_approval", "--only", "stale_reads")

    assert result.exit_code == 4, result.output
    assert not probe.profile.exists()


@pytest.mark.parametrize("seed", range(PROBES))
def test_with_faults_an_answer_is_right_or_missing(probe: Probe, seed: int) -> None:
    chance = random.Random(f"faults {seed}")
    probe.sim.set(**{name: chance.choice(SETTINGS[name]) for name in SETTINGS}, seed=seed)
    probe.sim.set(require_pages_permission=chance.random() < 0.05)
    if chance.random() < 0.7:
        probe.sim.set(admin_approval="never")
    for _ in range(chance.randint(1, 6)):
        limited = chance.random() < 0.3
        probe.sim.fault(
            None,
            kind="rate_limit" if limited else chance.choice(FAULTS),
            method=chance.choice(("GET", "POST", "DELETE", None)),
            when="before" if limited else chance.choice(("before", "after")),
            after_n=chance.randint(0, 400),
            times=chance.choice((1, 1, 2, 5)),
        )

    result = probe.run()

    assert result.exit_code in (0, 1, 3, 4), result.output
    assert probe.profile.exists() == (result.exit_code in (0, 3))
    if probe.profile.exists():
        assert probe.wrong() == {}, result.output
        assert probe.is_restored(), result.output
    elif probe.journal.exists():
        probe.sim.clear_faults()
        assert cleaned(probe).exit_code == 0
        assert probe.is_restored(), result.output
