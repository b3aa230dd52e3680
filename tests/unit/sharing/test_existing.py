"""A creation that finds its access at Meta reports it, and `fail` refuses it before any write."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import OlderRecord, Outcome, Properties
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import PERMISSIONS, SHARES, permission, share, texts

ID = f"{PIXEL}/{NORTHLIGHT}"


@pytest.mark.parametrize("operation", ["update", "read"])
def test_a_permission_that_waited_and_was_permitted_by_somebody_else_is_reported(
    sim: Simulator, meta: MetaMaker, operation: str
) -> None:
    waits = PERMISSIONS.create(meta("northlight-token"), permission())
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    def go_on(recorded: Properties) -> Outcome:
        agency = meta("northlight-token")
        if operation == "update":
            return PERMISSIONS.update(agency, recorded, permission())
        return PERMISSIONS.read(agency, recorded)

    found = go_on(waits.outputs)

    assert "destroying this stack ends the permission" in texts(found.existed)
    assert found.outputs["status"] == "ACTIVE"
    # What this stack has sent itself, or reported already, is not news.
    assert go_on(found.outputs).existed == ()
    assert go_on(waits.outputs | {"status": "UNCONFIRMED"}).existed == ()


@pytest.mark.parametrize("operation", ["update", "read"])
def test_a_share_that_was_declined_and_that_somebody_else_shared_is_reported(
    sim: Simulator, meta: MetaMaker, operation: str
) -> None:
    sent = SHARES.create(meta(), share(HARBOUR))
    sim.answer(str(sent.outputs["pending_request_id"]), "decline")
    declined = SHARES.read(meta(), sent.outputs)
    sim.share(PIXEL, HARBOUR, ["ANALYZE", "UPLOAD"])

    def go_on(recorded: Properties) -> Outcome:
        if operation == "update":
            return SHARES.update(meta(), recorded, share(HARBOUR, resend="again"))
        return SHARES.read(meta(), recorded)

    found = go_on(declined.outputs)

    assert "destroying this stack ends the share" in texts(found.existed)
    assert found.outputs["status"] == "ACTIVE"
    assert declined.existed == go_on(found.outputs).existed == ()


def test_adopted_access_is_reported_with_one_explanation_for_all(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    of_share, why = SHARES.create(meta(), share()).existed
    of_permission, again = PERMISSIONS.create(meta("northlight-token"), permission()).existed

    assert why == again
    assert "expected after a rename without an alias" in why.text
    assert "reports as declared-twice" in why.text
    assert of_share.topic != of_permission.topic
    was = f"Ad account {NORTHLIGHT_ACCOUNT} of business {NORTHLIGHT} was already permitted on"
    assert was in of_permission.text
    assert "destroying this stack ends the permission" in of_permission.text
    assert sim.count("POST shared_accounts") == 0


@pytest.mark.parametrize("when", ["never", "before", "after"])
def test_access_that_the_creation_itself_sent_did_not_exist(
    sim: Simulator, meta: MetaMaker, when: str
) -> None:
    if when != "never":
        sim.fault("POST agencies", kind="reset", when=when)
        sim.fault("POST shared_accounts", kind="reset", when=when)

    assert SHARES.create(meta(), share()).existed == ()
    assert PERMISSIONS.create(meta("northlight-token"), permission()).existed == ()


def test_fail_refuses_a_share_that_meta_lists_before_any_write(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])

    advice = (
        "an alias, `previously` or `moved_from`.* set `on_existing='adopt'` for one run.*import"
    )
    with pytest.raises(RefusedError, match=f"Pixel {PIXEL} is already shared.*{advice}"):
        SHARES.create(meta(), share(on_existing="fail"))

    assert sim.count(method="POST") == sim.count("POST batch")


@pytest.mark.parametrize("resend", [None, "2"])
def test_a_share_that_a_refreshed_record_lets_wait_is_pending_and_not_refused(
    sim: Simulator, meta: MetaMaker, resend: str | None
) -> None:
    sim.set(pending_in_agencies="present")
    older = SHARES.create(meta(), share(HARBOUR, on_existing="fail")).outputs
    sim.clear_requests()
    renamed = share(HARBOUR, on_existing="fail", resend=resend)

    with pytest.raises(RefusedError):
        SHARES.create(meta(), renamed)
    created = SHARES.create(meta(), renamed, older=OlderRecord(older))

    assert created.outputs["status"] == "PENDING"
    assert created.outputs["pending_request_id"] == older["pending_request_id"]
    assert sim.count("POST agencies") == (0 if resend is None else 1)


@pytest.mark.parametrize("answer", ["DECLINE", "CANCELED"])
@pytest.mark.parametrize("resend", [None, "2"])
def test_an_agency_without_access_is_asked_again_under_a_new_name_only_if_resend_changes(
    sim: Simulator, meta: MetaMaker, answer: str, resend: str | None
) -> None:
    older = SHARES.create(meta(), share(HARBOUR)).outputs
    sim.answer(str(older["pending_request_id"]), answer)
    refreshed = SHARES.read(meta(), older).outputs

    created = SHARES.create(meta(), share(HARBOUR, resend=resend), OlderRecord(refreshed))

    status = refreshed["status"] if resend is None else "PENDING"
    assert created.outputs["status"] == status
    assert ("change `resend` to ask" in texts(created.notices)) is (resend is None)
    assert sim.count("POST agencies") == (1 if resend is None else 2)


def test_a_creation_that_failed_after_its_older_record_was_dropped_leaves_an_update_due(
    sim: Simulator, meta: MetaMaker
) -> None:
    wide = share(NORTHLIGHT, "ANALYZE", "UPLOAD")
    older = SHARES.create(meta(), wide).outputs
    same = SHARES.unconfirmed(wide, older, RefusedError("no token"))
    assert SHARES.difference(same.outputs, wide).needs_update

    narrow = share(NORTHLIGHT, "ANALYZE")
    failed = SHARES.unconfirmed(narrow, older, RefusedError("no token"))

    assert failed.outputs["status"] == "UNCONFIRMED"
    assert SHARES.update(meta(), failed.outputs, narrow).outputs["granted_tasks"] == ["ANALYZE"]
    assert sim.shares() == {(PIXEL, NORTHLIGHT): {"ANALYZE"}}


def test_after_a_creation_that_failed_a_revocation_without_effect_is_not_repeated(
    sim: Simulator, meta: MetaMaker
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    narrow, both = share(NORTHLIGHT, "ANALYZE"), ["ANALYZE", "UPLOAD"]
    granted = {"granted_tasks": both, "tasks_being_revoked": ["UPLOAD"]}
    revoked = narrow | {"status": "UNCONFIRMED"} | granted
    failed = SHARES.unconfirmed(narrow, revoked, RefusedError("no token"))

    with pytest.raises(RefusedError, match="although it was revoked before"):
        SHARES.update(meta(), failed.outputs, narrow)


@pytest.mark.parametrize(("resend", "requests"), [(None, 0), ("2", 1)])
def test_after_a_creation_that_failed_an_agency_that_declined_is_asked_only_if_resend_changes(
    sim: Simulator, meta: MetaMaker, resend: str | None, requests: int
) -> None:
    asked = SHARES.create(meta(), share(HARBOUR))
    (request,) = sim.open_requests()
    sim.answer(request.id, "decline")
    declined = SHARES.read(meta(), asked.outputs).outputs
    renamed = share(HARBOUR, resend=resend)
    failed = SHARES.unconfirmed(renamed, declined, RefusedError("no token"))
    assert failed.outputs["status"] == "DECLINED"
    sim.world.requests.clear()
    sim.clear_requests()

    SHARES.update(meta(), failed.outputs, renamed)

    assert sim.count("POST agencies") == requests


def test_a_creation_continues_from_its_dropped_record(sim: Simulator, meta: MetaMaker) -> None:
    older = SHARES.create(meta(), share(HARBOUR, on_existing="fail")).outputs
    wider = share(HARBOUR, "ANALYZE", "UPLOAD", "ADVERTISE", on_existing="fail")

    same = SHARES.create(meta(), share(HARBOUR), OlderRecord(older, is_dropped=True))
    changed = SHARES.create(meta(), wider, OlderRecord(older, is_dropped=True))

    assert same.outputs["requested_on"] == older["requested_on"]
    assert (same.outputs["status"], changed.outputs["status"]) == ("PENDING", "PENDING")
    assert sim.count("POST agencies") == 2
