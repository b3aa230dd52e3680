"""The life of a share, for each standing it can have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metapixel_provider.errors import GraphError, NotVisibleError, RefusedError
from metapixel_provider.sharing.contract import Properties
from metapixel_provider.sharing.status import ShareStatus
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2
from tests.unit.conftest import IMPATIENT, MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

PAIR = (PIXEL, NORTHLIGHT)
#: Meta returned the declared tasks.
LISTED: Properties = {"granted_tasks": ["ANALYZE", "UPLOAD"], "pending_request_id": ""}

#: Meta added a task by itself.
WITH_ADDED: Properties = {
    "granted_tasks": ["ANALYZE", "UPLOAD", "EDIT"],
    "tasks_added_by_meta": ["EDIT"],
}


def state(status: str, **outputs: object) -> Properties:
    """What state records of a share with Northlight."""
    granted = ["ANALYZE", "UPLOAD"] if status == "ACTIVE" else []
    recorded: Properties = {
        "status": status,
        "granted_tasks": granted,
        "pending_request_id": "" if status == "ACTIVE" else "77",
        "agency_name": "Northlight Media",
    }
    return share() | recorded | outputs


# difference


@pytest.mark.parametrize(
    ("status", "outputs", "due"),
    [
        ("ACTIVE", {}, False),
        ("ACTIVE", {"granted_tasks": ["UPLOAD", "ANALYZE"]}, False),
        ("ACTIVE", {"granted_tasks": ["ANALYZE", "UPLOAD", "NEW_TASK"]}, False),
        ("ACTIVE", {"granted_tasks": ["ANALYZE"]}, True),
        ("ACTIVE", {"granted_tasks": ["ANALYZE", "UPLOAD", "EDIT"]}, True),
        ("ACTIVE", WITH_ADDED, False),
        ("PENDING", {}, False),
        ("UNCONFIRMED", {}, True),
        ("UNCONFIRMED", LISTED, False),
        ("UNCONFIRMED", LISTED | {"granted_tasks": ["ANALYZE"]}, True),
        ("UNCONFIRMED", LISTED | {"granted_tasks": ["ANALYZE", "UPLOAD", "EDIT"]}, True),
        ("UNCONFIRMED", LISTED | {"tasks_being_revoked": ["EDIT"]}, True),
        ("UNCONFIRMED", LISTED | {"write_unanswered": True}, True),
        ("UNCONFIRMED", LISTED | {"pending_request_id": "77"}, True),
        ("EXPIRED", {}, True),
        ("DECLINED", {}, False),
        ("CANCELED", {}, False),
    ],
)
def test_what_is_due_without_a_change_of_inputs(
    status: str, outputs: Properties, due: bool
) -> None:
    difference = SHARES.difference(state(status, **outputs), share())

    assert difference.needs_update is due
    assert not difference.changed


@pytest.mark.parametrize("status", ["DECLINED", "CANCELED", "PENDING"])
def test_a_preview_says_what_has_no_access(status: str) -> None:
    difference = SHARES.difference(state(status), share())

    assert f"agency Northlight Media ({NORTHLIGHT})" in texts(difference.notices)


# create


def test_creating_shares_and_records_what_meta_shows(sim: Simulator, meta: MetaMaker) -> None:
    created = SHARES.create(meta(), share())

    assert created.id == f"{PIXEL}/{NORTHLIGHT}"
    assert created.outputs["status"] == "ACTIVE"
    assert created.outputs["granted_tasks"] == ["ANALYZE", "UPLOAD"]
    assert created.outputs["agency_name"] == "Northlight Media"
    assert created.outputs["pixel_name"] == sim.world.pixels[PIXEL].name
    assert created.outputs["requested_on"] == ""
    assert sim.shares()[PAIR] == {"ANALYZE", "UPLOAD"}


def test_a_share_that_the_agency_has_to_accept_is_pending(sim: Simulator, meta: MetaMaker) -> None:
    created = SHARES.create(meta(), share(HARBOUR))

    (request,) = sim.open_requests()
    assert created.outputs["status"] == "PENDING"
    assert created.outputs["granted_tasks"] == []
    assert created.outputs["pending_request_id"] == request.id
    assert created.outputs["requested_on"] != ""
    assert created.outputs["pixel_name"] == sim.world.pixels[PIXEL].name
    assert f"Harbour Performance ({HARBOUR}) must accept sharing request {request.id}" in texts(
        created.notices
    )


def test_edit_without_metas_permission_says_so(sim: Simulator, meta: MetaMaker) -> None:
    with pytest.raises(GraphError, match="only apps on Meta's allow list can grant EDIT"):
        SHARES.create(meta(), share(NORTHLIGHT, "EDIT"))


# read


def test_a_pixel_that_cannot_be_seen_is_not_gone_and_its_deletion_says_how_to_forget_it(
    meta: MetaMaker,
) -> None:
    with pytest.raises(NotVisibleError):
        SHARES.read(meta("harbour-token"), state("ACTIVE"))
    with pytest.raises(NotVisibleError, match="pulumi state delete"):
        SHARES.delete(meta("harbour-token"), state("ACTIVE"))


# update


def test_changing_only_what_is_ours_calls_nothing(sim: Simulator, meta: MetaMaker) -> None:
    inputs = share(reason="because", expires_on="2027-01-01", on_existing="overwrite")

    updated = SHARES.update(meta(), state("ACTIVE"), inputs)

    assert sim.requests == []
    assert updated.outputs["reason"] == "because"


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


# the date of a request and the name of the pixel

EARLIER = {"requested_on": "2026-01-31", "pixel_name": "Web shop"}


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
    today = datetime.now(UTC).date().isoformat()
    assert "2026-01-31" < str(updated.outputs["requested_on"]) <= today


# delete


def delete(meta: MetaMaker, recorded: Properties) -> str:
    return texts(SHARES.delete(meta(patience=IMPATIENT), recorded))


@pytest.mark.parametrize("found", ["the share", "error", "success"])
@pytest.mark.parametrize("status", ShareStatus)
def test_a_deletion_is_sent_whatever_the_state_records_and_meta_has(
    sim: Simulator, meta: MetaMaker, found: str, status: ShareStatus
) -> None:
    if found == "the share":
        sim.share(*PAIR, ["ANALYZE"])
    else:
        sim.set(delete_absent=found)

    assert delete(meta, state(status)) == ""

    assert sim.shares() == {}
    assert sim.count("DELETE agencies") == 1


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("listed", ["absent", "present"])
@pytest.mark.parametrize("withdrawn", ["withdraw", "no_effect"])
def test_a_deletion_withdraws_the_request_or_names_who_can_still_accept_it(
    sim: Simulator, meta: MetaMaker, withdrawn: str, listed: str, readable: bool
) -> None:
    sim.set(delete_while_pending=withdrawn, pending_in_agencies=listed)
    if not readable:  # Only the agency may read the node of the request.
        sim.fault("GET request", kind="graph_error", code=10, times=-1)
    recorded = SHARES.create(meta(), share(HARBOUR)).outputs

    if withdrawn == "withdraw":
        assert delete(meta, recorded) == ""
    else:
        request_id = recorded["pending_request_id"]
        named = rf"{request_id} .*Harbour Performance .* can still accept it .*{PIXEL}"
        with pytest.raises(RefusedError, match=named):
            delete(meta, recorded)

    assert bool(sim.open_requests()) is (withdrawn == "no_effect")


@pytest.mark.parametrize("lost", [None, "before", "after"])
def test_a_request_that_waits_for_other_pixels_too_stays_open(
    sim: Simulator, meta: MetaMaker, lost: str | None
) -> None:
    recorded = SHARES.create(meta(), share(HARBOUR)).outputs
    SHARES.create(meta(), share(HARBOUR, pixel_id=PIXEL_2))
    if lost is not None:
        sim.fault("DELETE agencies", kind="reset", when=lost)

    if lost == "after":
        with pytest.raises(RefusedError, match=r"only for other pixels, .* `pulumi state delete"):
            delete(meta, recorded)
    else:
        said = delete(meta, recorded)
        named = (
            f"removed from sharing request {recorded['pending_request_id']}, which is still open"
        )
        assert named in said

    (request,) = sim.open_requests()
    assert set(request.pixels) == {PIXEL_2}


@pytest.mark.parametrize(
    ("agency", "created", "refreshed", "deleted"),
    [
        (NORTHLIGHT, ["POST agencies", "GET agencies"], ["GET agencies"], ["GET agencies"]),
        (
            HARBOUR,
            ["POST agencies", "GET business"],
            ["GET request", "GET agencies"],
            ["GET request", "GET agencies"],
        ),
    ],
)
def test_each_operation_makes_only_the_calls_that_it_needs(
    sim: Simulator,
    meta: MetaMaker,
    agency: str,
    created: list[str],
    refreshed: list[str],
    deleted: list[str],
) -> None:
    def calls() -> list[str]:
        made = [each.endpoint for each in sim.requests if each.endpoint != "POST batch"]
        sim.clear_requests()
        return made

    process = meta()
    made = SHARES.create(process, share(agency))
    assert calls() == ["GET pixel", "GET agencies", *created]
    SHARES.read(meta(), made.outputs)
    assert calls() == refreshed
    SHARES.delete(process, made.outputs)
    assert calls() == ["DELETE agencies", *deleted]
