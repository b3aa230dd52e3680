"""Writes with a wrong clock: none is sent, whatever it is and whether anything was read before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from metapixel_provider.errors import OutcomeUnknownError, WrongClockError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.status import RequestStatus
from metapixel_provider.sharing.tasks import Task
from metapixel_provider.sharing.writes import Write
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.unit.conftest import QUICK, MetaMaker

PERMISSION = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)


def sent(sim: Simulator) -> list[str]:
    return [each.endpoint for each in sim.requests if each.method != "GET" and not each.batch]


@pytest.mark.parametrize("days", [-400, 400])
@pytest.mark.parametrize(
    "write",
    [
        writes.share(PIXEL, HARBOUR, [Task.ANALYZE]),
        writes.unshare(PIXEL, NORTHLIGHT),
        writes.permit(*PERMISSION),
        writes.withdraw(*PERMISSION),
        writes.answer("2400000000000001", RequestStatus.DECLINE, ""),
    ],
)
def test_no_write_is_sent_with_a_wrong_clock(
    sim: Simulator, meta: MetaMaker, write: Write, days: float
) -> None:
    sim.shift_date(days=days)

    with pytest.raises(WrongClockError, match=f"{abs(days)} days"):
        meta().write(write)

    assert sent(sim) == []


def test_the_first_writes_of_a_process_share_one_read(sim: Simulator) -> None:
    clock, share = Clock(), writes.share(PIXEL, HARBOUR, [Task.ANALYZE])
    sim.set(latency=0.05)
    metas = [
        Meta(Client(Credentials("owner-token"), sim.url, patience=QUICK, clock=clock))
        for _ in range(2)
    ]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(metas[0].write, [share] * 8))
    metas[1].write(share)

    assert sim.count("GET me") == 1


def test_an_answer_that_refuses_the_first_read_reports_the_clock_too(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.fault("GET me", kind="graph_error", code=200, status=403, times=-1)

    meta().write(writes.share(PIXEL, HARBOUR, [Task.ANALYZE]))

    assert sim.count("POST agencies") == 1


def test_no_write_is_sent_before_meta_has_answered(sim: Simulator, meta: MetaMaker) -> None:
    sim.fault("GET me", kind="reset", times=-1)

    with pytest.raises(OutcomeUnknownError, match=f"remove agency {NORTHLIGHT}.*this was a read"):
        meta().write(writes.unshare(PIXEL, NORTHLIGHT))

    assert sent(sim) == []
