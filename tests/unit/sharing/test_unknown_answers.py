"""An answer of an unknown form is reported with its unknown part, and never counts as success."""

from __future__ import annotations

import json
from dataclasses import replace

from metapixel_provider.errors import REPORT
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, OWNER
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import RESPONSES, SHARES, response, share, texts

QUICK = Patience(
    read_attempts=3, write_attempts=3, first_pause=0.001, first_read_pause=0.001, lag=0.001
)


def test_a_read_of_an_estate_reports_the_unknown_part_without_secrets(sim: Simulator) -> None:
    body = json.dumps({"data": [{"id": "owner-token of Acme"}]})
    sim.fault("GET owned_pixels", kind="status", status=200, body=body, times=-1)

    found = read_estate(Client(Credentials("owner-token"), sim.url, patience=QUICK), OWNER).pixels

    assert "(Meta returned id: *** of Acme)" in found.reason
    assert REPORT in found.reason


def test_a_write_of_an_unknown_form_is_sent_once_and_recorded_as_unconfirmed(
    sim: Simulator, meta: MetaMaker
) -> None:
    answer = json.dumps({"state": "QUEUED"})
    sim.fault("POST agencies", kind="status", status=200, body=answer)

    created = SHARES.create(meta(patience=replace(QUICK, reads=1)), share())

    assert created.outputs["status"] == "UNCONFIRMED"
    assert "Meta returned {'state': 'QUEUED'}" in texts(created.notices)
    assert sim.count("POST agencies") == 1


# A new status of a request


def test_an_unknown_status_after_an_answer_is_reported_and_not_recorded_as_the_answer(
    sim: Simulator, meta: MetaMaker
) -> None:
    created = SHARES.create(meta(), share(HARBOUR))
    request_id = str(created.outputs["pending_request_id"])
    owner = meta("harbour-token")
    sim.on_request = lambda entry, phase: (
        sim.world.requests[request_id].__setattr__("status", "FROZEN")
        if (entry.endpoint, phase) == ("POST request", "after")
        else None
    )

    answered = RESPONSES.create(owner, response(request_id))

    assert answered.outputs["status"] == "FROZEN"
    assert "FROZEN, which pulumi-metapixel does not know" in texts(answered.notices)
