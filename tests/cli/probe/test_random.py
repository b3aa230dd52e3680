"""Probes in random worlds, with faults or kills: answers are right or missing, and nothing is left.

METAPIXEL_PROBES is the number of random runs. 600 of them take about ten minutes.
"""

from __future__ import annotations

import random

import pytest

from metapixel_cli.probe.experiments import ASKED
from metapixel_simulator import Relationship
from metapixel_simulator.switches import describe
from tests.cli.probe.probing import AGENCY, ALWAYS, CHECK, Probe, hide, left
from tests.support.depth import examples
from tests.support.example import OWNER

PROBES = examples("METAPIXEL_PROBES", desk=6, ci=24)
#: The switches that decide what a probe answers, and what it leaves if it is killed.
SETTINGS: dict[str, tuple[object, ...]] = {
    **{
        str(each["name"]): allowed
        for each in describe()
        if each["name"] in ASKED and isinstance(allowed := each["allowed"], tuple)
    },
    "implied_tasks": ("none", "ANALYZE:ADVERTISE"),
    "stale_reads": (0, 1, 2, 4),
    "last_share": ("keeps_relationship", "ends_relationship"),
    "request_purged_after": ("never", 0),
}
FAULTS = ("reset", "status", "truncated", "graph_error")


@pytest.mark.parametrize("seed", range(PROBES))
def test_an_answer_is_right_or_missing_and_nothing_is_left_without_its_name(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    kind = ("calm", "faults", "kills")[seed % 3]
    chance = random.Random(seed)
    probe.sim.set(**{name: chance.choice(SETTINGS[name]) for name in SETTINGS})
    probe.sim.set(require_pages_permission=kind != "calm" and chance.random() < 0.05)
    if kind == "calm" or chance.random() < 0.5:
        probe.sim.set(admin_approval="never")
    if chance.random() < 0.5:
        hide(monkeypatch)
    if kind != "calm" and chance.random() < 0.3:
        probe.sim.world.add(Relationship(OWNER, AGENCY))
    if kind == "faults":
        add_faults(probe, chance)

    if kind == "kills":
        probe.killed(chance.randint(10, 150), chance.random() < 0.5)
        told = probe.killed(chance.randint(1, 80), chance.random() < 0.5, "--cleanup").output
    else:
        told = probe.run().output
        assert probe.profile.exists() or kind != "calm"

    if probe.profile.exists():
        assert probe.wrong() == {}, told
        assert kind != "calm" or set(probe.answers) >= ALWAYS, told
    if probe.journal.exists():
        probe.sim.clear_faults()
        for _ in range(4):
            cleanup = probe.run("--cleanup")
            if cleanup.exit_code != 4:
                break
            # An admin approves the writes that wait.
            probe.sim.approve()
        assert cleanup.exit_code == 0, cleanup.output
        told += cleanup.output
    found = left(probe.sim)
    if CHECK in told:
        found.discard("waiting write")
        if "may not list a permission that still exists" in told:
            found.discard("permission")
    assert found == set(), told
    assert not probe.journal.exists()


def add_faults(probe: Probe, chance: random.Random) -> None:
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
