"""A probe that is killed during any call, and the cleanup, which may be killed too.

METAPIXEL_PROBES is the number of random kills.
"""

from __future__ import annotations

import random

import pytest

from metapixel_simulator import Relationship
from metapixel_simulator.sharing import Sharing
from tests.cli.probe.probing import AGENCY, CHECK, OWNER, Probe, cleaned, left
from tests.support.depth import examples

PROBES = examples("METAPIXEL_PROBES", desk=4, ci=16)
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


@pytest.fixture(autouse=True)
def _hidden_permissions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Meta list no permission of a business without a share, even if the permission exists."""
    listed = Sharing.read_accounts

    def read(sharing: Sharing, pixel: str, business: str) -> tuple[str, ...]:
        found = listed(sharing, pixel, business)
        return found if (pixel, business) in sharing.world.shares else ()

    monkeypatch.setattr(Sharing, "read_accounts", read)


@pytest.mark.parametrize("seed", range(PROBES))
def test_after_kills_at_random_calls_the_cleanup_restores_everything_or_names_it(
    probe: Probe, seed: int
) -> None:
    chance = random.Random(f"kills {seed}")
    probe.sim.set(**{name: chance.choice(SETTINGS[name]) for name in SETTINGS})
    if chance.random() < 0.3:
        probe.sim.world.add(Relationship(OWNER, AGENCY))
    acts = ("--only", "acts") if chance.random() < 0.2 else ()
    probe.killed(chance.randint(10, 150), chance.random() < 0.5, *acts)
    killed = probe.killed(chance.randint(1, 80), chance.random() < 0.5, "--cleanup")

    result = cleaned(probe)

    found = left(probe.sim)
    # A cleanup that was not killed has named it.
    told = killed.output + result.output
    if CHECK in told:
        found.discard("waiting write")
        if "may not list a permission that still exists" in told:
            found.discard("permission")
    assert result.exit_code == 0, result.output
    assert found == set()
    assert not probe.journal.exists()


def test_a_permission_that_meta_does_not_list_is_withdrawn_after_a_kill(probe: Probe) -> None:
    probe.sim.set(unshare_drops_permissions=False)
    options = ("--only", "unshare_drops_permissions")
    probe.killed(1, True, *options, which=lambda entry: entry.endpoint == "DELETE agencies")
    assert left(probe.sim) == {"permission"}

    result = probe.run("--cleanup")

    assert result.exit_code == 0, result.output
    assert probe.is_restored()


@pytest.mark.parametrize("has_effect", [False, True])
def test_a_share_whose_answer_a_kill_prevented_may_wait_for_an_admin(
    probe: Probe, has_effect: bool
) -> None:
    probe.sim.set(admin_approval="grants", delete_while_pending="no_effect")
    options = ("--only", "repeat_share")
    probe.killed(1, has_effect, *options, which=lambda entry: entry.endpoint == "POST agencies")

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
