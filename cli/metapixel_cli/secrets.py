"""The removal of secrets from everything that a command prints.

A token can be in any text: in Pulumi's message about a broken file, in the name of a stack that was
pasted by mistake, in a name from Meta, in a traceback. So the standard output and the standard
error pass through `without_secrets`, and so does each text before it is cut or wrapped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from functools import reduce
from io import RawIOBase, TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from metapixel_provider.connection.environment import APP_SECRET, TOKEN

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_MARK = "***"
#: The length from which a part of a secret is removed. Shorter parts can occur in other words.
_PART = 12
#: The minimum length of a secret. Meta's secrets are longer, and a shorter value may be a word.
_SHORTEST = 8
#: Variables of other programs that contain a secret.
_OTHERS = ("ACCESS_TOKEN", "APP_SECRET", "PULUMI_ACCESS_TOKEN")
#: Tokens of users and apps at Meta, tokens of Pulumi, and a value that follows the name of a secret
#: without a space. Encoded data can contain the first form within a longer word.
_LOOKS_LIKE_ONE = re.compile(
    r"(?<![A-Za-z0-9+/])EAA[A-Za-z0-9]{9,}"
    r"|[0-9]{6,}(?:\||%7C)[\w-]{16,}"
    r"|pul-[0-9a-f]{40}"
    r"|((?i:access_?token|app_?secret)\w*[:=])[\w|%-]{8,}"
)

_known: set[str] = set()


def hide_secrets() -> None:
    """Remove from all further output the environment's secrets and texts that look like secrets."""
    _known.clear()
    for name, value in os.environ.items():
        is_secret = name.upper().startswith((TOKEN, APP_SECRET)) or name in _OTHERS
        if is_secret:
            hide([value.strip("\"' \r\n")])
    sys.stdout, sys.stderr = _filtered(sys.stdout), _filtered(sys.stderr)


def hide(secrets: Iterable[str]) -> None:
    """Remove these secrets, and each long part of them, from all further output too."""
    _known.update(each for each in secrets if len(each) >= _SHORTEST)


def without_secrets(text: str) -> str:
    """Return a text in which a mark replaces each secret that is known or looks like one."""
    return _LOOKS_LIKE_ONE.sub(lambda found: f"{found[1] or ''}{_MARK}", without(text, _known))


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which a mark replaces each of the secrets, and each long part of them."""
    return reduce(_without, sorted(secrets, key=len, reverse=True), text)


def _without(text: str, secret: str) -> str:
    """Return the text with a mark in place of the secret, and of each long part of it."""
    size = min(_PART, len(secret))
    step = size // 2
    # A part is twice as long as a piece, so it contains one of these. Most texts contain none.
    pieces = (secret[at : at + step] for at in range(0, len(secret) - step + 1, step))
    if not any(piece in text for piece in pieces):
        return text
    parts = {secret[at : at + size] for at in range(len(secret) - size + 1)}
    hidden = set[int]()
    for begin in range(len(text) - size + 1):
        if text[begin : begin + size] in parts:
            hidden.update(range(begin, begin + size))
    found = ""
    for at, character in enumerate(text):
        if at not in hidden:
            found += character
        elif at - 1 not in hidden:
            # It is the first of hidden characters in a row.
            found += _MARK
    return found


class _Stream(RawIOBase):
    """A binary stream that removes secrets, and never closes the stream to which it writes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        # Secrets are ASCII, and Latin-1 keeps every byte.
        text = bytes(data).decode("latin-1")
        self._stream.write(without_secrets(text).encode("latin-1"))
        # The caller would write again what is missing from the number of its bytes.
        return len(text)

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()


def _filtered(stream: TextIO) -> TextIO:
    stream.flush()
    raw = cast("BinaryIO", _Stream(stream.buffer))
    return TextIOWrapper(raw, stream.encoding, stream.errors, line_buffering=True)
