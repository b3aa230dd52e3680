"""What a run knows of a share from a record that it has refreshed or dropped before."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import RefusedError
from metapixel_provider.process.operations import Operations
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import SharingRequest, Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, response, share

ID = f"{PIXEL}/{NORTHLIGHT}"


def test_of_two_records_with_different_requests_each_is_withdrawn(
    sim: Simulator, meta: MetaMaker, shares: Operations, reported: list[str]
) -> None:
    first = SHARES.create(meta(), share(HARBOUR)).outputs
    sim.answer(str(first["pending_request_id"]), "CANCELED")
    second = SHARES.create(meta(), share(HARBOUR)).outputs

    for recorded in (first, second):
        shares.delete(f"{PIXEL}/{HARBOUR}", recorded)

    assert sim.open_requests() == []
    assert sim.count("DELETE agencies") == 2
    assert not any("two records" in each for each in reported)


def test_access_that_a_refresh_did_not_find_is_announced_before_it_is_created_again(
    sim: Simulator, runtime: Runtime, shares: Operations, reported: list[str]
) -> None:
    sim.world.add(SharingRequest("77", OWNER, NORTHLIGHT))
    answers, answer = Operations(ResourceType.RESPONSE, runtime), response("77")
    assert answers.read("77", answer | {"credentials": "agency", "status": "APPROVE"}).deleted
    assert shares.read(ID, share() | {"status": "ACTIVE"}).deleted

    answers.check({}, answer)
    shares.check({}, share(HARBOUR))
    assert reported == []
    shares.check({}, share())
    assert f"Meta no longer has PixelAgencyShare {ID}" in reported.pop()


def test_a_creation_that_fails_after_its_older_record_was_dropped_is_recorded(
    sim: Simulator, shares: Operations
) -> None:
    shares.check({}, share())
    shares.delete(ID, share() | {"status": "ACTIVE", "granted_tasks": ["ANALYZE", "UPLOAD"]})
    sim.fault("GET agencies", kind="graph_error", code=200, status=403, times=-1)

    assert shares.create(share()).outputs["status"] == "UNCONFIRMED"


def test_a_creation_that_is_refused_after_its_older_record_was_refreshed_is_an_error(
    sim: Simulator, shares: Operations
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])
    shares.read(ID, share() | {"status": "ACTIVE"})

    with pytest.raises(RefusedError, match="is already shared"):
        shares.create(share())


def test_a_dropped_record_with_more_tasks_leaves_the_declared_request_to_the_creation(
    sim: Simulator, meta: MetaMaker, shares: Operations
) -> None:
    sim.set(repeat_pending="new_request")
    wider, declared = share(HARBOUR, "ANALYZE", "UPLOAD"), share(HARBOUR, "ANALYZE")
    dropped = SHARES.create(meta(), wider).outputs
    shares.check({}, declared)

    shares.delete(f"{PIXEL}/{HARBOUR}", dropped)

    (asked,) = sim.open_requests()
    assert list(asked.pixels[PIXEL]) == ["ANALYZE"]
    assert shares.create(declared).outputs["pending_request_id"] == asked.id


def test_the_record_of_another_name_is_dropped_without_a_call_after_the_creation(
    sim: Simulator, shares: Operations
) -> None:
    shares.check({}, share())
    shares.create(share())
    calls = sim.count()

    shares.delete(ID, share(NORTHLIGHT, "UPLOAD") | {"status": "ACTIVE"})

    assert sim.count() == calls
