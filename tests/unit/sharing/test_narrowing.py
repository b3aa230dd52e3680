"""Taking tasks away: they are gone in what Meta shows, or it is said that they are not."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import MetaPixelError, RefusedError
from metapixel_provider.graph.client import Patience
from metapixel_simulator import Simulator
from metapixel_simulator.world import SharingRequest
from tests.unit.conftest import Ids, MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

PAIR = (Ids.pixel, Ids.northlight)
PATIENCE = Patience(timeout=5, attempts=2, first_pause=0.001, first_look=0.001)


@pytest.mark.parametrize("stale", [0, 1, 2, 3])
@pytest.mark.parametrize("habit", ["overwrite", "union"])
def test_removed_tasks_are_gone_in_what_meta_shows(
    sim: Simulator, meta: MetaMaker, habit: str, stale: int
) -> None:
    sim.set(repeat_share=habit)
    before = SHARES.create(meta(), share(Ids.northlight, "ANALYZE", "UPLOAD", "ADVERTISE"))
    sim.set(stale_reads=stale)

    after = SHARES.update(meta(), before.outputs, share(Ids.northlight, "UPLOAD"))

    assert sim.shares()[PAIR] == {"UPLOAD"}
    assert after.outputs["granted_tasks"] == ["UPLOAD"]
    assert after.outputs["status"] == "ACTIVE"


def test_where_meta_replaces_tasks_the_agency_never_loses_access(
    sim: Simulator, meta: MetaMaker
) -> None:
    before = SHARES.create(meta(), share())

    SHARES.update(meta(), before.outputs, share(Ids.northlight, "UPLOAD"))

    assert sim.count("DELETE agencies") == 0


def test_where_meta_only_adds_the_detour_is_said(sim: Simulator, meta: MetaMaker) -> None:
    sim.set(repeat_share="union")
    before = SHARES.create(meta(), share())

    after = SHARES.update(meta(), before.outputs, share(Ids.northlight, "UPLOAD"))

    assert "had to be unshared and shared again to take ANALYZE away" in texts(after.notices)
    assert "may have to be permitted again" in texts(after.notices)


REFUSED = {"kind": "graph_error", "code": 100, "message": "no"}
UNKNOWN = {"kind": "reset"}


@pytest.mark.parametrize("fault", [REFUSED, UNKNOWN], ids=["refused", "unknown"])
def test_when_the_second_half_fails_what_stood_before_is_put_back(
    sim: Simulator, meta: MetaMaker, fault: dict[str, object]
) -> None:
    sim.set(repeat_share="union")
    before = SHARES.create(meta(), share())
    # The first attempt to narrow adds nothing; then the share that follows the unsharing fails.
    times = 2 if fault is UNKNOWN else 1
    sim.fault("POST agencies", after_n=1, times=times, **fault)  # type: ignore[arg-type]

    with pytest.raises(RefusedError, match="what stood before was put back") as raised:
        SHARES.update(meta(patience=PATIENCE), before.outputs, share(Ids.northlight, "UPLOAD"))

    assert sim.shares()[PAIR] == {"ANALYZE", "UPLOAD"}
    assert "ANALYZE could not be taken away" in str(raised.value)


@pytest.mark.parametrize("fault", [REFUSED, UNKNOWN], ids=["refused", "down"])
def test_when_nothing_can_be_put_back_it_is_said_that_access_may_be_lost(
    sim: Simulator, meta: MetaMaker, fault: dict[str, object]
) -> None:
    sim.set(repeat_share="union")
    before = SHARES.create(meta(), share())
    sim.fault("POST agencies", after_n=1, times=-1, **fault)  # type: ignore[arg-type]

    with pytest.raises(RefusedError, match="the agency may have no access now"):
        SHARES.update(meta(patience=PATIENCE), before.outputs, share(Ids.northlight, "UPLOAD"))

    sim.clear_faults()
    after = SHARES.update(meta(), before.outputs, share(Ids.northlight, "UPLOAD"))
    assert sim.shares()[PAIR] == {"UPLOAD"}
    assert after.outputs["granted_tasks"] == ["UPLOAD"]


def test_when_the_first_half_stays_unknown_what_stood_before_is_put_back(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.set(repeat_share="union")
    before = SHARES.create(meta(), share())
    sim.fault("DELETE agencies", kind="reset", when="after", times=1)
    sim.fault("GET pixel", kind="status", after_n=5, times=2)

    with pytest.raises(RefusedError, match="what stood before was put back"):
        SHARES.update(meta(patience=PATIENCE), before.outputs, share(Ids.northlight, "UPLOAD"))

    assert sim.shares()[PAIR] == {"ANALYZE", "UPLOAD"}


def test_a_task_that_cannot_be_taken_away_is_an_error(sim: Simulator, meta: MetaMaker) -> None:
    before = SHARES.create(meta(), share())
    # Meta says yes to every write and does none of them.
    sim.fault("POST agencies", kind="status", status=200, body='{"success": true}', times=-1)
    sim.fault("DELETE agencies", kind="status", status=200, body='{"success": true}', times=-1)

    with pytest.raises(RefusedError, match="Meta still shows ANALYZE"):
        SHARES.update(meta(), before.outputs, share(Ids.northlight, "UPLOAD"))


def test_a_creation_that_overwrites_does_not_raise_after_its_write(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.set(repeat_share="union")
    sim.share(*PAIR, ["ANALYZE", "UPLOAD"])
    sim.fault("POST agencies", after_n=1, times=-1, kind="graph_error", code=100)

    created = SHARES.create(meta(), share(Ids.northlight, "UPLOAD", on_existing="overwrite"))

    assert created.outputs["status"] == "PENDING"
    assert "may have no access now" in texts(created.notices)
    assert SHARES.difference(created.outputs, created.outputs).needs_update


@pytest.mark.parametrize("next_tasks", [("UPLOAD",), ("ANALYZE", "UPLOAD")])
def test_an_outage_after_the_write_leaves_an_update_due_also_where_it_is_reverted(
    sim: Simulator, meta: MetaMaker, next_tasks: tuple[str, ...]
) -> None:
    before = SHARES.create(meta(), share())
    sim.fault("GET pixel", kind="status", after_n=1, times=-1)
    unseen = SHARES.update(meta(patience=PATIENCE), before.outputs, share(Ids.northlight, "UPLOAD"))
    sim.clear_faults()
    assert unseen.outputs["status"] == "PENDING"
    assert "could not be confirmed" in texts(unseen.notices)

    declared = share(Ids.northlight, *next_tasks)
    assert SHARES.difference(unseen.outputs, declared).needs_update
    after = SHARES.update(meta(), unseen.outputs, declared)

    assert after.outputs["granted_tasks"] == list(next_tasks)
    assert sim.shares()[PAIR] == set(next_tasks)


@pytest.mark.parametrize("habit", ["overwrite", "union"])
def test_a_request_for_another_pixel_is_not_taken_for_a_narrowing_that_got_no_answer(
    sim: Simulator, meta: MetaMaker, habit: str
) -> None:
    sim.set(repeat_share=habit)
    before = SHARES.create(meta(), share(Ids.northlight, "ANALYZE", "UPLOAD", "ADVERTISE"))
    now = sim.graph.clock.now()
    other = {Ids.pixel_2: ("ANALYZE",)}
    sim.world.add(
        SharingRequest("2400000000000099", Ids.owner, Ids.northlight, other, created_at=now)
    )
    # With union the narrowing unshares after its first share, and it is the second that is lost.
    sim.fault("POST agencies", kind="reset", after_n=int(habit == "union"), times=-1)

    with pytest.raises(MetaPixelError, match="pulumi up --refresh"):
        SHARES.update(meta(patience=PATIENCE), before.outputs, share(Ids.northlight, "UPLOAD"))
