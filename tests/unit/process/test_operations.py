"""Operations read the id that a user wrote. A cancelled run sends nothing new."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress

import pytest

from metapixel_provider.errors import PermissionMissingError, RefusedError
from metapixel_provider.process.operations import Operations
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.contract import Properties
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle
from metapixel_simulator import SharingRequest, Simulator
from metapixel_simulator.request_log import Entry
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    PIXEL,
)
from tests.unit.sharing.support import permission, response, share, standing, texts

ID = f"{PIXEL}/{NORTHLIGHT}"
URN = f"urn:pulumi:prod::shop::{ResourceType.SHARE.native}::web"


def test_two_spellings_of_a_credential_set_share_their_reads(runtime: Runtime) -> None:
    assert runtime.meta("agency") is runtime.meta("Agency")


@pytest.mark.parametrize(
    ("type_", "written", "inputs"),
    [
        (ResourceType.SHARE, f" {PIXEL} / {NORTHLIGHT}", share()),
        (ResourceType.PERMISSION, f"{ID}/act_{NORTHLIGHT_ACCOUNT}", permission()),
    ],
)
def test_an_id_in_another_form_is_read_and_imported_as_the_id_in_the_state(
    sim: Simulator, runtime: Runtime, type_: ResourceType, written: str, inputs: Properties
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    operations = Operations(type_, runtime, URN)

    assert operations.read(written, {}).id == type_.id_of(inputs)
    assert operations.check({}, inputs).problems == ()


@pytest.mark.parametrize(
    ("inputs", "problems"),
    [
        (share(), []),
        (share(HARBOUR), [f"the inputs declare {PIXEL}/{HARBOUR}, but the program imports {ID};"]),
        (share() | {"agency_business_id": UNKNOWN}, []),
    ],
)
def test_inputs_of_another_share_than_the_imported_one_are_refused(
    sim: Simulator, runtime: Runtime, inputs: Properties, problems: list[str]
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    Operations(ResourceType.SHARE, runtime, URN).read(ID, {})

    found = Operations(ResourceType.SHARE, runtime, URN).check({}, inputs).problems

    assert [each.property for each in found] == ["pixel_id"] * len(problems)
    assert [each.reason.partition(" correct")[0] for each in found] == problems


def test_two_names_for_the_same_access_are_refused_and_two_answers_to_a_request_are_not(
    runtime: Runtime,
) -> None:
    declared = share(), permission(), response("77"), standing()
    for type_, inputs in zip(ResourceType, declared, strict=True):
        for urn, is_refused in ((f"{URN}1", False), (f"{URN}2", type_ != ResourceType.RESPONSE)):
            assert bool(Operations(type_, runtime, urn).check({}, inputs).problems) is is_refused


WIDE, NARROW = share(NORTHLIGHT, "ANALYZE", "ADVERTISE"), share(NORTHLIGHT, "ANALYZE")


def replace_a_share(shares: Operations, olds: Properties, news: Properties) -> None:
    """Make the engine's calls in a replacement: the second check is the one of a creation."""
    for each in (olds, {}):
        assert shares.check(each, news).problems == ()
    shares.create(news)


@pytest.mark.parametrize(
    ("olds", "left"),
    [
        (WIDE, {"ANALYZE"}),
        ({}, {"ANALYZE", "ADVERTISE"}),
        (share(HARBOUR), {"ANALYZE", "ADVERTISE"}),
    ],
    ids=["the same share", "--replace", "another share"],
)
def test_only_a_replacement_of_the_same_share_sends_the_declared_tasks(
    sim: Simulator, shares: Operations, reported: list[str], olds: Properties, left: set[str]
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "ADVERTISE"])
    if olds is not WIDE:
        shares.read(ID, shares.read(ID, {}).outputs)  # as with --refresh

    replace_a_share(shares, olds, NARROW)

    told = "".join(reported)
    assert sim.shares()[PIXEL, NORTHLIGHT] == left
    assert (f"Agency {NORTHLIGHT} still has ADVERTISE on pixel {PIXEL}" in told) is (len(left) > 1)
    assert "already" not in told


RECORDED = share() | {"status": "ACTIVE", "granted_tasks": ["ANALYZE", "UPLOAD"]}


def test_the_deletions_of_a_process_read_the_clock_once_before_they_begin_to_write(
    sim: Simulator, shares: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete, read_before_write = AgencyShareLifecycle.delete, []

    def wait(lifecycle: AgencyShareLifecycle, meta: Meta, recorded: Properties) -> object:
        deadline = time.monotonic() + 10
        while not sim.count("GET me", status=200) and time.monotonic() < deadline:
            time.sleep(0.01)
        read_before_write.append(sim.count("GET me"))
        return delete(lifecycle, meta, recorded)

    def end(number: int) -> None:
        recorded = RECORDED | {"agency_business_id": str(number)}
        shares.start_to_delete(recorded)
        shares.delete(f"{PIXEL}/{number}", recorded)

    monkeypatch.setattr(AgencyShareLifecycle, "delete", wait)
    with ThreadPoolExecutor(8) as pool:
        pool.map(end, range(1, 9))

    assert read_before_write == [1] * 8
    assert sim.count("GET me") == 1


@pytest.mark.parametrize(
    "run",
    [
        lambda shares: shares.check({}, share()),
        lambda shares: shares.diff(RECORDED, share()),
        lambda shares: shares.planned(share()),
        lambda shares: shares.read(ID, RECORDED),
        lambda shares: shares.create(share()),
        lambda shares: shares.update(RECORDED, NARROW),
    ],
    ids=["check", "diff", "preview", "read", "create", "update"],
)
def test_what_writes_nothing_or_reads_first_does_not_read_the_clock_alone(
    sim: Simulator, shares: Operations, run: Callable[[Operations], object]
) -> None:
    run(shares)

    assert sim.count("GET me") == 0


def test_a_replacement_that_meta_refuses_is_an_error(sim: Simulator, shares: Operations) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "ADVERTISE"])
    sim.fault("POST agencies", kind="graph_error", code=200, status=403)

    with pytest.raises(PermissionMissingError):
        replace_a_share(shares, WIDE, NARROW)


