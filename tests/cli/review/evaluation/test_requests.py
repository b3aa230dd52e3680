"""Shares that the agency has not accepted: what was asked for, its outcome, and the next request.

In the recorded previews, the names of the shares are their statuses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from metapixel_cli.review.evaluation.review import review
from metapixel_cli.review.reading.output import read
from tests.cli.review import previews
from tests.cli.review.streams import (
    BOTH,
    Event,
    active,
    renamed,
    reviewed,
    share,
    step,
    told,
    verdict,
)
from tests.conftest import Approve
from tests.support.example import PIXEL_2

ACTIVE = active()


def recorded(file: Path) -> list[str]:
    """The verdicts on a recorded preview, each with the names of its resources."""
    found = review(read(file.read_bytes()))
    named: defaultdict[str, list[str]] = defaultdict(list)
    kinds = {"": found.changes, "drift: ": found.drift, "open: ": found.waiting}
    for kind, changes in kinds.items():
        for change in changes:
            words = re.sub(r"account \d+", "account", verdict(change))
            named[f"{kind}{words}"].append(change.resources[-1])
    numbers = f"{found.unchanged} unchanged, {len(found.unconfirmed)} without confirmed access"
    verdicts = (f"  {words}: {', '.join(sorted(names))}" for words, names in named.items())
    return [f"{file.stem}: {found.access}, {numbers}", *verdicts]


def test_the_verdicts_on_recorded_previews_are_approved(approve: Approve) -> None:
    files = previews.files()
    for half, name in (
        (files[:5], "review-recordings.txt"),
        (files[5:], "review-recordings-2.txt"),
    ):
        lines = [line for file in half for line in recorded(file)]
        approve(name, "\n".join(lines) + "\n")


OTHER = active(("ANALYZE", "UPLOAD"))
FAIL, LESS, MORE = share(on_existing="fail"), (BOTH, ("ANALYZE",)), (("ANALYZE",), BOTH)
UNREAD, RETURNED = (share(status="UNCONFIRMED", granted=tasks) for tasks in ((), ("ANALYZE",)))


def replaced(
    new: dict[str, object], old: dict[str, object] = ACTIVE, name: str = "old", **keys: object
) -> list[Event]:
    """A share that is created, perhaps under a name of its own, before the older one is deleted.

    The record under a name of its own is that of another share.
    """
    before = old if name == "old" else active(pixel=PIXEL_2)
    created = step("create-replacement", before, new, name=name, **keys)  # type: ignore[arg-type]
    return [created, step("delete-replaced", old, name="old")]


def forced(tasks: tuple[tuple[str, ...], tuple[str, ...]], *keys: str) -> list[Event]:
    """A replacement with other tasks, because of these properties."""
    return replaced(share(tasks[1]), active(tasks[0]), keys=keys)


def of_a_damaged_urn() -> list[Event]:
    created = step("create", new=FAIL)
    created["resourcePreEvent"]["metadata"]["urn"] = "new"  # type: ignore[index]
    return [created, step("delete", ACTIVE, name="old")]


TAKEOVERS: dict[str, list[Event]] = {
    "new name": renamed(ACTIVE, FAIL),
    "damaged URN": of_a_damaged_urn(),
    "replaced": replaced(FAIL),
    "replaced, deleted first": replaced(FAIL)[::-1],
    "exchanged ids": replaced(FAIL, name="new"),
    # The program declares the new share only after the deletion of the old one.
    "exchanged ids, deleted first": replaced(share(), name="new")[::-1],
    "exchanged ids, more tasks": replaced(share(BOTH), name="new"),
    # Only a replacement because of the tasks changes them.
    "replaceOnChanges of the plugin, less": forced(LESS),
    "replaceOnChanges of the plugin, more": forced(MORE),
    "replace_on_changes, less": forced(LESS, "permitted_tasks"),
    "replace_on_changes, more": forced(MORE, "permitted_tasks"),
    "--replace or taint, less": forced(LESS, "id"),
    "--replace or taint, more": forced(MORE, "id"),
    # A share that no read has confirmed, of which Meta returns no task or one.
    "new name, not confirmed": renamed(UNREAD, share(BOTH)),
    "new name, returned": renamed(RETURNED, share(BOTH)),
    "new name, less": renamed(active(BOTH), share()),
    # The run keeps the record that it reads last.
    "new name, two records": [*renamed(ACTIVE, share()), step("delete", OTHER, name="older")],
}


def test_a_creation_of_a_share_that_the_state_has_is_refused_or_takes_the_share_over(
    approve: Approve,
) -> None:
    found = []
    for name, events in TAKEOVERS.items():
        notes = (note for change in reviewed(*events).changes for note in change.notes)
        found += [f"{name}: {told(*events)}", *(f"  {note}" for note in notes)]

    approve("review-takeovers.txt", "\n".join(found) + "\n")
