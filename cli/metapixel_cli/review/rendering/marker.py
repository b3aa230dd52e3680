"""The hidden marker by which a workflow finds the comment of an earlier review."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

#: The longest name in a marker, in characters. Pulumi's own limit for a name is 100.
_LONGEST = 100


def marker(project: str, stack: str) -> str:
    """Return the first line of each comment about a stack, of at most 240 characters."""
    return f"<!-- metapixel review of {_name(project)}/{_name(stack)} -->"


def _name(name: str) -> str:
    """Return a name in ASCII. The hash of a name replaces the rest of a name that is too long."""
    quoted = quote(name, safe="", errors="replace").replace("--", "%2D%2D")
    if len(quoted) <= _LONGEST:
        return quoted
    hashed = sha256(name.encode(errors="replace")).hexdigest()[:32]
    return f"{quoted[: _LONGEST - len(hashed) - 1]}~{hashed}"