def test_a_permission_that_ended_with_a_share_of_this_run_is_sent_again(
    sim: Simulator, shares: Operations, permissions: Operations
) -> None:
    """As in a replacement that deletes first, if another name takes the share over."""
    inputs = permission(credentials="agency")
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    permitted = permissions.create(inputs)
    shares.delete(ID, shares.read(ID, {}).outputs)
    shares.create(share(NORTHLIGHT, "ADVERTISE"))

    assert permissions.diff(permitted.outputs, inputs).needs_update
    updated = permissions.update(permitted.outputs, inputs)

    assert updated.outputs["status"] == "ACTIVE"
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


@pytest.mark.parametrize(
    ("status", "agency", "declared", "due"),
    [
        ("OPEN", NORTHLIGHT, True, True),
        ("UNCONFIRMED", NORTHLIGHT, True, True),
        ("ANSWERED", NORTHLIGHT, True, False),
        ("OPEN", HARBOUR, True, False),
        ("OPEN", NORTHLIGHT, False, False),
    ],
)
def test_access_that_the_owner_ended_is_due_if_a_standing_response_has_to_accept_requests(
    runtime: Runtime, permissions: Operations, status: str, agency: str, declared: bool, due: bool
) -> None:
    accepts = Operations(ResourceType.STANDING_RESPONSE, runtime)
    if declared:
        accepts.check({}, standing(agency))
    accepts.diff(standing(agency) | {"status": status}, standing(agency))

    permissions.check({}, permission())

    found = permissions.diff(permission() | {"status": "ENDED_BY_OWNER"}, permission())

    assert found.needs_update is due
    assert ("its owner ended the access" in texts(found.notices)) is not due


@pytest.mark.parametrize(
    ("answer", "moment", "left", "ends"),
    [
        ("APPROVE", "GET received_sharing_agreements", ["78"], nullcontext()),
        ("APPROVE", "POST request", ["78"], nullcontext()),
        (
            "DECLINE",
            "GET received_sharing_agreements",
            ["77", "78"],
            pytest.raises(RefusedError, match="because the program declines sharing request 78"),
        ),
        ("DECLINE", "POST request", ["78"], nullcontext()),
    ],
)
def test_a_standing_response_accepts_no_request_that_the_program_answers_by_id_meanwhile(
    sim: Simulator,
    runtime: Runtime,
    answer: str,
    moment: str,
    left: list[str],
    ends: AbstractContextManager[object],
) -> None:
    sim.world.add(*(SharingRequest(each, OWNER, NORTHLIGHT) for each in ("77", "78")))
    accepts = Operations(ResourceType.STANDING_RESPONSE, runtime)
    answers = Operations(ResourceType.RESPONSE, runtime)
    inputs = standing(NORTHLIGHT, credentials="agency")
    accepts.check({}, inputs)

    def declare(entry: Entry, phase: str) -> None:
        if entry.endpoint == moment:
            answers.check({}, response("78", answer))

    sim.on_request = declare
    with ends:
        accepts.update(inputs | {"status": "OPEN"}, inputs)

    assert [each.id for each in sim.open_requests()] == left


def test_one_warning_is_shown_for_all_ad_accounts_that_wait(
    permissions: Operations, reported: list[str]
) -> None:
    for account in (NORTHLIGHT_ACCOUNT, NORTHLIGHT_ACCOUNT_2):
        recorded = permission(account) | {"status": "WAITING_FOR_SHARE"}
        assert permissions.diff(recorded, permission(account)).needs_update

    (warning,) = reported
    assert "and each other one that waits" in warning


def test_an_answer_leaves_the_state_without_a_token_and_after_a_failure(runtime: Runtime) -> None:
    recorded = response("77") | {"status": "APPROVE", "credentials": "absent"}
    with suppress(ValueError), runtime.claims.writing(ResourceType.SHARE, ID):
        raise ValueError

    Operations(ResourceType.RESPONSE, runtime).delete("77", recorded)


def test_after_a_cancellation_no_operation_sends_a_write(
    sim: Simulator, runtime: Runtime, shares: Operations
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    recorded = shares.read(ID, {}).outputs
    runtime.cancel()

    operations: list[Callable[[], object]] = [
        lambda: shares.delete(ID, recorded),
        lambda: shares.update(recorded, share()),
        lambda: shares.create(share()),
    ]
    for operation in operations:
        with pytest.raises(RefusedError, match=f"Nothing was sent for PixelAgencyShare {ID}, bec"):
            operation()

    assert sim.count("POST agencies") == sim.count("DELETE agencies") == 0
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


def test_a_cancellation_before_the_write_refuses_it(
    sim: Simulator, runtime: Runtime, shares: Operations
) -> None:
    sim.on_request = lambda entry, phase: runtime.cancel()

    with pytest.raises(RefusedError, match="Nothing was sent"):
        shares.create(share())

    assert sim.shares() == {}


def test_access_that_the_run_has_created_is_not_reported_as_existing(
    sim: Simulator, shares: Operations, reported: list[str]
) -> None:
    for _ in range(2):
        shares.create(share())

    assert sim.count("POST agencies") == 1
    assert reported == []
