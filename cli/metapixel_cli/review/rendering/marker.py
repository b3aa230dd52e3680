"""The hidden marker by which a workflow finds the comment of an earlier review."""

from __future__ import annotations

from urllib.parse import quote


def marker(project: str, stack: str) -> str:
    """Return the first line of each comment about a stack."""
    names = (quote(name, safe="").replace("--", "%2D%2D") for name in (project, stack))
    return "<!-- metapixel review of {}/{} -->".format(*names)
