"""The life of the recipient's answer to a sharing request."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import GraphError, NotVisibleError, RefusedError
from metapixel_simulator import Simulator
from tests.support.changing import changing
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import RESPONSES, SHARES, response, share, texts

AGENCY = "harbour-token"


@pytest.fixture
def request_id(sim: Simulator, meta: MetaMaker) -> str:
    """Harbour was asked to accept the first pixel."""
    return str(SHARES.create(meta(), share(HARBOUR)).outputs["pending_request_id"])


def test_an_answer_that_was_not_seen_is_due() -> None:
    assert RESPONSES.difference(response("77") | {"status": "PENDING"}, response("77")).needs_update


def test_the_same_answer_given_before_is_adopted(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    sim.answer(request_id, "APPROVE")

    assert RESPONSES.create(meta(AGENCY), response(request_id)).outputs["status"] == "APPROVE"
    assert sim.count("POST request") == 0


@pytest.mark.parametrize("ended", ["DECLINE", "CANCELED", "EXPIRED"])
def test_a_request_that_ended_otherwise_cannot_be_answered(
    sim: Simulator, meta: MetaMaker, request_id: str, ended: str
) -> None:
    sim.answer(request_id, ended)

    with pytest.raises(
        RefusedError, match=f"the status {ended} and cannot be answered with APPROVE"
    ):
        RESPONSES.create(meta(AGENCY), response(request_id))


def test_an_unknown_request_is_the_receivers_to_check(meta: MetaMaker) -> None:
    with pytest.raises(NotVisibleError, match="admin of the business that received the request"):
        RESPONSES.create(meta(AGENCY), response("2400000000000099"))


def test_an_owner_that_sent_it_may_be_named_even_if_a_list_lacks_the_new_request(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    sim.fault("GET received_sharing_agreements", kind="status", status=200, body='{"data": []}')
    inputs = response(request_id, owner_business_id=OWNER, agency_business_id=HARBOUR)

    assert RESPONSES.create(meta(AGENCY), inputs).outputs["status"] == "APPROVE"


def test_a_request_of_another_owner_is_not_answered(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    inputs = response(request_id, owner_business_id=NORTHLIGHT, agency_business_id=HARBOUR)

    with pytest.raises(RefusedError, match=f"among the requests from business {NORTHLIGHT}"):
        RESPONSES.create(meta(AGENCY), inputs)

    assert sim.request(request_id).status == "PENDING"


def test_the_owner_cannot_answer_for_the_agency(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    with pytest.raises(GraphError, match="approve sharing request"):
        RESPONSES.create(meta(), response(request_id))


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_whose_request_meta_forgets_at_once_is_not_lost(
    sim: Simulator, meta: MetaMaker, request_id: str, when: str
) -> None:
    sim.set(request_purged_after=0)
    sim.fault("POST request", kind="reset", when=when)

    created = RESPONSES.create(meta(AGENCY), response(request_id))

    assert created.outputs["status"] == "APPROVE"
    assert len(sim.shares()) == 1


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ('"pending_request_id": "77"', "could not be confirmed: Meta returns PENDING"),
        ('"requires_admin_approval": true', "another admin of the business must approve it"),
    ],
)
def test_an_answer_with_a_request_or_to_be_approved_is_not_recorded_as_given(
    sim: Simulator, meta: MetaMaker, request_id: str, answered: str, told: str
) -> None:
    body = f'{{"success": true, {answered}}}'
    sim.fault("POST request", kind="status", status=200, body=body)

    created = RESPONSES.create(meta(AGENCY), response(request_id))

    assert created.outputs["status"] == "PENDING"
    assert told in texts(created.notices)


def test_a_request_that_is_late_to_show_is_not_taken_for_answered(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    sim.fault("POST request", kind="status", status=502, when="before")
    sim.fault("GET request", kind="graph_error", code=100, subcode=33, after_n=1, times=2)

    RESPONSES.create(meta(AGENCY), response(request_id))

    assert sim.request(request_id).status == "APPROVE"


def test_an_answer_that_meta_refuses_is_never_taken_for_given(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    sim.fault("POST request", kind="graph_error", code=100)
    sim.fault("GET request", kind="graph_error", code=100, subcode=33, after_n=1, times=-1)

    with pytest.raises(GraphError, match="approve sharing request"):
        RESPONSES.create(meta(AGENCY), response(request_id))

    assert sim.shares() == {}


@pytest.mark.parametrize(
    ("status", "stands", "found"),
    [
        ("APPROVE", "approve", "APPROVE"),
        ("APPROVE", "DECLINE", "DECLINE"),
        ("APPROVE", "PENDING", "deleted"),
        ("APPROVE", "CANCELED", "deleted"),
        ("APPROVE", "purged", "APPROVE"),
        ("PENDING", "EXPIRED", "EXPIRED"),
        # An import records answers only.
        (None, "APPROVE", "APPROVE"),
        (None, "PENDING", "deleted"),
    ],
)
def test_reading_finds_the_answer_that_stands(
    sim: Simulator, meta: MetaMaker, request_id: str, status: str | None, stands: str, found: str
) -> None:
    if stands == "purged":
        sim.world.requests.clear()
    else:
        sim.world.requests[request_id].status = stands
    recorded = response(request_id) | ({"status": status} if status else {})

    outcome = RESPONSES.read(meta(AGENCY), recorded)

    assert ("deleted" if outcome.deleted else outcome.outputs["status"]) == found
    if found != "EXPIRED":
        assert (outcome.inputs or {}).get("request_status", "deleted") == found


def test_updating_or_deleting_a_given_answer_calls_nothing(sim: Simulator, meta: MetaMaker) -> None:
    given = response("77") | {"status": "APPROVE"}

    updated = RESPONSES.update(meta(AGENCY), given, response("77", credentials="agency"))

    assert updated.outputs["credentials"] == "agency"
    assert RESPONSES.delete(meta(AGENCY), given) == ()
    assert sim.requests == []


def test_an_unknown_status_after_an_answer_is_reported_and_not_recorded_as_the_answer(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    def freeze() -> None:
        sim.world.requests[request_id].status = "FROZEN"

    with changing(sim, ("POST request", "after"), freeze):
        answered = RESPONSES.create(meta(AGENCY), response(request_id))

    assert answered.outputs["status"] == "FROZEN"
    assert "FROZEN, which pulumi-metapixel does not know" in texts(answered.notices)
