"""Shares that the agency has not accepted: what was asked for, its outcome, and the next request.

The previews are recorded: one share for each status, with a permission on each.
"""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.effects import Acceptance, Effect
from metapixel_cli.review.judging.review import Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review import previews
from tests.cli.review.streams import BOTH, active, only, renamed, reviewed, share, step

#: The name in the program is the status.
STATUSES = ("active", "pending", "declined", "expired", "canceled", "unconfirmed")
WIDENED, NOT_ASKED, REMOVED = Effect.WIDENED, Effect.NOT_ASKED, Effect.REMOVED


def recorded(name: str) -> Review:
    return review(read(previews.load(name)))


@pytest.mark.parametrize(
    ("scenario", "effects"),
    [
        ("unchanged", {"expired": WIDENED}),
        ("reworded", {"expired": WIDENED, "declined": NOT_ASKED, "canceled": NOT_ASKED}),
        (
            "more tasks",
            dict.fromkeys(("active", "unconfirmed", "pending", "expired"), WIDENED)
            | dict.fromkeys(("declined", "canceled"), NOT_ASKED),
        ),
        (
            "asked again",
            dict.fromkeys(("declined", "expired", "canceled"), WIDENED)
            | {"pending": Effect.REQUEST_CHANGED},
        ),
        (
            "removed",
            dict.fromkeys(("active", "unconfirmed"), REMOVED)
            | {"pending": Effect.WITHDRAWN}
            | dict.fromkeys(("declined", "expired", "canceled"), Effect.REMOVED_WITHOUT_ACCESS),
        ),
    ],
)
def test_an_update_has_an_effect_on_a_share_of_each_status(
    scenario: str, effects: dict[str, Effect]
) -> None:
    found = {c.resources[-1]: c.effect for c in recorded(scenario).changes if c.is_share}

    assert found == effects


def test_an_unchanged_program_permits_what_waited() -> None:
    found = recorded("unchanged")

    permitted = {c.resources[0]: c.effect for c in found.changes if not c.is_share}
    names = ("active-account", "unconfirmed-account", "expired-account")
    assert permitted == dict.fromkeys(names, Effect.WIDENED)
    # Grants without confirmed access are counted apart.
    assert (found.unchanged, len(found.unconfirmed)) == (1, 7)


@pytest.mark.parametrize("scenario", ["unchanged", "reworded", "renamed"])
def test_an_open_request_is_listed_with_agency_pixel_and_date(scenario: str) -> None:
    found = recorded(scenario)

    (waiting,) = found.waiting
    assert (waiting.agency_name, waiting.pixel_name) == ("Agency PENDING", "Web")
    assert (waiting.request_id, waiting.requested_on) == ("2400000000000002", "2026-11-29")
    assert waiting.acceptance is Acceptance.WAITS_ALREADY


def test_a_rename_asks_again_after_a_declined_request() -> None:
    found = {c.resources[-1]: c.effect for c in recorded("renamed").changes if c.is_share}

    assert ("pending" in found, found["declined"]) == (False, Effect.WIDENED)


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


def test_a_creation_that_fails_is_reported_although_its_urn_is_damaged() -> None:
    created = step("create", new=share(on_existing="fail"))
    created["resourcePreEvent"]["metadata"]["urn"] = "new"  # type: ignore[index]

    change = only(created, step("delete", active(), name="old"))

    assert change.effect is Effect.REFUSED


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
    change = only(*renamed(old, share(BOTH)))

    assert (change.effect is Effect.REFUSED) is refused


def test_a_rename_that_revokes_an_included_task_changes_it_in_the_next_update() -> None:
    change = only(*renamed(active(BOTH), share()))

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


def test_a_request_that_was_accepted_meanwhile_is_drift_and_no_longer_open() -> None:
    found = recorded("accepted meanwhile")

    (drift,) = found.drift
    assert (drift.resources[0], drift.effect) == ("pending", Effect.WIDENED)
    assert [change.before.status for change in found.requests] == ["EXPIRED"]
    assert (found.unchanged, len(found.unconfirmed)) == (2, 5)
