"""A task that is revoked while the agency can still accept the former tasks."""

from __future__ import annotations

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share


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
