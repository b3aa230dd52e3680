"""The answers of a probe: exactly the simulator's switches, or no answer.

METAPIXEL_PROBES is the number of random runs of each kind.
"""

from __future__ import annotations

import random

import pytest

from metapixel_cli.probe.experiments import ASKED, QUESTIONS
from metapixel_cli.probe.pixel import Pixel
from metapixel_simulator.switches import describe
from tests.cli.probe.probing import ALWAYS, Probe, cleaned
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


def test_an_assumed_answer_is_the_default_of_the_switch() -> None:
    defaults = {each["name"]: each["default"] for each in describe()}

    assert {each.name: each.assumed for each in QUESTIONS}.items() <= defaults.items()
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
    listed = Pixel.accounts

    def hidden(pixel: Pixel) -> frozenset[str]:
        return listed(pixel) if pixel.tasks() else frozenset()

    monkeypatch.setattr(Pixel, "accounts", hidden)
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


def random_settings(probe: Probe, seed: object) -> random.Random:
    chance = random.Random(str(seed))
    probe.sim.set(
        **{name: chance.choice(SETTINGS[name]) for name in SETTINGS}, seed=chance.randint(0, 99)
    )
    probe.sim.set(last_share=chance.choice(["keeps_relationship", "ends_relationship"]))
    probe.sim.set(request_purged_after=chance.choice(["never", 0]))
    return chance


@pytest.mark.parametrize("seed", range(PROBES))
def test_random_settings_are_found(probe: Probe, seed: int) -> None:
    random_settings(probe, f"settings {seed}")
    probe.sim.set(require_pages_permission=False, admin_approval="never")

    result = probe.run()

    assert probe.wrong() == {}
    assert set(probe.answers) >= ALWAYS, result.output
    assert probe.is_restored()


@pytest.mark.parametrize("seed", range(PROBES))
def test_with_faults_an_answer_is_right_or_missing(probe: Probe, seed: int) -> None:
    chance = random_settings(probe, f"faults {seed}")
    probe.sim.set(require_pages_permission=chance.random() < 0.05)
    if chance.random() < 0.7:
        probe.sim.set(admin_approval="never")
    probe.sim.set(request_expiry=chance.choice((30, 30, 0)))
    probe.sim.set(max_rows_per_call=chance.choice(("never", 25)))
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
