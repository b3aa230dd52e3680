"""Helpers for text: untrusted text on one line, quotes, similar names, and digests."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable

_LONGEST = 300


def one_line(text: object, longest: int = _LONGEST) -> str:
    """Return untrusted text as one printable line of at most `longest` characters."""
    # `isprintable` is also false for a mark that reverses the direction of text, and for one half
    # of an emoji, which UTF-8 cannot encode. Only the beginning of a huge text is processed.
    beginning = str(text)[: 20 * longest]
    if not beginning.isprintable():
        beginning = "".join(each if each.isprintable() else " " for each in beginning)
    line = " ".join(beginning.split())
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def from_outside(text: object, longest: int = _LONGEST) -> str:
    """Return a text from Meta as one printable line without backticks, which mark our own words."""
    return one_line(text, longest).replace("`", "'")


def quoted(value: object) -> str:
    """Return the value of an input in quotes on a short line, or its type if it is not JSON."""
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return f"a value of type {type(value).__name__}"
    return f"'{one_line(value, 64)}'"


def most_similar(name: str, known: Iterable[str], at_least: float = 0.6) -> str:
    """Return the most similar known name, or "" if none has the least similarity (0 to 1)."""
    # This import takes 2 ms, and only a mistake needs it.
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=at_least)
    return by_lower[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a question that suggests the most similar known name, or else `otherwise`."""
    meant = most_similar(name, known)
    return f"did you mean '{meant}'?" if meant else otherwise


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the same question for the end of a sentence, or an empty string."""
    question = did_you_mean(name, known)
    return f"; {question}" if question else ""


@functools.cache
def digest(text: str) -> str:
    """Return 14 hexadecimal digits that take the place of a text in files."""
    return hashlib.blake2b(text.encode(), digest_size=7).hexdigest()
