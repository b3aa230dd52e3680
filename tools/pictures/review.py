"""The page for the screenshot docs/review.png, which shows a review in a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from metapixel_cli.review.judging.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import Origin, comment

HERE = Path(__file__).parent
RUN = Origin("a90a31498043", "https://github.com/acme/pixel-access/actions/runs/1")


def page(script: str) -> str:
    """Return the review of `preview.jsonl` as GitHub shows it, with its diagram unfolded.

    `script` is the URL of Mermaid's script.
    """
    preview = read((HERE / "preview.jsonl").read_bytes())
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.add_render_rule("fence", _fence)
    body = markdown.render(comment(review(preview), GITHUB_LIMIT, RUN))
    unfolded = body.replace("<details>", "<details open>", 1)
    return Template((HERE / "review.html").read_text()).substitute(comment=unfolded, script=script)


def _fence(
    _: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    return f'<pre class="{escape(token.info)}">{escape(token.content)}</pre>'
