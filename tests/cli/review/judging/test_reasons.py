"""Tasks that the program adds to a share without a new reason."""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.review import Finding, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    SECRET,
    UNKNOWN,
    Event,
    active,
    permission,
    share,
    step,
    stream,
)

BOTH = ("ANALYZE", "UPLOAD")
OLD = active(reason="Contract 1")
PERMITTED = permission(status="ACTIVE")
SECRET_TASKS = share(SECRET, status="ACTIVE", granted=BOTH)
BY_HAND = active(BOTH, reason="Contract 1")


def notes(*events: Event) -> list[str]:
    """The notes of the review, which are present exactly if the finding is."""
    found = review(read(stream(*events)))
    told = [note for change in found.changes for note in change.notes if "new reason" in note]
    assert bool(told) is (Finding.UNEXPLAINED in found.findings)
    return told


@pytest.mark.parametrize("reason", [None, SECRET, UNKNOWN])
def test_an_added_task_without_a_reason_is_unexplained(reason: object) -> None:
    for old in (active(), OLD, active(reason=SECRET)):
        (note,) = notes(step("update", old, share(BOTH, reason=reason)))
        assert note == "adds UPLOAD without a new reason"


def test_an_added_task_with_the_same_reason_is_unexplained() -> None:
    extended = share(BOTH, reason="Contract 1")

    assert notes(step("update", OLD, extended)) == ["adds UPLOAD without a new reason"]
    renamed = step("create", new=extended, name="new"), step("delete", OLD, name="old")
    assert notes(*renamed) == ["adds UPLOAD without a new reason"]


def test_unknown_tasks_may_be_added_without_a_reason() -> None:
    assert notes(step("update", OLD, share(UNKNOWN))) == ["may add tasks without a new reason"]


@pytest.mark.parametrize(
    "events",
    [
        [step("create", new=share(BOTH))],
        [
            step("create", new=share(BOTH)),
            step(
                "same", permission(status="ACTIVE"), permission(), kind="PixelAdAccountPermission"
            ),
        ],
        [step("update", OLD, share(BOTH, reason="Contract 2"))],
        [step("update", active(reason=SECRET), share(BOTH, reason="Contract 2"))],
        [step("update", active(BOTH), share())],
        [step("update", share(status="EXPIRED", granted=[]), share())],
        [step("same", SECRET_TASKS, share(SECRET))],
        [step("refresh", BY_HAND, OLD), step("update", OLD, share(BOTH, reason="Contract 1"))],
    ],
    ids=[
        "creation",
        "creation beside a permission",
        "new reason",
        "new reason instead of a secret one",
        "fewer tasks",
        "expired request",
        "untouched share with secret tasks",
        "task that was removed at Meta",
    ],
)
def test_nothing_is_unexplained(events: list[Event]) -> None:
    assert notes(*events) == []
