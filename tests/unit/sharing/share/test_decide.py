"""Every cell of the table of a share: what is recorded, what Meta returns, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.possible import Refusal
from metapixel_provider.sharing.share import decide
from metapixel_provider.sharing.share.decide import Keep, Refuse, Send
from metapixel_provider.sharing.share.observe import UNREAD, Observed
from metapixel_provider.sharing.share.records import ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import Task
from tests.unit.sharing.share.cells import (
    ACCEPTED,
    ADVERTISE,
    ANALYZE,
    DECLARED,
    EDIT,
    EQUAL,
    FEWER,
    MORE,
    OPEN,
    PURGED,
    UPLOAD,
    WITH_ID,
    agency,
    recorded,
    task_set,
)

ALSO_EDIT = agency("ANALYZE", "UPLOAD", "EDIT")
IMPLIED = agency("ANALYZE", "UPLOAD", "ADVERTISE")  # ANALYZE includes ADVERTISE.
RETURNED = (None, EQUAL, FEWER, MORE, ALSO_EDIT, IMPLIED, agency("NEW_TASK"))
#: The recorded requests of a status, if it does not always have one.
IDS = {ShareStatus.ACTIVE: ("",), ShareStatus.UNCONFIRMED: ("", "77")}
EXTRAS: tuple[dict[str, object], ...] = (
    {},
    {"added": task_set(EDIT)},
    {"revoking": task_set(EDIT)},
    {"revoking": task_set(ADVERTISE, EDIT), "is_write_in_doubt": True},
    {"revoking": task_set(EDIT), "awaits_approval": True},
)


def every_cell() -> Iterator[tuple[ShareState, Observed]]:
    """Every status with every request that it can have, and everything that Meta can return."""
    for status, found, opened in product(ShareStatus, RETURNED, ((), None, ("99",))):
        # Only the list of open requests proves that a request is purged.
        of_77 = [*WITH_ID, ACCEPTED, UNREAD if opened is None else PURGED]
        for request_id in IDS.get(status, ("77",)):
            for request, extra in product(of_77 if request_id else [None], EXTRAS):
                state = recorded(status, pending_request_id=request_id, **extra)
                yield state, Observed(found, request, opened)


CELLS = list(every_cell())
WITH_REASON = replace(DECLARED, reason="because")
REVOKED = recorded(ShareStatus.UNCONFIRMED, revoking=task_set(EDIT))
REVOKED_IMPLIED = recorded(ShareStatus.UNCONFIRMED, revoking=task_set(ADVERTISE))


# Every cell


@pytest.mark.parametrize("operation", ["read", "update"])
def test_only_what_meta_returned_and_the_recorded_request_are_recorded(operation: str) -> None:
    for state, observed in CELLS:
        returned = observed.agency.tasks if observed.agency else ()
        for result in results(operation, state, observed):
            assert result.granted_tasks in ((), returned)
            assert result.pending_request_id in ("", state.pending_request_id)
            assert result.agency_name == "Agency"
            if operation == "update":
                assert result.inputs == WITH_REASON
            if result.status is ShareStatus.PENDING:
                assert (result.pending_request_id, result.granted_tasks) == ("77", ())
            if result.status is ShareStatus.ACTIVE:
                assert observed.agency is not None
                assert observed.request is not OPEN
                assert observed.open_requests == ()
                assert result == recorded(
                    ShareStatus.ACTIVE,
                    inputs=result.inputs,
                    granted_tasks=returned,
                    added=result.added,
                )
                if state.status is ShareStatus.UNCONFIRMED and state.is_write_in_doubt:
                    assert state.revoking.isdisjoint(returned)
            if result.granted_tasks and observed.agency is EQUAL:
                assert not result.is_write_in_doubt
            if observed.request is UNREAD:
                assert result.pending_request_id == state.pending_request_id
            if result.status in ENDED and observed.request in ENDED:
                assert not result.awaits_approval


def test_only_a_share_that_the_list_does_not_have_is_gone() -> None:
    gone = set()
    for state, observed in CELLS:
        if decide.read(state, observed) is None:
            assert observed.agency is None
            assert observed.open_requests == ()
            gone.add((state.status, observed.request))
    assert gone == {(ShareStatus.ACTIVE, None), (ShareStatus.UNCONFIRMED, None)}


def test_a_revocation_under_way_goes_on_with_each_write() -> None:
    for state, observed in CELLS:
        action = decide.update(DECLARED, state, observed)
        assert not isinstance(action, Send) or action.revoke >= state.revoking - DECLARED.tasks


def test_an_update_is_refused_only_where_a_write_before_did_not_revoke_the_task() -> None:
    refused = 0
    declared = replace(DECLARED, tasks=task_set(ANALYZE))
    for state, observed in CELLS:
        action = decide.update(declared, replace(state, inputs=declared), observed)
        if isinstance(action, Refuse):
            refused += 1
            assert state.status is ShareStatus.UNCONFIRMED
            assert not state.is_write_in_doubt
            assert action.tasks <= state.revoking & observed.tasks
    assert refused > 0


def test_a_declined_or_canceled_share_is_sent_again_only_if_resend_changes() -> None:
    for state, observed in CELLS:
        # A request that waits for other pixels does not ask for this one.
        is_asked = observed.open_requests and state.status not in decide.DECLINED_OR_CANCELED
        if observed.agency or is_asked or observed.request is ACCEPTED:
            continue
        refused = observed.request in (ShareStatus.DECLINED, ShareStatus.CANCELED) or (
            observed.request in (PURGED, UNREAD)
            and state.status in WITH_ID
            and not state.awaits_approval
            and state.status is not ShareStatus.EXPIRED
        )
        if refused:
            assert isinstance(decide.update(DECLARED, state, observed), Keep)
            again = replace(DECLARED, resend="2")
            assert isinstance(decide.update(again, state, observed), Send)


def test_a_share_that_meta_returns_as_declared_is_not_sent_again_if_only_resend_changes() -> None:
    again = replace(DECLARED, resend="2")
    for state, observed in CELLS:
        may_wait = observed.may_be_in_open_request or observed.request is OPEN
        if observed.agency is EQUAL and not may_wait:
            assert isinstance(decide.update(again, state, observed), Keep)


def results(operation: str, state: ShareState, observed: Observed) -> list[ShareState]:
    if operation == "read":
        read = decide.read(state, observed)
        return [] if read is None else [read]
    action = decide.update(WITH_REASON, state, observed)
    return [action.state] if isinstance(action, Keep) else []


# Single cells: refresh


@pytest.mark.parametrize(
    ("status", "observed", "after"),
    [
        ("ACTIVE", Observed(EQUAL), "ACTIVE"),
        ("ACTIVE", Observed(FEWER), "ACTIVE"),
        ("PENDING", Observed(request=OPEN), "PENDING"),
        ("PENDING", Observed(EQUAL, OPEN), "PENDING"),
        ("PENDING", Observed(IMPLIED, OPEN), "PENDING"),
        ("PENDING", Observed(EQUAL, ACCEPTED), "ACTIVE"),
        ("PENDING", Observed(None, ACCEPTED), "UNCONFIRMED"),
        ("PENDING", Observed(None, ShareStatus.DECLINED), "DECLINED"),
        ("PENDING", Observed(None, PURGED), "CANCELED"),
        ("PENDING", Observed(None, PURGED, ("99",)), "UNCONFIRMED"),
        ("PENDING", Observed(EQUAL, PURGED, ("99",)), "UNCONFIRMED"),
        ("PENDING", Observed(None, UNREAD, None), "UNCONFIRMED"),
        ("PENDING", Observed(EQUAL, UNREAD, None), "UNCONFIRMED"),
        ("PENDING", Observed(EQUAL, ShareStatus.DECLINED), "ACTIVE"),
        ("UNCONFIRMED", Observed(EQUAL), "ACTIVE"),
        ("UNCONFIRMED", Observed(FEWER), "UNCONFIRMED"),
        ("UNCONFIRMED", Observed(EQUAL, open_requests=("99",)), "UNCONFIRMED"),
        ("UNCONFIRMED", Observed(None, open_requests=("99",)), "UNCONFIRMED"),
        ("UNCONFIRMED", Observed(None, open_requests=None), "UNCONFIRMED"),
        ("UNCONFIRMED", Observed(EQUAL, open_requests=None), "UNCONFIRMED"),
        ("DECLINED", Observed(None, PURGED), "DECLINED"),
        ("DECLINED", Observed(None, UNREAD, None), "DECLINED"),
        ("DECLINED", Observed(request=OPEN), "PENDING"),
        ("CANCELED", Observed(None, ACCEPTED), "UNCONFIRMED"),
    ],
    ids=str,
)
def test_a_refresh_records(status: str, observed: Observed, after: str) -> None:
    found = decide.read(recorded(ShareStatus(status)), observed)

    assert (found.status if found else "gone") == after


def test_tasks_given_by_hand_beside_an_open_request_are_recorded_and_revoked_ones_are_not() -> None:
    found = decide.read(recorded(ShareStatus.PENDING, agency_name=""), Observed(MORE, OPEN))

    assert found == ShareState(
        replace(DECLARED, tasks=task_set(ANALYZE, EDIT)),
        ShareStatus.UNCONFIRMED,
        granted_tasks=("ANALYZE", "EDIT"),
        pending_request_id="",
        agency_name="Agency",
    )
    revoked = recorded(ShareStatus.PENDING, revoking=task_set(EDIT))
    assert decide.read(revoked, Observed(ALSO_EDIT, OPEN)) == revoked


@pytest.mark.parametrize(
    ("state", "observed", "tasks", "added"),
    [
        # What was there before, or came while no request waited, is drift as a whole.
        (recorded(ShareStatus.ACTIVE), Observed(MORE), [ANALYZE, EDIT], []),
        (recorded(ShareStatus.PENDING), Observed(MORE, ShareStatus.DECLINED), [ANALYZE, EDIT], []),
        (recorded(ShareStatus.DECLINED), Observed(MORE, PURGED), [ANALYZE, EDIT], []),
        # What is new in the first read after our write is Meta's own, and never drift.
        (recorded(ShareStatus.ACTIVE, added=task_set(EDIT)), Observed(MORE), [ANALYZE], [EDIT]),
        (recorded(ShareStatus.UNCONFIRMED), Observed(ALSO_EDIT), [ANALYZE, UPLOAD], [EDIT]),
        (recorded(ShareStatus.PENDING), Observed(ALSO_EDIT, ACCEPTED), [ANALYZE, UPLOAD], [EDIT]),
        (REVOKED, Observed(EQUAL), [ANALYZE, UPLOAD], []),
        # A declared task includes the revoked one, so Meta keeps it.
        (REVOKED_IMPLIED, Observed(IMPLIED), [ANALYZE, UPLOAD], [ADVERTISE]),
    ],
)
def test_a_refresh_records_the_tasks(
    state: ShareState, observed: Observed, tasks: list[Task], added: list[Task]
) -> None:
    found = decide.read(state, observed)

    assert found
    assert (found.inputs.tasks, found.added) == (task_set(*tasks), task_set(*added))
    assert found.revoking == frozenset()


# Single cells: after a write


def test_a_write_keeps_what_it_does_not_change() -> None:
    before = recorded(ShareStatus.PENDING, added=task_set(EDIT, UPLOAD), is_write_in_doubt=True)

    found = ShareState.after_write(DECLARED, before, None, task_set(ADVERTISE))

    assert found == ShareState(
        DECLARED,
        ShareStatus.UNCONFIRMED,
        granted_tasks=(),
        pending_request_id="",
        agency_name="Agency",
        revoking=task_set(ADVERTISE),
        added=task_set(EDIT),
    )


# Single cells: update


ASKED_BEFORE = recorded(ShareStatus.ACTIVE, inputs=replace(DECLARED, resend="1"))
SENT_FEWER = recorded(ShareStatus.UNCONFIRMED, inputs=replace(DECLARED, tasks=task_set(ANALYZE)))


@pytest.mark.parametrize(
    ("state", "observed", "action"),
    [
        (recorded(ShareStatus.ACTIVE), Observed(MORE), Send(task_set(EDIT))),
        (recorded(ShareStatus.ACTIVE), Observed(FEWER), Send()),
        (recorded(ShareStatus.ACTIVE), Observed(), Send()),
        (recorded(ShareStatus.UNCONFIRMED), Observed(), Send()),
        (SENT_FEWER, Observed(EQUAL), Send()),
        (
            recorded(ShareStatus.PENDING, inputs=SENT_FEWER.inputs),
            Observed(None, UNREAD, None),
            Send(),
        ),
        (REVOKED, Observed(ALSO_EDIT), Refuse(Refusal.NOT_REVOKED, task_set(EDIT))),
        (recorded(ShareStatus.EXPIRED), Observed(None, ShareStatus.EXPIRED), Send()),
        (recorded(ShareStatus.PENDING), Observed(None, ACCEPTED), Send()),
        (recorded(ShareStatus.PENDING), Observed(None, PURGED, ("99",)), Send()),
        (ASKED_BEFORE, Observed(EQUAL), Keep(recorded(ShareStatus.ACTIVE))),
    ],
)
def test_an_update_does(state: ShareState, observed: Observed, action: decide.Action) -> None:
    assert decide.update(DECLARED, state, observed) == action


# Single cells: creation


def test_a_creation_adopts_refuses_or_sends() -> None:
    assert decide.create(DECLARED, Observed()) == Send()
    assert decide.create(DECLARED, Observed(EQUAL)) == Keep(recorded(ShareStatus.ACTIVE))
    more = Observed(MORE)
    assert decide.create(DECLARED, more) == Refuse(Refusal.OTHER_TASKS)
    assert decide.create(DECLARED, more, is_recorded=True) == Send(task_set(EDIT))
    assert decide.create(replace(DECLARED, on_existing="overwrite"), more) == Send(task_set(EDIT))


@pytest.mark.parametrize("open_requests", [(), ("99",), None])
def test_an_update_revokes_what_an_adoption_found(open_requests: tuple[str, ...] | None) -> None:
    listed = Observed(IMPLIED, open_requests=open_requests)
    adopted = decide.create(DECLARED, listed)
    assert isinstance(adopted, Keep)
    assert decide.update(DECLARED, adopted.state, listed) == Send(task_set(ADVERTISE))


@pytest.mark.parametrize("listed", [EQUAL, MORE])
def test_a_creation_with_fail_refuses_whatever_meta_lists(listed: Agency) -> None:
    fail = replace(DECLARED, on_existing="fail")
    assert decide.create(fail, Observed()) == Send()
    assert decide.create(fail, Observed(listed), is_recorded=True) == Refuse(Refusal.EXISTS)
    # The run has dropped the older record of this share, so nobody else's access is adopted.
    assert decide.create(fail, Observed(listed), is_dropped=True) != Refuse(Refusal.EXISTS)
