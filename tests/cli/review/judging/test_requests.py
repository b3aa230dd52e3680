"""Shares that the agency has not accepted: what was asked for, its outcome, and the next request.

In the recorded previews, the names of the shares are their statuses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.effects import Effect
from metapixel_cli.review.judging.review import Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review import previews
from tests.cli.review.streams import BOTH, active, only, renamed, reviewed, share, step, verdict


def recorded(file: Path) -> list[str]:
    """The verdicts on a recorded preview, each with the names of its resources."""
    found = review(read(file.read_bytes()))
    named: defaultdict[str, list[str]] = defaultdict(list)
    kinds = {"": found.changes, "drift: ": found.drift, "open: ": found.waiting}
    for kind, changes in kinds.items():
        for change in changes:
            told = re.sub(r"account \d+", "account", verdict(change))
            named[f"{kind}{told}"].append(change.resources[-1])
    numbers = f"{found.unchanged} unchanged, {len(found.unconfirmed)} without confirmed access"
    verdicts = (f"  {told}: {', '.join(sorted(names))}" for told, names in named.items())
    return [f"{file.stem}: {found.access}, {numbers}", *verdicts]


def test_the_verdicts_on_recorded_previews_are_approved(
    approve: Callable[[str, str], None],
) -> None:
    lines = [line for file in previews.files() for line in recorded(file)]

    approve("review-recordings.txt", "\n".join(lines) + "\n")


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
