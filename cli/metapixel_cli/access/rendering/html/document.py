"""The HTML page. Its content security policy allows only its own style and script."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from metapixel_cli.access.evaluation.report import Report
from metapixel_cli.access.rendering import words
from metapixel_cli.access.rendering.html.matrix import matrix
from metapixel_cli.escape import isolated, visible
from metapixel_cli.grants.unread import by_cause
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.sharing.tasks import Task

_HERE = Path(__file__).parent
_LONGEST = 1000


def page(report: Report) -> str:
    """Return the report as one HTML page. It loads nothing and works without JavaScript."""
    style, script = (_HERE.joinpath(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        report=report,
        words=words,
        resource_of=name_of,
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
        unread=by_cause(report.unread),
        matrix=matrix(report),
        groups=words.by_name(report.findings),
        tasks=tuple(Task),
    )


def _shown(value: object) -> object:
    """Return a text as the page shows it. Jinja escapes the markup in it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return isolated(visible(value, _LONGEST))
    return value


def _policy(style: str, script: str) -> str:
    """Return the content security policy: the style and the script of the page, and nothing else.

    Source: https://www.w3.org/TR/CSP3/
    """

    def source(text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    return (
        f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
