"""What a person reads about the state of a share and what Meta returned for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_provider.sharing.contract import Notice
from metapixel_provider.sharing.share import share_notices
from metapixel_provider.sharing.share.observe import Observed
from metapixel_provider.sharing.share.records import ShareState
from metapixel_provider.sharing.status import ShareStatus
from tests.conftest import Approve
from tests.unit.sharing.share.cells import (
    ACCEPTED,
    ADVERTISE,
    ANALYZE,
    DECLARED,
    EDIT,
    EQUAL,
    FEWER,
    MORE,
    recorded,
    task_set,
)
from tests.unit.sharing.support import texts

WAITS = recorded(ShareStatus.PENDING)
UNCONFIRMED = recorded(ShareStatus.UNCONFIRMED)
REVOKED = replace(UNCONFIRMED, revoking=task_set(EDIT))
TO_APPROVE = replace(UNCONFIRMED, awaits_approval=True)
CANCELED = recorded(ShareStatus.CANCELED)
ADDED = recorded(ShareStatus.ACTIVE, added=task_set(EDIT))
ANALYZES = replace(DECLARED, tasks=task_set(ANALYZE))
IMPLIED = recorded(ShareStatus.ACTIVE, added=task_set(ADVERTISE), inputs=ANALYZES)
STRANGE = recorded(ShareStatus.ACTIVE, granted_tasks=("ANALYZE", "NEW_TASK"))
REQUEST = Observed(open_requests=("99",))


#: States of a share, each with what a read returned.
REPORTED = {
    "a request": (WAITS, Observed()),
    "a request with an unknown status": (WAITS, Observed(unknown_status="FROZEN")),
    "a request to be approved": (replace(WAITS, awaits_approval=True), Observed()),
    "a share to be approved, and a request": (TO_APPROVE, REQUEST),
    "perhaps a request": (UNCONFIRMED, REQUEST),
    "requests that are unread": (UNCONFIRMED, Observed(open_requests=None)),
    "accepted, and not returned": (UNCONFIRMED, Observed(request=ACCEPTED)),
    "not returned": (UNCONFIRMED, Observed()),
    "returned without a task": (UNCONFIRMED, Observed(FEWER)),
    "returned beside a request": (UNCONFIRMED, Observed(MORE, ShareStatus.PENDING)),
    "a revoked task": (REVOKED, Observed(MORE)),
    "an added task": (ADDED, Observed(MORE)),
    "an included task": (IMPLIED, Observed(MORE)),
    "a new task of Meta": (STRANGE, Observed(MORE)),
}
RECORDED = {"a request": WAITS, "to be approved": TO_APPROVE, "not confirmed": UNCONFIRMED}


def test_what_a_read_a_write_and_a_preview_report(approve: Approve) -> None:
    read = {name: texts(share_notices.of(*found)) for name, found in REPORTED.items()}
    planned = {
        f"preview, {name}": share_notices.as_recorded(it).text for name, it in RECORDED.items()
    }

    approve(
        "share-notices.txt", "".join(f"{name}: {it}\n" for name, it in (read | planned).items())
    )


def test_a_canceled_request_and_what_meta_added_are_reported_once() -> None:
    canceled = "request 77 for pixel 1 to agency Agency (2) was canceled, so the agency has no"
    assert canceled in texts(share_notices.of(CANCELED, Observed(), WAITS))

    for state in (CANCELED, ADDED, IMPLIED, STRANGE):
        assert share_notices.of(state, Observed(MORE), state) == []


def reported(pixel_id: str, state: ShareState, observed: Observed) -> list[Notice]:
    state = replace(state, inputs=replace(state.inputs, pixel_id=pixel_id))
    existed = share_notices.existed(state.inputs, None, observed)
    return [*share_notices.of(state, observed), share_notices.as_recorded(state), *existed]


def test_one_notice_reports_several_shares_of_an_agency_if_it_names_no_pixel() -> None:
    for found in REPORTED.values():
        for one, second in zip(reported("1", *found), reported("3", *found), strict=True):
            is_shown_once = (one.topic or one.text) == (second.topic or second.text)
            assert is_shown_once is ("ixel 1" not in one.text)


@pytest.mark.parametrize(
    ("before", "observed", "said"),
    [
        (None, Observed(EQUAL), "with agency Agency (2) for ANALYZE, UPLOAD: this stack manages"),
        (None, Observed(MORE), "for ANALYZE, EDIT, not for ANALYZE, UPLOAD: this stack manages"),
        (CANCELED, Observed(EQUAL), "destroying this stack ends the share"),
        (WAITS, Observed(EQUAL), ""),
        (None, Observed(), ""),
    ],
)
def test_a_share_that_this_stack_did_not_send_is_reported(
    before: ShareState | None, observed: Observed, said: str
) -> None:
    found = texts(share_notices.existed(DECLARED, before, observed))

    assert said in found
    assert bool(found) is bool(said)
