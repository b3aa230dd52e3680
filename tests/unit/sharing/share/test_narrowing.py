"""Revoking tasks: written once, confirmed or UNCONFIRMED, and never by ending the share unasked."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Outcome
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

PAIR = (PIXEL, NORTHLIGHT)
UPLOAD = share(NORTHLIGHT, "UPLOAD")


def narrowed(sim: Simulator, meta: MetaMaker, **switches: object) -> Outcome:
    """A share for ANALYZE and UPLOAD whose ANALYZE was revoked, where Meta only adds tasks."""
    before = SHARES.create(meta(), share())
    sim.set(repeat_share="union", **switches)
    return SHARES.update(meta(), before.outputs, UPLOAD)


def test_a_task_that_a_late_read_returns_is_unconfirmed_and_costs_nothing(
    sim: Simulator, meta: MetaMaker
) -> None:
    before = SHARES.create(meta(), share())
    sim.set(stale_reads=6)

    after = SHARES.update(meta(), before.outputs, UPLOAD)

    assert after.outputs["status"] == "UNCONFIRMED"
    assert "still returns" in texts(after.notices)
    assert sim.count("DELETE agencies") == 0
    assert sim.count("POST agencies") == 2

    confirmed = SHARES.read(meta(), after.outputs)
    assert confirmed.outputs["status"] == "ACTIVE"
    assert confirmed.outputs["granted_tasks"] == ["UPLOAD"]
    assert not SHARES.difference(confirmed.outputs, UPLOAD).needs_update


def test_an_update_fails_while_meta_returns_the_task_and_succeeds_once_a_person_took_it_away(
    sim: Simulator, meta: MetaMaker
) -> None:
    after = narrowed(sim, meta)
    sim.clear_requests()
    assert SHARES.difference(after.outputs, UPLOAD).needs_update

    with pytest.raises(RefusedError, match="Meta still returns ANALYZE") as raised:
        SHARES.update(meta(), after.outputs, UPLOAD)

    for advice in ("declare the task", "Business Settings", "ends its ad account permissions"):
        assert advice in str(raised.value)
    sim.share(*PAIR, ["UPLOAD"])
    assert SHARES.update(meta(), after.outputs, UPLOAD).outputs["status"] == "ACTIVE"
    assert sim.count("POST agencies") + sim.count(method="DELETE") == 0


def test_a_task_narrowed_while_the_request_was_open_is_revoked_once_it_is_accepted(
    sim: Simulator, meta: MetaMaker
) -> None:
    waiting = SHARES.create(meta(), share(HARBOUR))
    # Meta takes the narrower tasks and accepts the wider ones.
    body = f'{{"success": true, "pending_request_id": "{waiting.outputs["pending_request_id"]}"}}'
    sim.fault("POST agencies", kind="status", status=200, body=body)
    fewer = share(HARBOUR, "UPLOAD")
    narrower = SHARES.update(meta(), waiting.outputs, fewer)
    assert narrower.outputs["status"] == "PENDING"
    sim.answer(str(narrower.outputs["pending_request_id"]), "approve")

    accepted = SHARES.read(meta(), narrower.outputs)

    assert accepted.outputs["status"] == "ACTIVE"
    assert SHARES.difference(accepted.outputs, fewer).changed
    after = SHARES.update(meta(), accepted.outputs, fewer)
    assert after.outputs["granted_tasks"] == ["UPLOAD"]
    assert sim.shares()[PIXEL, HARBOUR] == {"UPLOAD"}
