"""One run reads, writes and reads again: what it read before a write is not true any more.

The rules in `tests/support/rules.py` watch each method, so most of these tests only have to run.
"""

from __future__ import annotations

import json

import pytest

from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.sharing.meta import Meta
from metapixel_simulator import Simulator
from tests.support.changing import changing
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.unit.conftest import ClientMaker, MetaMaker
from tests.unit.sharing.support import PERMISSIONS, SHARES, permission, share

AGENCY = "northlight-token"


@pytest.mark.parametrize("status", ["PENDING", "UNCONFIRMED"])
@pytest.mark.parametrize("request_id", ["recorded", "hidden", ""])
def test_a_deletion_after_a_refresh_reads_the_requests_again(
    sim: Simulator, meta: MetaMaker, status: str, request_id: str
) -> None:
    waiting = SHARES.create(meta(), share(HARBOUR)).outputs | {"status": status}
    if not request_id:
        waiting |= {"status": "UNCONFIRMED", "pending_request_id": ""}
    if request_id == "hidden":
        sim.fault("GET request", kind="graph_error", code=100, subcode=33, times=-1)
    run = meta()

    refreshed = SHARES.read(run, waiting)

    assert SHARES.delete(run, refreshed.outputs) == ()
    assert sim.open_requests() == []


def test_a_permission_is_read_again_after_its_share_has_ended(
    sim: Simulator, client: ClientMaker
) -> None:
    reads = SharedReads()
    owner, agency = Meta(client(), reads), Meta(client(AGENCY), reads)
    shared = SHARES.create(owner, share(NORTHLIGHT, "ADVERTISE")).outputs
    permitted = PERMISSIONS.create(agency, permission()).outputs
    assert agency.tasks_of(NORTHLIGHT, PIXEL)

    SHARES.delete(owner, shared)

    assert PERMISSIONS.read(agency, permitted).outputs["status"] == "ENDED_BY_OWNER"


@pytest.mark.parametrize("status", ["ACTIVE", "PENDING", "DECLINED"])
def test_a_read_from_before_the_last_run_is_no_drift(
    sim: Simulator, meta: MetaMaker, status: str
) -> None:
    agency = NORTHLIGHT if status == "ACTIVE" else HARBOUR
    recorded = SHARES.create(meta(), share(agency)).outputs
    if status == "DECLINED":
        sim.answer(str(recorded["pending_request_id"]), "DECLINE")
        recorded = SHARES.read(meta(), recorded).outputs
    assert recorded["status"] == status
    older = {"id": agency, "name": recorded["agency_name"], "permitted_tasks": ["ANALYZE"]}
    body = json.dumps({"data": [older]})
    sim.fault("GET agencies", kind="status", status=200, body=body)

    assert SHARES.read(meta(), recorded).outputs == recorded


def test_a_share_that_a_person_ends_during_the_update_has_no_tasks(
    sim: Simulator, meta: MetaMaker
) -> None:
    recorded = SHARES.create(meta(), share(NORTHLIGHT, "ANALYZE")).outputs

    with changing(sim, ("POST agencies", "after"), lambda: sim.unshare(PIXEL, NORTHLIGHT)):
        updated = SHARES.update(meta(), recorded, share()).outputs

    assert (updated["status"], updated["granted_tasks"]) == ("UNCONFIRMED", [])
