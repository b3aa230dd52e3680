"""A request whose node only the agency may read, or that a list lacks: nothing is lost."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import PermissionMissingError
from metapixel_provider.sharing.contract import Outcome
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share, texts


def asked(sim: Simulator, meta: MetaMaker) -> Outcome:
    """A share that waits in a request whose node only the agency may read."""
    sim.fault("GET request", kind="graph_error", code=10, times=-1)
    return SHARES.create(meta(), share(HARBOUR))


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        ("PENDING", "PENDING"),
        ("APPROVE", "ACTIVE"),
        ("DECLINE", "DECLINED"),
        ("CANCELED", "CANCELED"),
        ("EXPIRED", "EXPIRED"),
        ("FROZEN", "PENDING"),
    ],
)
def test_a_request_that_only_the_agency_may_read_is_read_from_the_list_of_the_owner(
    sim: Simulator, meta: MetaMaker, status: str, becomes: str
) -> None:
    waiting = asked(sim, meta)
    request_id = str(waiting.outputs["pending_request_id"])
    if becomes == "ACTIVE":
        sim.answer(request_id, status)
    sim.world.requests[request_id].status = status

    read = SHARES.read(meta(), waiting.outputs)

    assert read.outputs["status"] == becomes
    assert bool(read.outputs["granted_tasks"]) is (becomes == "ACTIVE")
    assert ("returns the status FROZEN" in texts(read.notices)) is (status == "FROZEN")
    assert sim.count("POST agencies") == 1


def test_a_request_that_nothing_lets_the_owner_read_is_an_error_that_names_it(
    sim: Simulator, meta: MetaMaker
) -> None:
    waiting = asked(sim, meta)
    sim.fault("GET initiated_sharing_agreements", kind="graph_error", code=10, times=-1)

    with pytest.raises(PermissionMissingError, match="read the sharing requests that business"):
        SHARES.read(meta(), waiting.outputs)


def test_an_empty_list_of_sent_requests_loses_no_request(sim: Simulator, meta: MetaMaker) -> None:
    empty = '{"data": []}'
    sim.fault("GET initiated_sharing_agreements", kind="status", status=200, body=empty, times=-1)
    waiting = SHARES.create(meta(), share(HARBOUR))

    assert SHARES.read(meta(), waiting.outputs).outputs == waiting.outputs
    assert SHARES.delete(meta(), waiting.outputs) == ()
    assert sim.open_requests() == []


def test_a_forgotten_request_is_not_replaced_by_another_one(
    sim: Simulator, meta: MetaMaker
) -> None:
    waiting = SHARES.create(meta(), share(HARBOUR))

    read = SHARES.read(meta(), waiting.outputs | {"pending_request_id": "77"})

    assert (read.outputs["status"], read.outputs["pending_request_id"]) == ("UNCONFIRMED", "")
