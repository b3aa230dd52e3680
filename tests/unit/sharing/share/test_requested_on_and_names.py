"""The date of a sharing request and the names of agency and pixel, in the outputs of a share."""

from __future__ import annotations

from datetime import UTC, datetime

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share

EARLIER = {"requested_on": "2026-01-31", "pixel_name": "Web shop"}


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_write_and_a_refresh_keep_the_date_of_the_request_and_the_name_of_the_pixel(
    sim: Simulator, meta: MetaMaker
) -> None:
    recorded = SHARES.create(meta(), share(HARBOUR)).outputs | EARLIER

    joined = SHARES.update(meta(), recorded, share(HARBOUR, "ANALYZE")).outputs
    sim.answer(str(joined["pending_request_id"]), "APPROVE")
    accepted = SHARES.read(meta(), joined).outputs

    assert (joined["status"], accepted["status"]) == ("PENDING", "ACTIVE")
    assert joined["requested_on"] == accepted["requested_on"] == "2026-01-31"
    assert joined["pixel_name"] == "Web shop"


def test_a_new_request_has_a_new_date(sim: Simulator, meta: MetaMaker) -> None:
    recorded = SHARES.create(meta(), share(HARBOUR)).outputs | EARLIER
    (request,) = sim.open_requests()
    sim.answer(request.id, "DECLINE")

    updated = SHARES.update(meta(), recorded, share(HARBOUR) | {"resend": "2"})

    assert updated.outputs["pending_request_id"] != request.id
    assert "2026-01-31" < str(updated.outputs["requested_on"]) <= today()
