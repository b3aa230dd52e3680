"""The removal of secrets from a text.

The reads already remove secrets from Meta's messages. This removal also covers other texts, such
as names that contain a token, and parts of a secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

#: The length of a part that is removed. A shorter part can be in other words by chance.
_PART = 12
_MARK = "***"


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which a mark replaces each secret, and each long part of a secret."""
    return reduce(_without, sorted(secrets, key=len, reverse=True), text)


def _without(text: str, secret: str) -> str:
    if not secret:
        return text
    size = min(_PART, len(secret))
    parts = {secret[start : start + size] for start in range(len(secret) - size + 1)}
    covered = bytearray(len(text))
    for start in range(len(text) - size + 1):
        if text[start : start + size] in parts:
            covered[start : start + size] = b"\1" * size
    found: list[str] = []
    for position, character in enumerate(text):
        if not covered[position]:
            found.append(character)
        elif not position or not covered[position - 1]:
            found.append(_MARK)
    return "".join(found)
