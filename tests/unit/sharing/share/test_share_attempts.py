"""A share whose first attempt did not come back well: what the next one says is not all."""

from __future__ import annotations

import pytest

from metapixel_simulator import Simulator
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share


@pytest.mark.parametrize("stale", [0, 6])
def test_a_share_that_went_through_is_found_where_its_repetition_is_refused(
    sim: Simulator, meta: MetaMaker, stale: int
) -> None:
    sim.set(repeat_share="error", stale_reads=stale)
    sim.fault("POST agencies", kind="reset", when="after")

    assert SHARES.create(meta(), share()).outputs["status"] == "ACTIVE"


@pytest.mark.parametrize("code", [-1, 99, 960])
def test_a_server_error_with_a_code_of_its_own_is_no_refusal(
    sim: Simulator, meta: MetaMaker, code: int
) -> None:
    sim.fault("POST agencies", kind="graph_error", code=code, status=503, when="after")

    assert SHARES.create(meta(), share()).outputs["status"] == "ACTIVE"
