"""What a person reads about the state of a share and what Meta returned for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_provider.sharing.share import share_notices
from metapixel_provider.sharing.share.observe import Observed
from metapixel_provider.sharing.share.records import ShareState
from metapixel_provider.sharing.status import ShareStatus
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


@pytest.mark.parametrize(
    ("state", "observed", "said"),
    [
        (WAITS, Observed(), "agency Agency (2) must accept sharing request 77"),
        (WAITS, Observed(unknown_status="FROZEN"), "status FROZEN for sharing request 77"),
        (replace(WAITS, awaits_approval=True), Observed(), "the business must approve it"),
        (TO_APPROVE, REQUEST, "agency Agency (2) can also accept sharing request 99"),
        (UNCONFIRMED, REQUEST, "agency Agency (2) can still accept sharing request 99"),
        (UNCONFIRMED, Observed(request=ACCEPTED), "Agency Agency (2) accepted pixel 1, but Meta"),
        (UNCONFIRMED, Observed(), "could not be confirmed: Meta does not return it yet"),
        (UNCONFIRMED, Observed(FEWER), "with agency 2, but returns it without UPLOAD"),
        (UNCONFIRMED, Observed(MORE, ShareStatus.PENDING), "has not accepted the last sharing"),
        (REVOKED, Observed(MORE), "the revocation of EDIT for pixel 1 with agency 2, but still"),
        (ADDED, Observed(MORE), "Meta added EDIT to the share of pixel 1 with agency 2"),
        (IMPLIED, Observed(MORE), "Meta returns ADVERTISE too for pixel 1 with agency 2"),
        (STRANGE, Observed(MORE), "Meta returns NEW_TASK for the share of pixel 1 with agency 2"),
    ],
)
def test_a_read_or_a_write_reports(state: ShareState, observed: Observed, said: str) -> None:
    assert said in texts(share_notices.of(state, observed))


def test_a_canceled_request_and_what_meta_added_are_reported_once() -> None:
    canceled = "request 77 for pixel 1 to agency Agency (2) was canceled, so the agency has no"
    assert canceled in texts(share_notices.of(CANCELED, Observed(), WAITS))

    for state in (CANCELED, ADDED, IMPLIED, STRANGE):
        assert share_notices.of(state, Observed(MORE), state) == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (WAITS, "waited for agency Agency (2) to accept sharing request 77"),
        (TO_APPROVE, "another admin of the business must approve it"),
        (
            UNCONFIRMED,
            "did not confirm all shares of agency Agency (2); `pulumi up --refresh` reads",
        ),
    ],
)
def test_a_preview_reports(state: ShareState, said: str) -> None:
    assert said in share_notices.as_recorded(state).text


def test_one_notice_reports_all_unconfirmed_shares_of_an_agency() -> None:
    other = replace(UNCONFIRMED, inputs=replace(DECLARED, pixel_id="3"))

    for reported in (share_notices.as_recorded, lambda state: share_notices.of(state, REQUEST)):
        one, second = map(reported, (UNCONFIRMED, other))
        assert one == second


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
