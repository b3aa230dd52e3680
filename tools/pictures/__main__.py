"""`python -m tools.pictures` takes the screenshots in docs/ again. It needs Chromium."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt

from metapixel_cli.access.rendering.html.document import page as access_page
from metapixel_cli.review.evaluation.policy import without_effect_of
from metapixel_cli.review.evaluation.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment
from tests.cli.access.examples import example

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: root cannot use Chromium's sandbox. A busy machine leaves parts white without compositor stages.
CHROMIUM = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--run-all-compositor-stages-before-draw",
    "--virtual-time-budget=10000",
]


def review_page() -> str:
    """Return the review of `preview.jsonl` as GitHub shows it."""
    preview = read((HERE / "preview.jsonl").read_bytes())
    config = (ROOT / "examples/github-actions/policy-config.json").read_bytes()
    run = "a90a31498043", "https://github.com/acme/pixel-access/actions/runs/1"
    found = review(preview, without_effect=without_effect_of(config))
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    body = markdown.render(comment(found, GITHUB_LIMIT, *run))
    return Template((HERE / "review.html").read_text()).substitute(comment=body)


def screenshot(html: str, picture: Path, size: str) -> None:
    """Write the upper part of a page as a PNG, after its scripts have run."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(html, encoding="utf-8")
        options = [f"--user-data-dir={folder}/profile", f"--window-size={size}"]
        command = [*CHROMIUM, *options, f"--screenshot={picture}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    screenshot(review_page(), ROOT / "docs/review.png", "900,870")
    screenshot(access_page(example()), ROOT / "docs/access.png", "1180,1145")
