"""Recorded previews of the real engine, as a reader sees their reviews."""

from __future__ import annotations

import re
from collections.abc import Callable

from metapixel_cli.review.evaluation.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment
from tests.cli.review import previews


def rendered(name: str) -> str:
    """The review without its warnings, and with another port of the simulator."""
    markdown = comment(review(read(previews.load(name))), GITHUB_LIMIT)
    markdown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8765", markdown)
    return re.sub(r"(?s)<details>.*?</details>", "", markdown)


def test_drift_is_first_and_in_its_own_words(approve: Callable[[str, str], None]) -> None:
    approve("review-by-hand.md", rendered("changed by hand"))
