"""`metapixel review` on shares in every status, compared with the recordings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metapixel_cli.review.evaluation.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.json_document import as_json
from tests.cli.review import previews
from tests.engine.handshake import ACCEPTED, BY_HAND, SCENARIOS, SECRET_ID, recorded

pytestmark = pytest.mark.engine


def found(data: bytes) -> object:
    """The changes and requests of a review, without the parts that differ between recordings.

    These are the days on which the agencies were asked, and the ids of the requests, which depend
    on the order in which the shares were sent.
    """
    result: Review = review(read(data))
    document = json.loads(as_json(result))
    facts = {name: document[name] for name in ("changes", "waiting", "drift", "unchanged")}
    changes = (*result.changes, *result.waiting, *result.drift)
    words = {change.before.requested_on: "DAY" for change in changes}
    words |= {change.before.request_id: f"REQUEST {change.agency_id}" for change in changes}
    text = json.dumps(facts, sort_keys=True)
    for varying, word in words.items():
        text = text.replace(varying, word) if varying else text
    return json.loads(text)


@pytest.mark.rest
def test_a_preview_of_every_status_is_reviewed_as_recorded(tmp_path: Path) -> None:
    reviewed = {name: found(data) for name, data in recorded(tmp_path)}

    names = (*SCENARIOS, ACCEPTED, SECRET_ID, BY_HAND)
    assert reviewed == {name: found(previews.load(name)) for name in names}
