"""Writes that another admin has to approve: recorded, not repeated, and never a success."""

from __future__ import annotations

import json

import pytest
import responses

from metapixel_provider.errors import RefusedError, UnknownAnswerError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.contract import Outcome
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.tasks import Task
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.unit.conftest import QUICK, MetaMaker, known_clock
from tests.unit.sharing.support import (
    PERMISSIONS,
    RESPONSES,
    SHARES,
    permission,
    response,
    share,
    texts,
)

NEEDS_APPROVAL = "requires_admin_approval"
AGENCY = "northlight-token"
PAIR = (PIXEL, NORTHLIGHT)
TRIPLE = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)


@pytest.fixture
def approving(sim: Simulator) -> Simulator:
    sim.set(admin_approval="grants")
    return sim


def waiting_share(meta: MetaMaker) -> Outcome:
    return SHARES.create(meta(), share())


def waiting_permission(sim: Simulator, meta: MetaMaker) -> Outcome:
    sim.share(*PAIR, ["ADVERTISE"])
    return PERMISSIONS.create(meta(AGENCY), permission())


# Shares


def test_a_share_that_needs_approval_is_unconfirmed_and_names_the_place(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_share(meta)

    assert created.outputs["status"] == "UNCONFIRMED"
    assert created.outputs[NEEDS_APPROVAL] is True
    assert created.outputs["granted_tasks"] == []
    assert "another admin of the business must approve it" in texts(created.notices)
    assert "Business Settings, under Requests" in texts(created.notices)


def test_a_preview_reports_a_share_that_waits_for_approval_and_plans_no_update(
    approving: Simulator, meta: MetaMaker
) -> None:
    difference = SHARES.difference(waiting_share(meta).outputs, share())

    assert (difference.needs_update, difference.changed) == (False, ())
    assert "still waited for the approval of another admin" in texts(difference.notices)


def test_a_refresh_keeps_a_share_that_nobody_has_approved(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_share(meta)

    read = SHARES.read(meta(), created.id, created.outputs)

    assert not read.deleted
    assert (read.outputs["status"], read.outputs[NEEDS_APPROVAL]) == ("UNCONFIRMED", True)
    assert "another admin" in texts(read.notices)


def test_a_refresh_after_the_approval_records_the_share_as_active(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_share(meta)
    approving.approve()

    read = SHARES.read(meta(), created.id, created.outputs)

    assert (read.outputs["status"], read.notices) == ("ACTIVE", ())
    assert NEEDS_APPROVAL not in read.outputs


def test_a_local_change_of_a_waiting_share_sends_nothing_and_keeps_the_reason(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_share(meta)

    updated = SHARES.update(meta(), created.outputs, share(reason="campaign"))

    assert approving.count("POST agencies") == 1
    assert (updated.outputs["status"], updated.outputs[NEEDS_APPROVAL]) == ("UNCONFIRMED", True)


@pytest.mark.parametrize("changed", [{"resend": "again"}, {"permitted_tasks": ["ANALYZE"]}])
def test_a_change_of_resend_or_of_the_tasks_sends_a_waiting_share_again(
    approving: Simulator, meta: MetaMaker, changed: dict[str, object]
) -> None:
    created = waiting_share(meta)
    approving.approve(reject=True)

    updated = SHARES.update(meta(), created.outputs, share() | changed)

    assert approving.count("POST agencies") == 2
    assert updated.outputs[NEEDS_APPROVAL] is True


def test_a_share_stays_recorded_while_an_earlier_write_can_be_approved(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_share(meta)
    approving.fault("POST agencies", kind="reset", when="before", times=-1)
    again = share(resend="again")

    updated = SHARES.update(meta(), created.outputs, again)
    read = SHARES.read(meta(), created.id, updated.outputs)

    assert updated.outputs[NEEDS_APPROVAL] is True
    assert (read.deleted, read.outputs["status"]) == (False, "UNCONFIRMED")
    assert SHARES.difference(read.outputs, again).changed


def test_a_revocation_that_needs_approval_is_neither_a_success_nor_a_failure(
    approving: Simulator, meta: MetaMaker
) -> None:
    approving.share(*PAIR, ["ANALYZE", "UPLOAD"])
    active = SHARES.create(meta(), share())

    updated = SHARES.update(meta(), active.outputs, share(NORTHLIGHT, "ANALYZE"))
    read = SHARES.read(meta(), active.id, updated.outputs)

    for outcome in (updated, read):
        assert outcome.outputs["status"] == "UNCONFIRMED"
        assert outcome.outputs["granted_tasks"] == ["ANALYZE", "UPLOAD"]
        assert outcome.outputs[NEEDS_APPROVAL] is True
    assert not SHARES.difference(read.outputs, share(NORTHLIGHT, "ANALYZE")).needs_update
    again = share(NORTHLIGHT, "ANALYZE", resend="again")
    assert SHARES.update(meta(), read.outputs, again).outputs[NEEDS_APPROVAL] is True
    approving.approve()
    after = SHARES.read(meta(), active.id, read.outputs)
    assert (after.outputs["status"], after.outputs["granted_tasks"]) == ("ACTIVE", ["ANALYZE"])


def test_an_approved_share_that_waits_for_the_agency_names_the_open_request(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = SHARES.create(meta(), share(HARBOUR))
    approving.approve()

    read = SHARES.read(meta(), created.id, created.outputs)

    (request,) = approving.open_requests()
    assert read.outputs["status"] == "UNCONFIRMED"
    assert f"can also accept sharing request {request.id}" in texts(read.notices)
    approving.answer(request.id, "approve")
    assert SHARES.read(meta(), created.id, read.outputs).outputs["status"] == "ACTIVE"


def test_a_deletion_withdraws_a_waiting_share_and_warns_about_open_approvals(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_share(meta)

    reported = SHARES.delete(meta(), created.id, created.outputs)

    assert "nobody can still approve it" in texts(reported)
    assert approving.approve() == 0
    assert approving.shares() == {}


def test_a_deletion_fails_while_an_approval_can_still_create_the_share(
    approving: Simulator, meta: MetaMaker
) -> None:
    approving.set(delete_while_pending="no_effect")
    created = waiting_share(meta)

    with pytest.raises(RefusedError, match="another admin may still approve the share"):
        SHARES.delete(meta(), created.id, created.outputs)


def test_a_removal_that_needs_approval_is_not_a_deletion(sim: Simulator, meta: MetaMaker) -> None:
    created = waiting_share(meta)
    sim.set(admin_approval="removals")

    with pytest.raises(RefusedError, match=r"exists until another admin .* approves the removal"):
        SHARES.delete(meta(), created.id, created.outputs)

    assert sim.count("DELETE agencies") == 1
    sim.approve()
    assert SHARES.delete(meta(), created.id, created.outputs) == ()
    assert sim.shares() == {}


def test_a_request_and_an_approval_are_both_reported(sim: Simulator, meta: MetaMaker) -> None:
    answer = json.dumps({"success": True, NEEDS_APPROVAL: True, "pending_request_id": "77"})
    sim.fault("POST agencies", kind="status", status=200, body=answer)

    created = waiting_share(meta)

    assert (created.outputs["status"], created.outputs[NEEDS_APPROVAL]) == ("PENDING", True)
    assert "must accept sharing request 77" in texts(created.notices)
    assert "another admin of the business must approve it" in texts(created.notices)


@responses.activate
@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_an_approval_of_an_unknown_form_is_no_success(value: object) -> None:
    url = "https://graph.example"
    responses.post(f"{url}/v26.0/1/agencies", json={"success": True, NEEDS_APPROVAL: value})
    meta = Meta(Client(Credentials("token"), url, patience=QUICK, clock=known_clock()))

    with pytest.raises(UnknownAnswerError, match=f"Meta returned {NEEDS_APPROVAL}: "):
        meta.write(writes.share("1", "2", [Task.ANALYZE]))


# Permissions


def test_a_permission_that_needs_approval_is_unconfirmed_until_a_read_lists_it(
    approving: Simulator, meta: MetaMaker
) -> None:
    created = waiting_permission(approving, meta)
    read = PERMISSIONS.read(meta(AGENCY), created.id, created.outputs)

    for outcome in (created, read):
        assert outcome.outputs["status"] == "UNCONFIRMED"
        assert outcome.outputs[NEEDS_APPROVAL] is True
        assert "another admin of the business must approve it" in texts(outcome.notices)
    approving.approve()
    after = PERMISSIONS.read(meta(AGENCY), created.id, read.outputs)
    assert (after.outputs["status"], after.notices) == ("ACTIVE", ())
    assert NEEDS_APPROVAL not in after.outputs


def test_a_waiting_permission_is_not_sent_again(approving: Simulator, meta: MetaMaker) -> None:
    created = waiting_permission(approving, meta)

    difference = PERMISSIONS.difference(created.outputs, permission())
    updated = PERMISSIONS.update(meta(AGENCY), created.outputs, permission(credentials="agency"))

    assert not difference.needs_update
    assert "still waited for the approval of another admin" in texts(difference.notices)
    assert approving.count("POST shared_accounts") == 1
    assert (updated.outputs["status"], updated.outputs[NEEDS_APPROVAL]) == ("UNCONFIRMED", True)


@pytest.mark.parametrize("setting", ["withdraw", "no_effect"])
def test_a_withdrawal_leaves_no_permission_that_an_admin_can_approve(
    approving: Simulator, meta: MetaMaker, setting: str
) -> None:
    approving.set(delete_while_pending=setting)
    created = waiting_permission(approving, meta)

    if setting == "withdraw":
        reported = PERMISSIONS.delete(meta(AGENCY), created.id, created.outputs)
        assert "nobody can still approve it" in texts(reported)
        assert approving.approve() == 0
    else:
        with pytest.raises(RefusedError, match="may still approve the permission"):
            PERMISSIONS.delete(meta(AGENCY), created.id, created.outputs)


def test_a_withdrawal_that_needs_approval_is_not_a_deletion(
    sim: Simulator, meta: MetaMaker
) -> None:
    created = waiting_permission(sim, meta)
    sim.set(admin_approval="removals")

    with pytest.raises(RefusedError, match=r"exists until another admin .* approves the removal"):
        PERMISSIONS.delete(meta(AGENCY), created.id, created.outputs)

    assert sim.permissions() == {TRIPLE}
    sim.approve()
    assert PERMISSIONS.delete(meta(AGENCY), created.id, created.outputs) == ()


# Answers


@responses.activate
def test_an_answer_that_needs_approval_is_not_recorded_as_given() -> None:
    url = "https://graph.example"
    responses.get(f"{url}/v26.0/7", json={"id": "7", "request_status": "PENDING"})
    responses.post(f"{url}/v26.0/7", json={"success": True, NEEDS_APPROVAL: True})
    meta = Meta(Client(Credentials("token"), url, patience=QUICK))

    answered = RESPONSES.create(meta, response("7"))

    assert answered.outputs["status"] == "PENDING"
    assert "another admin of the business must approve it" in texts(answered.notices)
