"""Inputs in messages, which each language writes in its own way.

A message contains a placeholder for an input, and an adapter replaces it before it shows the
message. The marks of a placeholder are not printable characters. `errors.one_line` removes
such characters from Meta's text, so this text cannot contain a placeholder.
"""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile("\x02(\\w*)=(\\w*)\x03")


def written(name: str, value: str = "") -> str:
    """Return the placeholder for an input, with its value if one is given."""
    return f"\x02{name}={value}\x03"


def in_python(message: str) -> str:
    """Return a message with inputs as in `on_existing='fail'`."""

    def spelled(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"{name}='{value}'" if value else name

    return _PLACEHOLDER.sub(spelled, message)


def in_other_languages(message: str) -> str:
    """Return a message with inputs as in `onExisting: fail`."""

    def spelled(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"{camel(name)}: {value}" if value else camel(name)

    return _PLACEHOLDER.sub(spelled, message)


def camel(name: str) -> str:
    """Return a name of several words as in `onExisting`."""
    first, *others = name.split("_")
    return "".join((first, *map(str.capitalize, others)))
