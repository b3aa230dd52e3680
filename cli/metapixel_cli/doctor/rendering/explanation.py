"""The explanation of a check, which is a section of `checks.md`."""

from __future__ import annotations

import re
from importlib.resources import files


def explanation(check: str) -> str:
    """Return the section of a check as text for a terminal, which has no relative links."""
    page = files("metapixel_cli.doctor").joinpath("checks.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"(?ms)^### (\S+)\n\n(.*?)(?=^##|\Z)", page))
    without_comments = re.sub(r"<!--.*?-->\n*", "", sections[check])
    without_links = re.sub(r"\[([^]]*)\]\((?!https:)[^)]*\)", r"\1", without_comments)
    return f"{check}\n\n{without_links.rstrip()}\n"
