"""Changes that an equal name, an equal mask or an unchanged share beside them could hide."""

from __future__ import annotations

from datetime import date

import pytest

from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.judging.review import Finding, Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    SECRET,
    UNKNOWN,
    Event,
    active,
    pending,
    permission,
    share,
    step,
    stream,
)
from tests.support.example import HARBOUR_ACCOUNT, PIXEL_2

BOTH = ("ANALYZE", "ADVERTISE")
PERMISSION = "PixelAdAccountPermission"
TODAY = date(2026, 11, 26)


def reviewed(*events: Event) -> Review:
    return review(read(stream(*events)), today=TODAY)


def only(*events: Event) -> Change:
    (change,) = reviewed(*events).changes
    return change


def kept(snapshot: dict[str, object]) -> dict[str, object]:
    """The state of a resource with `retain_on_delete`."""
    return snapshot | {"retainOnDelete": True}


@pytest.mark.parametrize(
    "steps",
    [
        [step("update", active(granted=("ANALYZE", "NEW_TASK")), share(reason="Contract"))],
        [
            step("create", new=share(), name="new"),
            step("delete", active(granted=("ANALYZE", "NEW_TASK")), name="old"),
        ],
        [step("refresh", active(), active(granted=("ANALYZE", "NEW_TASK")))],
    ],
    ids=["update", "rename", "drift"],
)
def test_an_unknown_task_of_a_share_that_stays_is_no_change(steps: list[Event]) -> None:
    found = reviewed(*steps)

    assert (found.status, found.drift) == (Status.UNCHANGED, ())


def test_a_kept_share_with_an_open_request_leaves_the_request_open() -> None:
    found = reviewed(step("delete", kept(pending())))

    (asked,) = found.requests
    assert (asked.effect, asked.acceptance) == (Effect.UNMANAGED, Acceptance.WAITS_ALREADY)
    assert asked.request_id == "77"


def test_a_secret_date_before_and_after_an_update_may_have_changed() -> None:
    found = reviewed(step("update", active(expires_on=SECRET), share(expires_on=SECRET)))

    assert (found.status, found.changes[0].term) == (Status.UNKNOWN, "unknown")


def test_a_secret_date_of_an_untouched_share_is_unchanged() -> None:
    secret = active(expires_on=SECRET)
    change = only(
        step("same", secret, secret),
        step("create", new=permission(), name="ads", kind=PERMISSION),
    )

    assert (change.term, change.effect) == ("", Effect.WIDENED)


@pytest.mark.parametrize("resends", [(SECRET, SECRET), (SECRET, "2"), ("1", UNKNOWN)])
def test_a_secret_or_unknown_resend_may_ask_again(resends: tuple[object, object]) -> None:
    before, after = resends
    declined = share(status="DECLINED", granted=[], resend=before)
    change = only(step("update", declined, share(resend=after)))

    assert (change.effect, change.widens) == (Effect.UNKNOWN, True)
    assert change.acceptance is Acceptance.MAY_BE_ASKED_AGAIN


def test_a_secret_resend_of_an_open_request_may_ask_again_and_changes_no_access() -> None:
    found = reviewed(step("update", pending(resend=SECRET), share(resend=SECRET)))

    assert (found.status, found.changes) == (Status.UNCHANGED, ())
    (asked,) = found.requests
    assert (asked.acceptance, asked.request_id) == (Acceptance.MAY_BE_ASKED_AGAIN, "77")


@pytest.mark.parametrize("op", ["create", "import", "same", "update"])
def test_a_kept_share_that_the_program_declares_under_another_name_is_still_managed(
    op: str,
) -> None:
    found = reviewed(
        step(op, None if op in ("create", "import") else active(), share(), name="new"),
        step("delete", kept(active()), name="old"),
    )

    assert (found.status, found.changes) == (Status.UNCHANGED, ())


@pytest.mark.parametrize(
    ("account", "effects"),
    [(HARBOUR_ACCOUNT, []), ("11", [Effect.WIDENED, Effect.UNMANAGED])],
)
def test_a_kept_permission_is_managed_only_under_a_new_name_for_the_same_account(
    account: str, effects: list[Effect]
) -> None:
    found = reviewed(
        step("create", new=permission(account), name="new", kind=PERMISSION),
        step("delete", kept(permission(status="ACTIVE")), name="old", kind=PERMISSION),
    )

    assert [change.effect for change in found.changes] == effects


def test_a_share_that_one_record_keeps_ends_if_the_update_deletes_another_record() -> None:
    records = [
        step("delete", kept(active()), name="kept"),
        step("delete", active(), name="deleted"),
    ]
    for events in (records, records[::-1]):
        change = only(*events)
        assert (change.effect, change.is_unmanaged) == (Effect.REMOVED, False)


