"""A request whose node only the agency may read, or that a list lacks: nothing is lost."""

from __future__ import annotations

import json

import pytest

from metapixel_provider.errors import GraphError, RefusedError
from metapixel_provider.sharing.contract import Properties
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

#: The codes of a request that the token may not see, or that Meta may not have.
HIDDEN = pytest.mark.parametrize("hidden", [10, 100])
#: Why the owner's list of sent requests is unread.
UNREAD = pytest.mark.parametrize("unread", ["the owner is hidden", "the list is refused"])


def hide_request(sim: Simulator, code: int = 100, times: int = -1) -> None:
    sim.fault("GET request", kind="graph_error", code=code, subcode=33, times=times)


def hide_list(sim: Simulator, unread: str) -> None:
    if unread == "the list is refused":
        sim.fault("GET initiated_sharing_agreements", kind="graph_error", code=10, times=-1)
    else:
        body = json.dumps({"id": PIXEL, "name": "Acme web shop"})
        sim.fault("GET pixel", kind="status", status=200, body=body, times=-1)


def asked(meta: MetaMaker) -> Properties:
    """The record of a share that waits in a request."""
    return SHARES.create(meta(), share(HARBOUR)).outputs


@HIDDEN
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
    sim: Simulator, meta: MetaMaker, status: str, becomes: str, hidden: int
) -> None:
    waiting = asked(meta)
    hide_request(sim, hidden)
    request_id = str(waiting["pending_request_id"])
    if becomes == "ACTIVE":
        sim.answer(request_id, status)
    sim.world.requests[request_id].status = status

    read = SHARES.read(meta(), waiting)

    assert read.outputs["status"] == becomes
    assert bool(read.outputs["granted_tasks"]) is (becomes == "ACTIVE")
    assert ("returns the status FROZEN" in texts(read.notices)) is (status == "FROZEN")
    assert sim.count("POST agencies") == 1


@HIDDEN
@UNREAD
@pytest.mark.parametrize("listed", ["absent", "present"])
def test_a_request_that_is_unread_stays_recorded_and_is_not_sent_again(
    sim: Simulator, meta: MetaMaker, unread: str, hidden: int, listed: str
) -> None:
    sim.set(pending_in_agencies=listed)
    waiting = asked(meta)
    request_id = waiting["pending_request_id"]
    hide_request(sim, hidden)
    hide_list(sim, unread)

    read = SHARES.read(meta(), waiting)
    updated = SHARES.update(meta(), read.outputs, share(HARBOUR))

    for outcome in (read, updated):
        found = outcome.outputs
        assert (found["status"], found["pending_request_id"]) == ("UNCONFIRMED", request_id)
        assert f"may still accept sharing request {request_id}" in texts(outcome.notices)
    sim.clear_faults()
    assert SHARES.read(meta(), updated.outputs).outputs["status"] == "PENDING"
    sim.world.requests.clear()
    assert SHARES.read(meta(), updated.outputs).outputs["status"] == "CANCELED"
    assert sim.count("POST agencies") == 1


def test_an_empty_list_of_sent_requests_loses_no_request(sim: Simulator, meta: MetaMaker) -> None:
    empty = '{"data": []}'
    sim.fault("GET initiated_sharing_agreements", kind="status", status=200, body=empty, times=-1)
    waiting = SHARES.create(meta(), share(HARBOUR))

    assert SHARES.read(meta(), waiting.outputs).outputs == waiting.outputs
    assert SHARES.delete(meta(), waiting.outputs) == ()
    assert sim.open_requests() == []


def test_a_request_that_one_read_lacks_is_read_again(sim: Simulator, meta: MetaMaker) -> None:
    waiting = asked(meta)
    hide_request(sim, times=1)
    sim.fault("GET initiated_sharing_agreements", kind="status", status=200, body='{"data": []}')

    assert SHARES.read(meta(), waiting).outputs == waiting


def test_a_forgotten_request_is_not_replaced_by_another_one(
    sim: Simulator, meta: MetaMaker
) -> None:
    waiting = SHARES.create(meta(), share(HARBOUR))

    read = SHARES.read(meta(), waiting.outputs | {"pending_request_id": "77"})

    assert (read.outputs["status"], read.outputs["pending_request_id"]) == ("UNCONFIRMED", "")


# Deletion


@UNREAD
@pytest.mark.parametrize("status", ["PENDING", "UNCONFIRMED"])
def test_a_deletion_that_found_nothing_fails_while_a_request_is_unread(
    sim: Simulator, meta: MetaMaker, unread: str, status: str
) -> None:
    sim.set(delete_while_pending="no_effect")
    waiting = asked(meta)
    waiting |= {"status": status}
    if status == "UNCONFIRMED":
        waiting |= {"pending_request_id": "", "requires_admin_approval": True}
    hide_request(sim)
    hide_list(sim, unread)

    with pytest.raises(
        RefusedError, match=r"may still accept .*, or cancel .* `pulumi state delete"
    ):
        SHARES.delete(meta(), waiting)


@UNREAD
def test_a_deletion_that_succeeded_warns_about_an_unread_request(
    sim: Simulator, meta: MetaMaker, unread: str
) -> None:
    waiting = asked(meta)
    hide_request(sim)
    hide_list(sim, unread)

    reported = texts(SHARES.delete(meta(), waiting))

    assert f"may still accept sharing request {waiting['pending_request_id']}" in reported
    assert sim.open_requests() == []


@pytest.mark.parametrize("lost", [{"code": 2, "status": 500}, {"body": '{"success":false}'}])
@pytest.mark.parametrize("status", ["PENDING", "UNCONFIRMED"])
def test_a_deletion_without_effect_whose_answer_was_lost_is_an_error(
    sim: Simulator, meta: MetaMaker, lost: dict[str, object], status: str
) -> None:
    sim.set(delete_while_pending="no_effect")
    waiting = asked(meta) | {"status": status}
    kind = "graph_error" if "code" in lost else "status"
    sim.fault("DELETE agencies", **{"kind": kind, "status": 200, **lost})

    with pytest.raises(RefusedError, match=f"request {waiting['pending_request_id']} could not be"):
        SHARES.delete(meta(), waiting)

    assert sim.count("DELETE agencies") == 2


@pytest.mark.parametrize("answer", ["error", "success"])
def test_a_deletion_of_a_share_that_stays_listed_names_the_request_to_cancel(
    sim: Simulator, meta: MetaMaker, answer: str
) -> None:
    sim.set(delete_while_pending="no_effect", delete_absent=answer, pending_in_agencies="present")
    waiting = asked(meta) | {"status": "UNCONFIRMED", "pending_request_id": ""}
    (request,) = sim.open_requests()

    with pytest.raises((RefusedError, GraphError), match=f"cancel sharing request {request.id} in"):
        SHARES.delete(meta(), waiting)
