"""A probe that is killed during any call, and the cleanup, which may be killed too.

METAPIXEL_PROBES is the number of random kills. If it is set, each world of `WORLDS` is also played
with a kill at every call, which takes some minutes a world.
"""

from __future__ import annotations

import os
import random

import pytest

from metapixel_simulator import Relationship
from metapixel_simulator.sharing import Sharing
from tests.cli.probe.killing import Kill, cleaned, left, output
from tests.cli.probe.probing import AGENCY, CHECK, OWNER, Probe
from tests.support.depth import examples

PROBES = examples("METAPIXEL_PROBES", desk=2, ci=8)
#: The switches that decide what a killed probe leaves.
SETTINGS: dict[str, tuple[object, ...]] = {
    "unshare_drops_permissions": (True, False),
    "admin_approval": ("never", "never", "grants", "removals", "always"),
    "repeat_share": ("overwrite", "union", "error"),
    "repeat_pending": ("same_request", "new_request"),
    "delete_while_pending": ("withdraw", "no_effect"),
    "delete_absent": ("error", "success"),
    "pending_in_agencies": ("absent", "present"),
    "last_share": ("keeps_relationship", "ends_relationship"),
    "stale_reads": (0, 0, 2),
}
#: Settings, without those of a relationship that exists before the probe.
WORLDS: tuple[dict[str, object], ...] = (
    {},
    {"unshare_drops_permissions": False},
    {"unshare_drops_permissions": False, "last_share": "ends_relationship"},
    {"unshare_drops_permissions": False, "delete_while_pending": "no_effect", "stale_reads": 2},
    {"repeat_share": "union", "repeat_pending": "new_request", "pending_in_agencies": "present"},
    {"repeat_share": "error", "delete_absent": "success"},
    {"admin_approval": "grants"},
    {"admin_approval": "grants", "delete_while_pending": "no_effect", "delete_absent": "success"},
    {"admin_approval": "removals"},
    {"admin_approval": "removals", "unshare_drops_permissions": False},
    {"admin_approval": "always", "stale_reads": 2},
)


@pytest.fixture(autouse=True)
def _hidden_permissions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Meta list no permission of a business without a share, even if the permission exists."""
    listed = Sharing.read_accounts

    def read(sharing: Sharing, pixel: str, business: str) -> tuple[str, ...]:
        found = listed(sharing, pixel, business)
        return found if (pixel, business) in sharing.world.shares else ()

    monkeypatch.setattr(Sharing, "read_accounts", read)


def _begin(probe: Probe, settings: dict[str, object], related: bool) -> None:
    probe.sim.reset()
    probe.sim.set(**settings)
    if related:
        probe.sim.world.add(Relationship(OWNER, AGENCY))


def _problem(probe: Probe) -> str:
    """Clean up. Return the difference between the promise of the cleanup and the world."""
    result = cleaned(probe)
    found = left(probe.sim)
    # A cleanup that was not killed has named it.
    told = output(probe).read_text() + result.stdout
    if CHECK in told:
        found.discard("waiting write")
        if "may not list a permission that still exists" in told:
            found.discard("permission")
    if result.exit_code == 0 and not found and not probe.journal.exists():
        return ""
    return f"left: {sorted(found)}, exit code {result.exit_code}: {result.output}"


@pytest.mark.parametrize("seed", range(PROBES))
def test_after_kills_at_random_calls_the_cleanup_restores_everything_or_names_it(
    probe: Probe, seed: int
) -> None:
    chance = random.Random(f"kills {seed}")
    _begin(probe, {name: chance.choice(SETTINGS[name]) for name in SETTINGS}, chance.random() < 0.3)
    acts = ("--only", "acts") if chance.random() < 0.2 else ()
    Kill(chance.randint(10, 150), chance.random() < 0.5).strike(probe, *acts)
    Kill(chance.randint(1, 80), chance.random() < 0.5).strike(probe, "--cleanup")

    assert _problem(probe) == ""


@pytest.mark.skipif("METAPIXEL_PROBES" not in os.environ, reason="METAPIXEL_PROBES is not set")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("related", [False, True])
@pytest.mark.parametrize("settings", WORLDS, ids=str)
def test_after_a_kill_at_any_call_the_cleanup_restores_everything_or_names_it(
    probe: Probe, settings: dict[str, object], related: bool
) -> None:
    problems = {}
    # More calls than a probe makes.
    for call in range(1, 1000):
        for has_effect in (False, True):
            _begin(probe, settings, related)
            struck = Kill(call, has_effect).strike(probe)
            if struck and (problem := _problem(probe)):
                problems[call, has_effect, struck] = problem
                probe.journal.unlink(missing_ok=True)
        if not struck:
            break
    assert problems == {}
    assert 20 < call < 999


def test_a_permission_that_meta_does_not_list_is_withdrawn_after_a_kill(probe: Probe) -> None:
    probe.sim.set(unshare_drops_permissions=False)
    kill = Kill(1, has_effect=True, endpoint="DELETE agencies")
    assert kill.strike(probe, "--only", "unshare_drops_permissions")
    assert left(probe.sim) == {"permission"}

    result = probe.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert probe.is_restored()


@pytest.mark.parametrize("has_effect", [False, True])
def test_a_share_whose_answer_a_kill_prevented_may_wait_for_an_admin(
    probe: Probe, has_effect: bool
) -> None:
    probe.sim.set(admin_approval="grants", delete_while_pending="no_effect")
    kill = Kill(1, has_effect, endpoint="POST agencies")
    assert kill.strike(probe, "--only", "repeat_share")

    result = probe.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert left(probe.sim) == ({"waiting write"} if has_effect else set())
    assert CHECK in result.stdout


def test_a_write_that_never_got_an_answer_is_named_at_the_end_of_the_probe(probe: Probe) -> None:
    probe.sim.fault("POST agencies", kind="reset", times=-1)

    result = probe.run("--only", "repeat_share")

    assert result.exit_code == 3, result.output
    assert CHECK in result.stdout
    assert probe.is_restored()
