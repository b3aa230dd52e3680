"""The life of a standing response: an agency's acceptance of every request of one owner."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from metapixel_provider.errors import GraphError, RefusedError
from metapixel_provider.graph.patience import Patience
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.process.claims import Claims
from metapixel_provider.sharing.contract import OlderRecord, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.response.lifecycle import PixelSharingStandingResponseLifecycle
from metapixel_simulator import Simulator
from tests.support.changing import changing
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL_2
from tests.unit.conftest import IMPATIENT, ClientMaker, MetaMaker
from tests.unit.sharing.support import (
    PERMISSIONS,
    SHARES,
    STANDING_RESPONSES,
    permission,
    response,
    share,
    standing,
    texts,
)

AGENCY = "harbour-token"
ID = f"{OWNER}/{HARBOUR}"
WAITING: Properties = {"status": "WAITING", "answered": [], "answered_on": ""}


@pytest.fixture
def request_id(sim: Simulator, meta: MetaMaker) -> str:
    """Harbour was asked to accept the first pixel."""
    return str(SHARES.create(meta(), share(HARBOUR)).outputs["pending_request_id"])


def recorded(status: str, *answered: str, on: str = "") -> Properties:
    return standing() | {"status": status, "answered": list(answered), "answered_on": on}


@pytest.mark.parametrize("status", ["PENDING", "IN_PROGRESS"])
@pytest.mark.parametrize(
    "older", [None, OlderRecord({})], ids=["new", "an older record was read in another process"]
)
def test_a_creation_accepts_the_open_request(
    sim: Simulator, meta: MetaMaker, request_id: str, older: OlderRecord | None, status: str
) -> None:
    sim.answer(request_id, status)

    created = STANDING_RESPONSES.create(meta(AGENCY), standing(), older)

    today = datetime.now(UTC).date().isoformat()
    assert created.id == ID
    assert created.outputs == recorded("ANSWERED", request_id, on=today)
    assert sim.request(request_id).status == "APPROVE"
    assert "its owner can share more without asking" in texts(created.notices)


@pytest.mark.parametrize(
    ("status", "owner", "answered"),
    [
        ("PENDING", NORTHLIGHT, False),
        ("DECLINE", OWNER, False),
        # Meta still checks these, so that they are reported.
        ("PENDING_INTEGRITY_REVIEW", OWNER, False),
        ("MMA_DIRECT_ASSETS_PENDING", OWNER, False),
        # Somebody else accepted it, so this resource has no date of an answer.
        ("APPROVE", OWNER, True),
    ],
)
def test_a_creation_without_an_open_request_of_the_owner_sends_nothing(
    sim: Simulator, meta: MetaMaker, request_id: str, status: str, owner: str, answered: bool
) -> None:
    sim.answer(request_id, status)
    inputs = standing(owner_business_id=owner)

    created = STANDING_RESPONSES.create(meta(AGENCY), inputs)

    found = recorded("ANSWERED", request_id) if answered else WAITING
    assert created.outputs == {**found, **inputs}
    checked = f"{request_id} was not answered, because it has the status {status}"
    assert (checked in texts(created.notices)) is ("_" in status)
    assert sim.request(request_id).status == status
    assert sim.count("POST request") == 0


def test_a_request_that_this_run_has_sent_is_read_until_it_is_listed(
    sim: Simulator, client: ClientMaker
) -> None:
    reads, lagging = SharedReads(), Patience(first_read_pause=0.001, lag=0.5)
    sim.set(stale_reads=1)
    SHARES.create(Meta(client(), reads), share(HARBOUR))
    agency = Meta(client(AGENCY, patience=lagging), reads)

    created = STANDING_RESPONSES.create(agency, standing())

    assert created.outputs["status"] == "ANSWERED"


def test_while_meta_ignores_the_filter_nothing_is_confirmed_or_sent_and_one_warning_serves_all(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    sim.set(received_filter="ignored")
    of_another = standing(owner_business_id=NORTHLIGHT)

    read = STANDING_RESPONSES.read(meta(AGENCY), recorded("ANSWERED", "77"))
    updated = STANDING_RESPONSES.update(meta(AGENCY), read.outputs, standing())
    other = STANDING_RESPONSES.update(meta(AGENCY), of_another | {"status": "OPEN"}, of_another)

    assert read.outputs == updated.outputs == recorded("UNCONFIRMED", "77")
    assert other.outputs["status"] == "UNCONFIRMED"
    assert "did not limit the requests" in texts(read.notices)
    assert len({*read.notices, *updated.notices, *other.notices}) == 1
    assert STANDING_RESPONSES.difference(updated.outputs, standing()).notices == ()
    with pytest.raises(RefusedError, match="did not limit the requests"):
        STANDING_RESPONSES.create(meta(AGENCY), of_another)
    assert sim.count("POST request") == 0


@pytest.mark.parametrize(
    ("status", "due"),
    [("WAITING", False), ("OPEN", True), ("ANSWERED", False), ("UNCONFIRMED", True)],
)
def test_only_open_and_unconfirmed_need_an_update_and_each_update_records_new_inputs(
    meta: MetaMaker, status: str, due: bool
) -> None:
    found = STANDING_RESPONSES.difference(recorded(status), standing())
    updated = STANDING_RESPONSES.update(meta(AGENCY), recorded(status), standing(reason="Audit"))

    assert found.needs_update is due
    assert ("a sharing request" in texts(found.notices)) is (status == "OPEN")
    assert updated.outputs["reason"] == "Audit"


def test_after_its_last_day_on_the_date_of_the_run_nothing_is_answered(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    responses = PixelSharingStandingResponseLifecycle(Claims(), lambda: date(2099, 2, 1))
    ended = standing(expires_on="2099-01-31")

    created = responses.create(meta(AGENCY), ended)

    assert created.outputs["status"] == "OPEN"
    assert "ended on 2099-01-31" in texts(created.notices)
    assert not responses.difference(created.outputs, ended).needs_update
    assert sim.request(request_id).status == "PENDING"
    sim.answer(request_id, "APPROVE")
    assert responses.create(meta(AGENCY), ended).notices == ()


def test_a_request_is_answered_on_the_last_day(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    responses = PixelSharingStandingResponseLifecycle(Claims(), lambda: date(2099, 1, 31))

    created = responses.create(meta(AGENCY), standing(expires_on="2099-01-31"))

    assert created.outputs["status"] == "ANSWERED"


@pytest.mark.parametrize("purged_after", ["never", 0])
def test_an_answer_that_was_not_confirmed_is_found_by_the_next_update_and_refresh(
    sim: Simulator, meta: MetaMaker, request_id: str, purged_after: object
) -> None:
    sim.set(request_purged_after=purged_after)
    sim.fault("GET request", kind="status", times=-1)
    created = STANDING_RESPONSES.create(meta(AGENCY, IMPATIENT), standing())
    sim.clear_faults()

    updated = STANDING_RESPONSES.update(meta(AGENCY), created.outputs, standing())
    read = STANDING_RESPONSES.read(meta(AGENCY), created.outputs)

    assert created.outputs["status"] == "UNCONFIRMED"
    for found in (updated, read):
        assert (found.outputs["status"], found.outputs["answered"]) == ("ANSWERED", [request_id])
    assert sim.count("POST request") == 1


def test_an_unconfirmed_answer_that_had_no_effect_is_open_again(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    read = STANDING_RESPONSES.read(meta(AGENCY), recorded("UNCONFIRMED", request_id))

    assert (read.outputs["status"], read.outputs["answered"]) == ("OPEN", [])


def ask_twice_more(sim: Simulator) -> None:
    sim.set(repeat_pending="new_request")
    for _ in range(2):
        sim.sharing.share(PIXEL_2, HARBOUR, ("ANALYZE",))


@pytest.mark.parametrize(("stale", "status"), [(0, "OPEN"), (99, "UNCONFIRMED")])
def test_a_refusal_after_the_first_answer_is_a_notice(
    sim: Simulator, meta: MetaMaker, request_id: str, stale: int, status: str
) -> None:
    ask_twice_more(sim)
    sim.set(stale_reads=stale)
    _, second = sorted(each.id for each in sim.open_requests())
    sim.fault("POST request", kind="graph_error", code=200, after_n=1, times=-1)

    created = STANDING_RESPONSES.create(meta(AGENCY), standing())

    assert created.outputs["status"] == status
    assert len(created.outputs["answered"]) == 1  # type: ignore[arg-type]
    told = f"Sharing request {second} from business {OWNER} was not accepted"
    assert told in texts(created.notices)


def test_a_request_that_the_program_answers_by_id_is_left_to_that_answer(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    claims = Claims()
    claims.declare("PixelSharingRequestResponse", request_id, response(request_id))

    lifecycle = PixelSharingStandingResponseLifecycle(claims)
    created = lifecycle.create(meta(AGENCY), standing())
    updated = lifecycle.update(meta(AGENCY), recorded("OPEN"), standing())

    assert created.outputs == updated.outputs == standing() | WAITING
    assert sim.request(request_id).status == "PENDING"
    sim.answer(request_id, "APPROVE")
    assert lifecycle.create(meta(AGENCY), standing()).outputs["answered"] == [request_id]


@pytest.mark.parametrize("purged_after", ["never", 0])
def test_a_request_that_ended_since_it_was_listed_is_no_error(
    sim: Simulator, meta: MetaMaker, request_id: str, purged_after: object
) -> None:
    sim.set(request_purged_after=purged_after)
    sent = recorded("UNCONFIRMED", request_id)

    with changing(sim, ("POST request", "before"), lambda: sim.answer(request_id, "DECLINE")):
        updated = STANDING_RESPONSES.update(meta(AGENCY), sent, standing())

    assert updated.outputs == standing() | WAITING
    assert updated.notices == ()


def test_a_refusal_is_an_error_if_the_request_before_it_had_ended(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    ask_twice_more(sim)
    sim.fault("POST request", kind="graph_error", code=200, times=-1)
    ended = changing(sim, ("POST request", "before"), lambda: sim.answer(request_id, "DECLINE"))

    with ended, pytest.raises(GraphError, match="approve sharing request"):
        STANDING_RESPONSES.create(meta(AGENCY), standing())


def test_permissions_follow_the_answer_in_the_same_run(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    agency = meta(AGENCY)
    inputs = permission(HARBOUR_ACCOUNT, business_id=HARBOUR)
    waiting = PERMISSIONS.create(agency, inputs)
    sim.set(stale_reads=1)

    STANDING_RESPONSES.create(agency, standing())
    sim.fault("GET shared_accounts", kind="graph_error", code=100)
    assert PERMISSIONS.update(agency, waiting.outputs, inputs).outputs["status"] == "ACTIVE"


def test_a_removal_needs_no_call_and_says_that_it_takes_nothing_away(
    sim: Simulator, meta: MetaMaker
) -> None:
    record = recorded("ANSWERED", "77")

    assert "keeps the pixels that it has" in texts(STANDING_RESPONSES.removed(record))
    assert STANDING_RESPONSES.delete(meta(AGENCY), record) == ()
    assert sim.requests == []


def test_fifty_clients_need_a_list_each_only_while_a_request_is_open(
    sim: Simulator, meta: MetaMaker, request_id: str
) -> None:
    agency = meta(AGENCY)
    owners = [str(5000 + number) for number in range(50)]

    for owner in owners:
        STANDING_RESPONSES.create(agency, standing(owner_business_id=owner))
    while_open = sim.count("GET received_sharing_agreements")
    sim.answer(request_id, "DECLINE")
    for owner in owners:
        STANDING_RESPONSES.read(meta(AGENCY), standing(owner_business_id=owner) | WAITING)

    # The whole list, and one for each owner.
    assert while_open == 1 + len(owners)
