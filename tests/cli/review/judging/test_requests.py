"""Shares that the agency has not accepted: what was asked for, its outcome, and the next request.

The previews are recorded: one share for each status, with a permission on each.
"""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.judging.review import Finding, Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review import previews
from tests.cli.review.streams import (
    active,
    only,
    pending,
    reviewed,
    share,
    step,
)

BOTH = ("ANALYZE", "ADVERTISE")
#: The name in the program is the status.
STATUSES = ("active", "pending", "declined", "expired", "canceled", "unconfirmed")


def recorded(name: str) -> Review:
    return review(read(previews.load(name)))


def effects(name: str) -> dict[str, Effect]:
    """The effect on each share whose row is in the table, by the status of the share."""
    return {c.resources[-1]: c.effect for c in recorded(name).changes if c.is_share}


def test_an_unchanged_program_renews_an_expired_request_and_permits_what_waited() -> None:
    found = {change.resources[0]: change.effect for change in recorded("unchanged").changes}

    permitted = ("active-account", "unconfirmed-account", "expired-account")
    assert found == dict.fromkeys(("expired", *permitted), Effect.WIDENED)


@pytest.mark.parametrize("scenario", ["unchanged", "reworded"])
def test_open_requests_are_listed_with_agency_pixel_and_date(scenario: str) -> None:
    found = recorded(scenario)

    (waiting,) = found.waiting
    assert (waiting.agency_name, waiting.pixel_name) == ("Agency PENDING", "Web")
    assert (waiting.request_id, waiting.requested_on) == ("2400000000000002", "2026-11-29")
    assert waiting.acceptance is Acceptance.WAITS_ALREADY


def test_a_reworded_reason_grants_nothing_to_an_agency_that_was_asked() -> None:
    assert effects("reworded") == {
        "expired": Effect.WIDENED,
        "declined": Effect.NOT_ASKED,
        "canceled": Effect.NOT_ASKED,
    }


def test_more_tasks_are_a_grant_to_everybody_who_has_access_or_is_asked() -> None:
    assert effects("more tasks") == {
        "active": Effect.WIDENED,
        "unconfirmed": Effect.WIDENED,
        "pending": Effect.WIDENED,
        "expired": Effect.WIDENED,
        "declined": Effect.NOT_ASKED,
        "canceled": Effect.NOT_ASKED,
    }


def test_only_the_added_task_of_an_open_request_is_a_gain() -> None:
    change = only(step("update", pending(), share(BOTH)))

    assert change.gains == ("ADVERTISE",)
    assert (change.before.tasks, change.before.requested_tasks) == ((), ("ANALYZE",))
    assert (change.acceptance, change.request_id) == (Acceptance.NEEDED, "77")


def test_a_task_dropped_from_an_open_request_is_neither_grant_nor_loss() -> None:
    change = only(step("update", pending(BOTH), share()))

    assert (change.effect, change.widens, change.narrows) == (Effect.REQUEST_CHANGED, False, False)
    assert change.withdraws == ("ADVERTISE",)
    assert effects("fewer tasks")["pending"] is Effect.REQUEST_CHANGED


def test_a_change_of_resend_asks_again_and_grants_only_after_the_request_has_ended() -> None:
    assert effects("asked again") == {
        "declined": Effect.WIDENED,
        "expired": Effect.WIDENED,
        "canceled": Effect.WIDENED,
        "pending": Effect.REQUEST_CHANGED,
    }


def test_removing_shares_ends_access_only_where_it_exists_or_may_exist() -> None:
    assert effects("removed") == {
        "active": Effect.REMOVED,
        "unconfirmed": Effect.REMOVED,
        "pending": Effect.WITHDRAWN,
        "declined": Effect.REMOVED_WITHOUT_ACCESS,
        "expired": Effect.REMOVED_WITHOUT_ACCESS,
        "canceled": Effect.REMOVED_WITHOUT_ACCESS,
    }


def test_a_rename_keeps_an_open_request_and_asks_again_after_a_declined_one() -> None:
    found = effects("renamed")

    assert "pending" not in found
    assert found["declined"] is Effect.WIDENED
    (waiting,) = recorded("renamed").waiting
    assert (waiting.acceptance, waiting.request_id) == (
        Acceptance.WAITS_ALREADY,
        "2400000000000002",
    )


def test_a_rename_with_other_tasks_is_reported_as_a_change_that_fails() -> None:
    found = recorded("renamed with other tasks")

    (refused,) = (change for change in found.changes if change.effect is Effect.REFUSED)
    assert (refused.effect, refused.resources[0]) == (Effect.REFUSED, "active-renamed")
    assert "a renamed share must keep its tasks" in refused.notes[1]


