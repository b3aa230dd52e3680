"""Tasks that Meta implies by a declared one: no difference, no failed narrowing, one notice."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.contract import Outcome
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

PAIR = (PIXEL, NORTHLIGHT)
ANALYZE = share(NORTHLIGHT, "ANALYZE")
BOTH = share(NORTHLIGHT, "ANALYZE", "ADVERTISE")
RETURNED = ["ANALYZE", "ADVERTISE"]
NOTICE = "Meta returns ADVERTISE too for pixel"


@pytest.fixture(autouse=True)
def implied(sim: Simulator) -> None:
    """Meta counts ADVERTISE as a part of ANALYZE, as the guide's words suggest."""
    sim.set(implied_tasks="ANALYZE:ADVERTISE")


def assert_settled(found: Outcome) -> None:
    assert found.outputs["status"] == "ACTIVE"
    assert found.outputs["granted_tasks"] == RETURNED
    assert not SHARES.difference(found.outputs, ANALYZE).needs_update
    assert not SHARES.difference(found.outputs, ANALYZE).changed


@pytest.mark.parametrize("lost", [False, True])
def test_a_task_that_meta_implies_is_told_once_is_no_difference_and_repeats_no_write(
    sim: Simulator, meta: MetaMaker, lost: bool
) -> None:
    if lost:
        sim.fault("POST agencies", kind="reset", when="after")

    created = SHARES.create(meta(), ANALYZE)

    assert_settled(created)
    assert NOTICE in texts(created.notices)
    assert sim.count("POST agencies") == 1
    read = SHARES.read(meta(), created.outputs)
    assert (read.outputs, read.notices) == (created.outputs, ())


def test_a_listed_share_that_waits_is_not_mistaken_for_one_made_by_hand(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.set(pending_in_agencies="present")
    asked = SHARES.create(meta(), share(HARBOUR, "ANALYZE"))

    assert SHARES.read(meta(), asked.outputs).outputs == asked.outputs


def test_narrowing_to_a_task_that_implies_the_revoked_one_succeeds_and_tells_what_remains(
    sim: Simulator, meta: MetaMaker
) -> None:
    before = SHARES.create(meta(), BOTH)

    narrowed = SHARES.update(meta(), before.outputs, ANALYZE)

    assert_settled(narrowed)
    assert NOTICE in texts(narrowed.notices)
    assert sim.shares()[PAIR] == {"ANALYZE"}
    again = SHARES.update(meta(), narrowed.outputs, ANALYZE | {"resend": "again"})
    assert (again.outputs, again.notices) == (narrowed.outputs | {"resend": "again"}, ())
    assert sim.count("DELETE agencies") == 0


def test_a_creation_adopts_its_share_after_a_kill_and_the_next_update_settles_it(
    sim: Simulator, meta: MetaMaker
) -> None:
    SHARES.create(meta(), ANALYZE)  # Nothing recorded it.

    adopted = SHARES.create(meta(), ANALYZE)

    assert sim.count("POST agencies") == 1
    assert "for ANALYZE, ADVERTISE, not for ANALYZE" in texts(adopted.existed)
    assert adopted.outputs["granted_tasks"] == RETURNED
    assert SHARES.difference(adopted.outputs, ANALYZE).needs_update
    settled = SHARES.update(meta(), adopted.outputs, ANALYZE)
    assert_settled(settled)
    assert NOTICE in texts(settled.notices)
