"""Values in outputs of the engine: its marks, values of any type, and the parts of a URN."""

from __future__ import annotations

import json
from collections.abc import Mapping

#: The text that the engine writes for a value that is not known before the update.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
#: The key by which the engine marks special values, among them secrets.
SIGNATURE = "4dabf18193072939515e22adb298388d"
#: The beginning of the names of the engine's own properties, such as `__provider`.
OWN = "__"
#: Errors that the engine adds after another error.
ECHOES = ("preview failed", "Resource monitor has terminated, shutting down")


def parsed(text: str | bytes) -> object:
    """Return a JSON value, or None if the text is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def mapping(value: object) -> Mapping[str, object]:
    """Return a mapping unchanged, and an empty one for any other value."""
    return value if isinstance(value, Mapping) else {}


def text(value: object) -> str:
    """Return a string unchanged, and an empty one for any other value."""
    return value if isinstance(value, str) else ""


def stack_of(urn: str) -> tuple[str, str]:
    """Return the project and the stack of a URN, both empty if the text is not a URN."""
    parts = urn.split("::")
    is_urn = urn.startswith("urn:pulumi:") and len(parts) >= 4
    if not is_urn:
        return "", ""
    return parts[1], parts[0].removeprefix("urn:pulumi:")


def name_of(urn: str) -> str:
    """Return the fourth part of a URN, which is the name of the resource and can contain `::`."""
    return urn.split("::", 3)[-1]
