"""The finding that a pipeline needs before it skips an approval."""

from __future__ import annotations

import pytest

from metapixel_cli.review.evaluation.review import FindingKind, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    SECRET,
    UNKNOWN,
    Event,
    active,
    moved,
    pending,
    share,
    step,
    stream,
    summary,
)

SAME = step("same", active(), share())
PROTECTED, KEPT = {"protect": True}, {"retainOnDelete": True}


def is_update(*events: Event, end: Event | None = None) -> bool:
    return FindingKind.UPDATE in review(read(stream(*events, end=end))).findings


def outputs(old: object, new: object) -> list[Event]:
    """The results of the stack, the first of which has only the outputs of the state."""
    return [
        {
            "resOutputsEvent": {
                "metadata": {
                    "op": "same",
                    "urn": "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
                    "type": "pulumi:pulumi:Stack",
                    "old": {"inputs": {}, "outputs": old},
                    "new": {"inputs": {}, "outputs": each},
                }
            }
        }
        for each in (old, new)
    ]


@pytest.mark.parametrize(
    "events",
    [
        [step("refresh", active(), active()), SAME],
        [step("same", active() | PROTECTED, share() | PROTECTED)],
        [step("same", active() | KEPT, share() | KEPT)],
        [SAME, *outputs({}, {})],
        [SAME, *outputs({"a": [1, {"b": SECRET}]}, {"a": [1, {"b": SECRET}]})],
        [SAME, *outputs({"a": [1, "x"], "b": "x"}, {"a": [1, UNKNOWN], "b": UNKNOWN})],
    ],
)
def test_an_update_that_keeps_everything_needs_no_approval(events: list[Event]) -> None:
    assert not is_update(*events)


@pytest.mark.parametrize(
    "events",
    [
        [step("update", active(), share(reason="new"))],
        [step("read", active(), active())],
        [step("refresh", pending(), active()), SAME],
        [step("refresh", active(), None)],
        [step("same", active(), active())],
        [moved("same", active(), share(), old_name="old")],
        [moved("same", active(), share(), component="spring")],
        [step("same", active() | PROTECTED, share())],
        [step("same", active() | KEPT, share())],
        [SAME, *outputs({}, {"a": None})],
        [SAME, *outputs({"a": 1}, {"a": True})],
        [SAME, *outputs({"a": SECRET}, {"a": "x"})],
        [SAME, *outputs({"a": [1, "x"]}, {"a": [2, UNKNOWN]})],
        [SAME, *outputs({"a": {"b": 1}}, {"a": {"b": 2}})],
        [SAME, step("update", active(), share(), kind="PixelOfALaterVersion")],
    ],
)
def test_an_update_that_changes_access_or_the_state_needs_an_approval(events: list[Event]) -> None:
    assert is_update(*events)


def test_a_preview_that_failed_or_was_cut_off_needs_an_approval() -> None:
    assert is_update(SAME, end=summary("failed"))
    assert FindingKind.UPDATE in review(read(stream(SAME).rsplit(b"\n", 2)[0])).findings
