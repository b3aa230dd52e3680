"""Escaping of names and messages, which come from programs, from Meta and other businesses."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_\[\]|~])")
_PLAIN_ID = re.compile(r"[A-Za-z0-9._/:-]{1,80}")
_LINK = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Follows `@`, `#` and the beginning of a URL, so that GitHub notifies nobody and links nothing.
_GAP = "&#8203;"


def visible(text: str, longest: int = 200, newline: str = " ") -> str:
    """Return the text in printable characters, cut after `longest` of them.

    Control characters, right-to-left marks and unpaired surrogates could make a text look like
    another one, so a visible mark replaces each. `newline` replaces each line end, a blank each
    tab.
    """
    lines = [_printable(line).rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    found = newline.join(lines).strip()
    if len(found) <= longest:
        return found
    return f"{found[:longest]}… ({len(found) - longest:,} more characters)"


def _printable(line: str) -> str:
    return "".join(map(_character, line))


def _character(character: str) -> str:
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if character == "\t" or category.startswith("Z"):
        return " "
    return _REPLACEMENT if category.startswith("C") else character


def in_markdown(text: str, longest: int = 200) -> str:
    """Return the text escaped for a line or a table's cell: no markup, mention or link."""
    found = visible(text, longest)
    found = found.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = _MARKDOWN.sub(r"\\\1", found)
    found = re.sub(r"[@#]", rf"\g<0>{_GAP}", found)
    found = _LINK.sub(rf"\g<0>{_GAP}", found)
    # At the beginning of a line, these characters would start a list or a heading.
    return re.sub(r"^(\d+(?=[.)])|(?=[-+=]))", r"\1\\", found)


def identifier(text: str) -> str:
    """Return an id in code. A text that is not an id is escaped."""
    return f"`{text}`" if _PLAIN_ID.fullmatch(text) else in_markdown(text, 80)


def fenced(text: str, longest: int = 2000) -> str:
    """Return a code block that displays the text as it is written."""
    found = visible(text, longest, newline="\n")
    longest_run = max(map(len, re.findall(r"`+", found)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return f"{fence}text\n{found}\n{fence}"
