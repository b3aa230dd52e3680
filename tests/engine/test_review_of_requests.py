"""`metapixel review` on shares in every status, compared with the recordings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metapixel_cli.review.judging.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.json_document import document
from tests.cli.review import previews
from tests.engine.handshake import ACCEPTED, SCENARIOS, recorded

pytestmark = pytest.mark.engine


def found(data: bytes) -> object:
    """The changes and requests of a review, without the days on which the agencies were asked."""
    result: Review = review(read(data))
    facts = {name: document(result)[name] for name in ("changes", "waiting", "drift", "unchanged")}
    days = {change.before.requested_on for change in (*result.changes, *result.waiting)} - {""}
    text = json.dumps(facts, sort_keys=True)
    for day in days:
        text = text.replace(day, "DAY")
    return json.loads(text)


def test_a_preview_of_every_status_is_reviewed_as_recorded(tmp_path: Path) -> None:
    reviewed = {name: found(data) for name, data in recorded(tmp_path)}

    assert reviewed == {name: found(previews.load(name)) for name in (*SCENARIOS, ACCEPTED)}
