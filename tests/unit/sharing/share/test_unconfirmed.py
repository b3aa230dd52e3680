"""Shares that were sent and not read back: nothing drops them, and nothing guesses about them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from metapixel_provider.errors import GraphError, InvalidParameterError, RefusedError
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.share import observe
from metapixel_provider.sharing.share.records import ShareInputs
from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.changing import changing
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2
from tests.unit.conftest import IMPATIENT, QUICK, MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

PAIR = (PIXEL, NORTHLIGHT)


# A write that was sent


def test_a_refusal_after_a_lost_attempt_is_recorded_with_its_reason(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.fault("POST agencies", kind="reset", when="after")
    sim.fault(
        "POST agencies", kind="graph_error", code=200, message="No longer", after_n=1, times=-1
    )

    created = SHARES.create(meta(), share(HARBOUR))

    assert created.outputs["status"] == "UNCONFIRMED"
    assert "No longer" in texts(created.notices)


def test_a_write_with_an_answer_of_an_unknown_form_is_sent_once(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.fault("POST agencies", kind="status", status=200, body='{"state": "QUEUED"}')

    created = SHARES.create(meta(patience=replace(IMPATIENT, reads=1)), share())

    assert created.outputs["status"] == "UNCONFIRMED"
    assert "Meta returned {'state': 'QUEUED'}" in texts(created.notices)
    assert sim.count("POST agencies") == 1


@pytest.mark.parametrize("kind", ["reset", "status"])
def test_an_unconfirmed_share_stays_while_it_may_wait_in_an_open_request(
    sim: Simulator, meta: MetaMaker, kind: str
) -> None:
    """Either its answer was lost, or the answer had no request id."""
    body = '{"success": true, "share_status": "PENDING"}'
    sim.fault("POST agencies", kind=kind, status=200, body=body, when="after", times=-1)
    created = SHARES.create(meta(patience=IMPATIENT), share(HARBOUR))
    sim.clear_faults()

    read = SHARES.read(meta(), created.outputs)

    assert not read.deleted
    assert read.outputs["status"] == "UNCONFIRMED"
    assert read.outputs["pending_request_id"] == ""
    (request,) = sim.open_requests()
    assert f"can still accept sharing request {request.id}" in texts(read.notices)
    sim.answer(request.id, "CANCELED")
    assert SHARES.read(meta(), read.outputs).deleted


@pytest.mark.parametrize("stale", [0, 6])
def test_a_share_that_went_through_is_found_where_its_repetition_is_refused(
    sim: Simulator, meta: MetaMaker, stale: int
) -> None:
    sim.set(repeat_share="error", stale_reads=stale)
    sim.fault("POST agencies", kind="reset", when="after")

    assert SHARES.create(meta(), share()).outputs["status"] == "ACTIVE"


# Request ids


def test_the_open_request_of_another_pixel_is_not_recorded_for_a_share_that_is_listed(
    sim: Simulator, meta: MetaMaker
) -> None:
    other = SHARES.create(meta(), share(HARBOUR, "ADVERTISE", pixel_id=PIXEL_2))
    request_id = str(other.outputs["pending_request_id"])
    sim.share(PIXEL, HARBOUR, ["ANALYZE", "UPLOAD"])

    adopted = SHARES.create(meta(), share(HARBOUR))

    assert adopted.outputs["status"] == "UNCONFIRMED"
    assert adopted.outputs["pending_request_id"] == ""
    assert adopted.outputs["granted_tasks"] == ["ANALYZE", "UPLOAD"]
    assert request_id in texts(adopted.notices)
    sim.answer(request_id, "CANCELED")
    confirmed = SHARES.read(meta(), adopted.outputs)
    assert (confirmed.outputs["status"], confirmed.notices) == ("ACTIVE", ())
    assert sim.count("POST agencies", pixel=PIXEL) == 0


def test_a_share_that_meta_lists_as_declared_is_sent_again_only_if_resend_changes(
    sim: Simulator, meta: MetaMaker
) -> None:
    other = SHARES.create(meta(), share(HARBOUR, "ADVERTISE", pixel_id=PIXEL_2))
    request_id = str(other.outputs["pending_request_id"])
    sim.share(PIXEL, HARBOUR, ["ANALYZE", "UPLOAD"])
    adopted = SHARES.create(meta(), share(HARBOUR))
    sim.clear_requests()

    kept = SHARES.update(meta(), adopted.outputs, share(HARBOUR, reason="Audit"))
    assert (kept.outputs["status"], sim.count()) == ("UNCONFIRMED", 0)

    sim.fault("GET agencies", kind="status", status=500, after_n=1, times=-1)
    again = share(HARBOUR, resend="2")
    sent = SHARES.update(meta(patience=IMPATIENT), kept.outputs, again)
    assert sim.count("POST agencies") == 1
    # The notice says that the next update reads the share.
    assert "run `pulumi up` again" in texts(sent.notices)
    assert SHARES.difference(sent.outputs, again).needs_update

    # The requests are read again after a write whose answer is lost.
    sim.clear_faults()
    sim.fault("POST agencies", kind="reset", when="after")
    with changing(sim, ("POST agencies", "after"), lambda: sim.answer(request_id, "CANCELED")):
        settled = SHARES.update(meta(), sent.outputs, share(HARBOUR, resend="3"))
    assert settled.outputs["status"] == "ACTIVE"


def test_a_share_that_is_read_by_its_id_is_not_active_while_a_request_is_open(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.set(pending_in_agencies="present")
    SHARES.create(meta(), share(HARBOUR))

    found = SHARES.read(meta(), {"pixel_id": PIXEL, "agency_business_id": HARBOUR})

    assert found.outputs["status"] == "UNCONFIRMED"
    assert found.outputs["pending_request_id"] == ""
    assert found.inputs is not None
    assert found.inputs["permitted_tasks"] == ["ANALYZE", "UPLOAD"]


# Absent by the list


@pytest.mark.parametrize("status", ["ACTIVE", "UNCONFIRMED", "DECLINED"])
def test_a_refused_deletion_counts_only_where_the_list_does_not_have_the_agency(
    sim: Simulator, meta: MetaMaker, status: str
) -> None:
    sim.share(*PAIR, ["ANALYZE"])
    sim.fault("DELETE agencies", kind="graph_error", code=100)
    recorded = share() | {"status": status, "granted_tasks": []}

    with pytest.raises(InvalidParameterError, match="remove agency"):
        SHARES.delete(meta(patience=IMPATIENT), recorded)


def test_within_a_second_of_a_write_an_absent_share_is_read_again_after_it(
    sim: Simulator, meta: MetaMaker
) -> None:
    patience = Patience(
        timeout=5, outage=0, first_pause=0.001, first_read_pause=0.001, reads=QUICK.reads, lag=3.0
    )
    connected = meta(patience=patience)
    reads: list[float] = []
    written = 0.0

    def watch(entry: Entry, phase: str) -> None:
        nonlocal written
        if (entry.endpoint, phase) == ("GET agencies", "after"):
            reads.append(time.monotonic())
        if (entry.endpoint, phase) == ("DELETE agencies", "after"):
            written = time.monotonic()

    created = SHARES.create(connected, share())
    sim.on_request = watch
    SHARES.delete(connected, created.outputs)

    assert observe.agency(connected, ShareInputs(*PAIR)) is None

    assert len(reads) == 2
    assert reads[1] - written >= 3.0


# Deletion


def test_the_open_request_of_another_pixel_does_not_hide_a_share_that_stays_listed(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.share(PIXEL, HARBOUR, ["ANALYZE", "UPLOAD"])
    recorded = SHARES.create(meta(), share(HARBOUR)).outputs | {"status": "UNCONFIRMED"}
    sim.world.relationships.clear()
    assert sim.ask(PIXEL_2, HARBOUR, ["ANALYZE"])

    said = f"agency .*{HARBOUR}.* was removed, but still lists the share"
    changed = changing(
        sim, ("DELETE agencies", "after"), lambda: sim.share(PIXEL, HARBOUR, ["ANALYZE"])
    )
    with changed, pytest.raises(RefusedError, match=said):
        SHARES.delete(meta(patience=IMPATIENT), recorded)


@pytest.mark.parametrize("status", ["PENDING", "UNCONFIRMED", "DECLINED"])
def test_an_outage_after_a_deletion_names_the_deletion(
    sim: Simulator, meta: MetaMaker, status: str
) -> None:
    waiting = SHARES.create(meta(), share(HARBOUR))
    recorded = waiting.outputs | {"status": status}
    if status == "DECLINED":
        sim.answer(str(waiting.outputs["pending_request_id"]), "DECLINE")
    sim.fault(method="GET", kind="status", status=500, times=-1)

    with pytest.raises(GraphError, match=r"confirm that the share of .* is removed") as raised:
        SHARES.delete(meta(patience=IMPATIENT), recorded)

    assert "may have taken effect" in str(raised.value)
