"""Writes that another admin has to approve: recorded, not repeated, and never a success."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from metapixel_provider.errors import MetaPixelError, RefusedError
from metapixel_provider.sharing.contract import Lifecycle, Outcome, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import (
    PERMISSIONS,
    SHARES,
    permission,
    share,
    texts,
)

NEEDS_APPROVAL = "requires_admin_approval"
AGENCY = "northlight-token"
PAIR = (PIXEL, NORTHLIGHT)


@pytest.fixture
def approving(sim: Simulator) -> Simulator:
    sim.set(admin_approval="grants")
    return sim


@dataclass(frozen=True)
class Waiting:
    """A creation that another admin has to approve."""

    lifecycle: Lifecycle
    meta: Callable[[], Meta]
    created: Outcome
    #: An input that Meta never gets.
    changed: Properties


@pytest.fixture(params=["share", "permission"])
def waiting(request: pytest.FixtureRequest, approving: Simulator, meta: MetaMaker) -> Waiting:
    if request.param == "share":
        return Waiting(SHARES, meta, SHARES.create(meta(), share()), share(reason="campaign"))
    approving.share(*PAIR, ["ADVERTISE"])
    created = PERMISSIONS.create(meta(AGENCY), permission())
    return Waiting(PERMISSIONS, lambda: meta(AGENCY), created, permission(credentials="agency"))


def test_what_needs_approval_is_unconfirmed_and_not_sent_again_until_a_read_returns_it(
    approving: Simulator, waiting: Waiting
) -> None:
    created, lifecycle = waiting.created, waiting.lifecycle
    sent = len(writes_of(approving))

    read = lifecycle.read(waiting.meta(), created.outputs)
    difference = lifecycle.difference(read.outputs, waiting.changed)
    updated = lifecycle.update(waiting.meta(), read.outputs, waiting.changed)

    for outcome in (created, read, updated):
        assert not outcome.deleted
        assert outcome.outputs["status"] == "UNCONFIRMED"
        assert outcome.outputs[NEEDS_APPROVAL] is True
        assert outcome.outputs.get("granted_tasks", []) == []
    for notices in (created.notices, read.notices, difference.notices):
        assert "another admin of the business must approve it in Business Settings" in texts(
            notices
        )
    assert not difference.needs_update
    assert len(writes_of(approving)) == sent
    approving.approve()
    after = lifecycle.read(waiting.meta(), read.outputs)
    assert (after.outputs["status"], after.notices) == ("ACTIVE", ())
    assert NEEDS_APPROVAL not in after.outputs


@pytest.mark.parametrize(
    ("setting", "lost", "told"),
    [
        ("withdraw", 0, "nobody can still approve it"),
        ("withdraw", 1, "nobody can still approve it"),
        ("no_effect", 0, "another admin may still approve the"),
        ("no_effect", 1, "another admin may still approve the"),
        ("no_effect", -1, "may have taken effect"),
    ],
)
def test_a_deletion_leaves_nothing_that_an_admin_can_approve_even_if_it_was_lost(
    approving: Simulator, waiting: Waiting, setting: str, lost: int, told: str
) -> None:
    approving.set(delete_while_pending=setting)
    approving.fault(method="DELETE", kind="reset", when="before", times=lost)

    if setting == "withdraw":
        assert told in texts(waiting.lifecycle.delete(waiting.meta(), waiting.created.outputs))
        assert approving.approve() == 0
    else:
        with pytest.raises(MetaPixelError, match=told):
            waiting.lifecycle.delete(waiting.meta(), waiting.created.outputs)


def test_a_removal_that_needs_approval_is_not_a_deletion(
    approving: Simulator, waiting: Waiting
) -> None:
    created = waiting.created
    approving.approve()
    approving.set(admin_approval="removals")
    active = waiting.lifecycle.read(waiting.meta(), created.outputs)
    sent = len(writes_of(approving))

    with pytest.raises(RefusedError, match=r"exists until another admin .* approves the removal"):
        waiting.lifecycle.delete(waiting.meta(), active.outputs)

    assert len(writes_of(approving)) == sent + 1
    approving.approve()
    assert waiting.lifecycle.delete(waiting.meta(), active.outputs) == ()


def writes_of(sim: Simulator) -> list[str]:
    endpoints = ("agencies", "shared_accounts")
    return [
        each.endpoint
        for each in sim.requests
        if each.endpoint.endswith(endpoints) and each.method != "GET"
    ]


# Shares


@pytest.mark.parametrize("changed", [{"resend": "again"}, {"permitted_tasks": ["ANALYZE"]}])
def test_a_change_of_resend_or_of_the_tasks_sends_a_waiting_share_again(
    approving: Simulator, meta: MetaMaker, changed: dict[str, object]
) -> None:
    created = SHARES.create(meta(), share())
    approving.approve(reject=True)

    updated = SHARES.update(meta(), created.outputs, share() | changed)

    assert approving.count("POST agencies") == 2
    assert updated.outputs[NEEDS_APPROVAL] is True


def test_a_share_stays_recorded_while_an_earlier_write_can_be_approved(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = SHARES.create(meta(), share())
    approving.fault("POST agencies", kind="reset", when="before", times=-1)
    again = share(resend="again")

    updated = SHARES.update(meta(), created.outputs, again)
    read = SHARES.read(meta(), updated.outputs)

    assert updated.outputs[NEEDS_APPROVAL] is True
    assert (read.deleted, read.outputs["status"]) == (False, "UNCONFIRMED")
    assert SHARES.difference(read.outputs, again).needs_update
    approving.clear_faults()
    sent = approving.count("POST agencies")
    SHARES.update(meta(), read.outputs, again)
    assert approving.count("POST agencies") == sent + 1


def test_a_revocation_that_needs_approval_is_neither_a_success_nor_a_failure(
    approving: Simulator, meta: MetaMaker
) -> None:
    approving.share(*PAIR, ["ANALYZE", "UPLOAD"])
    active = SHARES.create(meta(), share())

    updated = SHARES.update(meta(), active.outputs, share(NORTHLIGHT, "ANALYZE"))
    read = SHARES.read(meta(), updated.outputs)

    for outcome in (updated, read):
        assert outcome.outputs["status"] == "UNCONFIRMED"
        assert outcome.outputs["granted_tasks"] == ["ANALYZE", "UPLOAD"]
        assert outcome.outputs[NEEDS_APPROVAL] is True
    assert not SHARES.difference(read.outputs, share(NORTHLIGHT, "ANALYZE")).needs_update
    assert SHARES.may_delete(read.outputs).refusal is None
    again = share(NORTHLIGHT, "ANALYZE", resend="again")
    assert SHARES.update(meta(), read.outputs, again).outputs[NEEDS_APPROVAL] is True
    approving.approve()
    after = SHARES.read(meta(), read.outputs)
    assert (after.outputs["status"], after.outputs["granted_tasks"]) == ("ACTIVE", ["ANALYZE"])


def test_a_request_and_an_approval_are_both_reported(sim: Simulator, meta: MetaMaker) -> None:
    answer = json.dumps({"success": True, NEEDS_APPROVAL: True, "pending_request_id": "77"})
    sim.share(*PAIR, ["ANALYZE"])
    sim.fault("POST agencies", kind="status", status=200, body=answer)

    created = SHARES.create(meta(), share(on_existing="overwrite"))

    assert (created.outputs["status"], created.outputs[NEEDS_APPROVAL]) == ("PENDING", True)
    assert "must accept sharing request 77" in texts(created.notices)
    assert "another admin of the business must approve it" in texts(created.notices)
