"""The finding that a pipeline needs before it skips an approval."""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.review import Finding, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import Event, active, pending, share, step, stream, summary

SAME = step("same", active(), share())


def is_update(*events: Event, end: Event | None = None) -> bool:
    return Finding.UPDATE in review(read(stream(*events, end=end))).findings


@pytest.mark.parametrize("events", [[SAME], [step("refresh", active(), active()), SAME]])
def test_an_update_that_keeps_everything_needs_no_approval(events: list[Event]) -> None:
    assert not is_update(*events)


@pytest.mark.parametrize(
    "events",
    [
        [step("create", None, share())],
        [step("update", active(), share(reason="new"))],
        [step("delete", active())],
        [step("read", active(), active())],
        [step("refresh", pending(), active()), SAME],
        [step("refresh", active(), None)],
        [step("same", active(), active())],
        [SAME, step("update", active(), share(), kind="PixelOfALaterVersion")],
    ],
)
def test_an_update_that_changes_access_or_the_state_needs_an_approval(events: list[Event]) -> None:
    assert is_update(*events)


def test_a_preview_that_failed_or_was_cut_off_needs_an_approval() -> None:
    assert is_update(SAME, end=summary("failed"))
    assert Finding.UPDATE in review(read(stream(SAME).rsplit(b"\n", 2)[0])).findings
