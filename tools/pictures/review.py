"""The page for the screenshot docs/review.png, which shows a review in a pull request."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt

from metapixel_cli.review.judging.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.policy_config import read_policy_config
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import Origin, comment
from metapixel_cli.stacks.export import StackState

HERE = Path(__file__).parent
CONFIG = HERE.parents[1] / "examples/github-actions/policy-config.json"
STATE = StackState("", "", datetime(2026, 11, 20, 14, 3, tzinfo=UTC), ())
RUN = Origin("a90a31498043", "https://github.com/acme/pixel-access/actions/runs/1")


def page() -> str:
    """Return the review of `preview.jsonl` as GitHub shows it."""
    preview = read((HERE / "preview.jsonl").read_bytes())
    config = read_policy_config(CONFIG.read_bytes())
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = review(preview, state=STATE, config=config)
    body = markdown.render(comment(found, GITHUB_LIMIT, RUN))
    return Template((HERE / "review.html").read_text()).substitute(comment=body)