@pytest.mark.parametrize(
    ("steps", "cause", "remedy"),
    [
        (
            (("create", "new"), ("delete", "old")),
            "old is renamed to new, and it has `on_existing='fail'`",
            "give the new name an alias, or set `on_existing='adopt'` for one update",
        ),
        (
            (("create-replacement", "old"), ("delete-replaced", "old")),
            "old is replaced, and it has `on_existing='fail'`",
            "a replaced share already exists: set `on_existing='adopt'` for one update",
        ),
        (
            (("create-replacement", "new"), ("delete-replaced", "old")),
            "new gets the ids of old, and it has `on_existing='fail'`",
            "set `on_existing='adopt'` for one update",
        ),
    ],
)
def test_a_creation_with_fail_of_a_share_that_the_state_has_is_reported_as_failing(
    steps: tuple[tuple[str, str], ...], cause: str, remedy: str
) -> None:
    (creates, new), (deletes, old) = steps
    created = step(creates, new=share(on_existing="fail"), name=new)

    change = only(created, step(deletes, active(), name=old))

    assert (change.effect, change.notes[0]) == (Effect.REFUSED, cause)
    assert remedy in change.notes[1]


def test_a_replacement_with_fail_that_deletes_first_is_not_reported_as_failing() -> None:
    created = step("create-replacement", active(), share(on_existing="fail"), name="old")

    found = reviewed(step("delete-replaced", active(), name="old"), created)

    assert found.status is Status.UNCHANGED


@pytest.mark.parametrize(
    ("keys", "forced"),
    [((), False), (("permitted_tasks",), False), (("id",), True)],
    ids=["replace_on_changes of the plugin", "replace_on_changes", "--replace or taint"],
)
def test_only_a_replacement_because_of_the_tasks_changes_them(
    keys: tuple[str, ...], forced: bool
) -> None:
    def replaced(old: tuple[str, ...], new: tuple[str, ...]) -> Change:
        created = step("create-replacement", active(old), share(new), keys=keys)
        return only(created, step("delete-replaced", active(old)))

    narrowed, widened = replaced(BOTH, ("ANALYZE",)), replaced(("ANALYZE",), BOTH)

    assert ("the next update changes its tasks" in "".join(narrowed.notes)) is forced
    assert widened.effect is (Effect.REFUSED if forced else Effect.WIDENED)


def test_an_exchange_of_ids_with_other_tasks_is_reported_before_it_fails() -> None:
    change = only(
        step("create-replacement", new=share(BOTH), name="app"),
        step("delete-replaced", active(), name="shop"),
    )

    cause = "app gets the ids of shop and its tasks change in the same update"
    assert change.notes[0] == cause
    assert "change the tasks in another update" in change.notes[1]


@pytest.mark.parametrize(("granted", "refused"), [((), False), (("ANALYZE",), True)])
def test_a_renamed_share_that_is_not_confirmed_fails_only_if_meta_returns_other_tasks(
    granted: tuple[str, ...], refused: bool
) -> None:
    old = share(("ANALYZE",), status="UNCONFIRMED", granted=granted)
    change = only(step("create", new=share(BOTH), name="new"), step("delete", old, name="old"))

    assert (change.effect is Effect.REFUSED) is refused


def test_shares_without_confirmed_access_are_not_counted_as_grants() -> None:
    found = recorded("unchanged")

    assert (found.unchanged, len(found.unconfirmed)) == (1, 7)


def test_a_revoked_task_that_is_granted_again_is_a_gain() -> None:
    narrowed = share(("ANALYZE",), status="UNCONFIRMED", granted=BOTH)
    narrowed["outputs"]["tasks_being_revoked"] = ["ADVERTISE"]  # type: ignore[index]

    assert reviewed(step("update", narrowed, share())).status is Status.UNCHANGED
    assert only(step("update", narrowed, share(BOTH))).gains == ("ADVERTISE",)


def test_a_revoked_task_that_a_declared_task_includes_may_remain() -> None:
    old, new = active(granted=BOTH), share(("ANALYZE",))
    note = "Meta may still return ADVERTISE, which another declared task includes"

    assert note in only(step("update", old, new)).notes
    assert note not in only(step("update", old, share(("UPLOAD",)))).notes


def test_a_rename_that_revokes_an_included_task_changes_it_in_the_next_update() -> None:
    old, new = active(BOTH), share(("ANALYZE",))
    steps = (step("create", new=new, name="new"), step("delete", old, name="old"))

    (change,) = reviewed(*steps).changes

    assert change.effect is not Effect.REFUSED
    assert any("the next update changes its tasks" in note for note in change.notes)


def test_the_recording_has_a_share_of_each_status() -> None:
    preview = read(previews.load("unchanged"))
    statuses = {
        step.name: step.old.outputs["status"]
        for step in preview.steps
        if step.name in STATUSES and step.old is not None
    }

    assert statuses == {name: name.upper() for name in STATUSES}


def test_another_open_request_that_a_refresh_found_is_drift() -> None:
    found = reviewed(step("refresh", pending(request="77"), pending(request="88")))

    (drift,) = found.drift
    assert drift.notes == ("sharing request 88 replaced sharing request 77",)
    assert Finding.DRIFT in found.findings
    assert reviewed(step("refresh", pending(), pending())).drift == ()


def test_a_request_that_was_accepted_meanwhile_is_drift_and_no_longer_open() -> None:
    found = recorded("accepted meanwhile")

    (drift,) = found.drift
    assert (drift.resources[0], drift.effect) == ("pending", Effect.WIDENED)
    assert [change.before.status for change in found.requests] == ["EXPIRED"]
    assert (found.unchanged, len(found.unconfirmed)) == (2, 5)
