"""Recorded previews of the real engine, as a reader sees their reviews."""

from __future__ import annotations

import re

from metapixel_cli.review.judging.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review import previews


def rendered(name: str) -> str:
    """The review without its warnings."""
    markdown = comment(review(read(previews.load(name))), GITHUB_LIMIT)
    return re.sub(r"(?s)<details>.*?</details>", "", markdown)


def test_drift_is_first_and_in_its_own_words() -> None:
    markdown = rendered("changed by hand")
    tally = "more access: 1, access removed: 1"
    status = f"Changed at Meta by hand: Northlight Media ({tally})"

    assert markdown.splitlines()[1] == f"### ⚠️ {status}"
    assert markdown.index("#### Changed at Meta since the last update") < markdown.index("| Access")
    added = "pixel **Acme web shop** <sub>`1290034567800001`</sub>: more access"
    assert f"{added} (ANALYZE → ANALYZE, **UPLOAD**); the next update undoes this: web" in markdown


def test_an_update_that_only_undoes_drift_needs_no_policy_rule() -> None:
    for name in ("changed by hand", "accepted meanwhile", "unchanged"):
        assert "No policy rule" not in rendered(name)
    assert "No policy rule" in rendered("more tasks")


def test_an_accepted_request_is_no_change_by_hand() -> None:
    text = rendered("accepted meanwhile")

    assert text.splitlines()[1].startswith("### 🔺 More access: ")
    assert "\n⚠️ Changed at Meta: Agency PENDING (more access: 1)\n" in text


def test_a_name_that_contains_colons_is_whole() -> None:
    assert "<br>summer::&#8203;shop |" in rendered("changed by hand")
