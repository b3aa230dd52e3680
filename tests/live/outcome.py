"""The form of an answer of the Graph API: its status, its error, its keys and types.

An outcome contains no values, so it contains no ids, names or tokens.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_KEY = re.compile(r"[a-z]+(_[a-z]+)*")


@dataclass(frozen=True, order=True)
class Outcome:
    """The form of an answer. `status` is the HTTP status, or 0 without an answer."""

    status: int
    code: int = 0
    subcode: int = 0
    shape: str = ""

    @property
    def full(self) -> str:
        """The outcome with the keys and types of the answer."""
        return f"{self} {self.shape}".strip()

    def __str__(self) -> str:
        if not self.status:
            return "no answer"
        error = ", ".join(str(each) for each in (self.code, self.subcode) if each)
        return f"{self.status} ({error})" if error else str(self.status)


def outcome(status: int, body: str | bytes) -> Outcome:
    """Return the outcome of an answer."""
    try:
        content = json.loads(body)
    except ValueError:
        return Outcome(status, shape="no JSON")
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return Outcome(status, shape=shape(content))
    code, subcode = (error.get(name) for name in ("code", "error_subcode"))
    return Outcome(
        status,
        code if isinstance(code, int) else 0,
        subcode if isinstance(subcode, int) else 0,
        shape(content),
    )


def shape(value: object) -> str:
    """Return the keys and types of a JSON value. A key that is no plain word is replaced."""
    if isinstance(value, dict):
        parts = sorted(
            f"{key if _KEY.fullmatch(key) else '(key)'}: {shape(each)}"
            for key, each in value.items()
        )
        return f"{{{', '.join(dict.fromkeys(parts))}}}"
    if isinstance(value, list):
        return f"[{' or '.join(sorted({shape(each) for each in value}))}]"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "null" if value is None else "text"