def test_a_kept_share_that_one_operation_replaces_stays_at_meta() -> None:
    found = reviewed(step("replace", kept(active()), share(pixel=PIXEL_2)))

    assert {change.effect for change in found.changes} == {Effect.UNMANAGED, Effect.WIDENED}


def test_a_permission_that_one_record_keeps_ends_if_the_update_deletes_another_record() -> None:
    old = permission(status="ACTIVE")
    records = [
        step("delete", kept(old), name="kept", kind=PERMISSION),
        step("delete", old, name="deleted", kind=PERMISSION),
    ]
    for events in (records, records[::-1]):
        change = only(*events)
        assert (change.effect, change.is_unmanaged) == (Effect.REMOVED, False)


@pytest.mark.parametrize("status", ["ACTIVE", "UNCONFIRMED"])
def test_the_removal_of_a_secret_ad_account_is_unknown_and_a_removal(status: str) -> None:
    found = reviewed(step("delete", permission(SECRET, status=status), kind=PERMISSION))

    assert found.status is Status.UNKNOWN
    assert {*found.findings} >= {Finding.UNKNOWN, Finding.NARROWING}
    assert found.changes[0].removes


def test_the_replacement_of_a_secret_ad_account_is_unknown_and_a_removal() -> None:
    old, new = permission(SECRET, status="ACTIVE"), permission(SECRET)
    found = reviewed(
        step("create-replacement", old, new, kind=PERMISSION),
        step("replace", old, new, kind=PERMISSION),
        step("delete-replaced", old, kind=PERMISSION),
    )

    assert Finding.UNKNOWN in found.findings
    assert found.changes[0].removes


def test_an_edit_of_a_share_beside_a_secret_ad_account_is_no_removal() -> None:
    secret = permission(SECRET, status="ACTIVE")
    found = reviewed(
        step("update", active(), share(BOTH)),
        step("same", secret, secret, name="ads", kind=PERMISSION),
    )

    assert [change.removes for change in found.changes] == [False, False]


@pytest.mark.parametrize(
    ("events", "acceptance"),
    [
        (
            [
                step("same", pending(), share()),
                step("create", new=permission(), name="ads", kind=PERMISSION),
            ],
            Acceptance.WAITS_ALREADY,
        ),
        (
            [step("update", pending(), share(expires_on="2027-01-01"))],
            Acceptance.WAITS_ALREADY,
        ),
        (
            [step("update", share(status="UNCONFIRMED", granted=[]), share(BOTH))],
            Acceptance.MAY_WAIT_ALREADY,
        ),
    ],
    ids=["new permission", "other date", "more tasks"],
)
def test_an_open_request_of_a_share_in_the_table_is_listed(
    events: list[Event], acceptance: Acceptance
) -> None:
    found = reviewed(*events)

    assert len(found.changes) == 1
    assert [change.acceptance for change in found.requests] == [acceptance]


def test_a_pending_share_has_no_access_that_should_have_ended() -> None:
    old = pending(expires_on="2026-01-31")

    assert reviewed(step("same", old, old)).overdue == ()


@pytest.mark.parametrize(("status", "counts"), [("ACTIVE", (1, 0)), ("UNCONFIRMED", (0, 1))])
def test_only_a_confirmed_permission_counts_as_a_grant(
    status: str, counts: tuple[int, int]
) -> None:
    old = permission(status=status)
    found = reviewed(step("same", old, permission(), kind=PERMISSION))

    assert (found.unchanged, len(found.unconfirmed)) == counts


@pytest.mark.parametrize("op", ["same", "update"])
def test_an_ad_account_gains_nothing_while_its_agency_has_declined(op: str) -> None:
    declined = share(status="DECLINED", granted=[])
    found = reviewed(
        step(op, declined, share()),
        step("create", new=permission(), name="ads", kind=PERMISSION),
    )

    assert found.status is Status.UNCHANGED
    assert Effect.WAITS in {change.effect for change in found.changes if change.ad_account_id}


def test_the_removal_of_a_waiting_permission_has_a_row_and_ends_no_access() -> None:
    waiting = permission(status="WAITING_FOR_SHARE")
    found = reviewed(step("delete", waiting, kind=PERMISSION))

    (change,) = found.changes
    assert change.effect is Effect.REMOVED_WITHOUT_ACCESS
    assert (change.narrows, found.status) == (False, Status.UNCHANGED)


def test_a_renamed_waiting_permission_is_not_removed() -> None:
    found = reviewed(
        step("create", new=permission(), name="new", kind=PERMISSION),
        step("delete", permission(status="WAITING_FOR_SHARE"), name="old", kind=PERMISSION),
    )

    assert found.changes == ()
