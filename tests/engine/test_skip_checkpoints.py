"""`PULUMI_SKIP_CHECKPOINTS`: a killed `up` leaves nothing in state, and costs nobody a share.

More shares and kill points: METAPIXEL_SHARES=1000 METAPIXEL_KILL_POINTS=20.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from bench import workload
from metapixel_simulator import Simulator
from tests.support.depth import examples
from tests.support.processes import Kill
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

SHARES = int(os.environ.get("METAPIXEL_SHARES", "60"))
KILL_POINTS = examples("METAPIXEL_KILL_POINTS", desk=1, ci=3)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", range(KILL_POINTS))
def test_a_killed_up_without_checkpoints_is_taken_up_again(point: int, tmp_path: Path) -> None:
    pixels = workload.pixels_for(SHARES)
    with Simulator(workload.world(pixels)) as sim:
        stack = Stack(
            tmp_path,
            workload.shares(SHARES),
            config={"metapixel:graphUrl": sim.url},
            environment={
                "META_ACCESS_TOKEN": workload.TOKEN,
                "PULUMI_SKIP_CHECKPOINTS": "1",
            },
        )
        calls = SHARES + 2 * pixels
        kill = Kill(1 + calls * (2 * point + 1) // (2 * KILL_POINTS), "before", "command")
        kill.run(stack, sim, "up", "--yes", "--skip-preview")
        assert kill.killed, "the command ended before it could be killed"

        stack.pulumi("cancel", "--yes")
        stack.up()

        declared = {(pixel, agency) for pixel, agency in sim.shares()}
        assert len(declared) == SHARES
        recorded = stack.resources()
        assert len(recorded) == SHARES
        assert {
            (str(it["pixel_id"]), str(it["agency_business_id"])) for it in recorded.values()
        } == (declared)
        assert {it["status"] for it in recorded.values()} == {"ACTIVE"}
        writes = Counter(
            (entry.pixel, entry.business)
            for entry in sim.requests
            if entry.endpoint == "POST agencies"
        )
        assert set(writes.values()) == {1}
        stack.expect_no_changes()
