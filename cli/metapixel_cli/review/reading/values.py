"""Values of a preview, read without trusting their shape."""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_cli.review.reading.preview import Snapshot

#: How the engine writes a value that only the update will tell.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
#: The key by which the engine marks special objects, among them secrets.
_SIGNATURE = "4dabf18193072939515e22adb298388d"


def mapping(value: object) -> Mapping[str, object]:
    """A mapping, empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """A list, empty for anything else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """A string, empty for anything else."""
    return value if isinstance(value, str) else ""


def shown(value: object) -> str | None:
    """A property as text; None where the preview does not tell it: unknown, or secret."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, str):
        return None if value in (UNKNOWN, "[secret]") else value
    return None


def is_told(value: object) -> bool:
    """Whether a list or object is there, and neither unknown nor secret."""
    return value != UNKNOWN and not (isinstance(value, Mapping) and _SIGNATURE in value)


def snapshot(value: object) -> Snapshot | None:
    """A resource's state in either kind of output, None where there is none."""
    if not isinstance(value, Mapping):
        return None
    return Snapshot(
        id=text(value.get("id")),
        inputs=mapping(value.get("inputs")),
        outputs=mapping(value.get("outputs")),
        kept_on_delete=any(value.get(mark) is True for mark in ("retainOnDelete", "external")),
    )


def stack_of(urn: str) -> tuple[str, str]:
    """Project and stack of a URN, empty where it is none."""
    parts = urn.split("::")
    if not urn.startswith("urn:pulumi:") or len(parts) < 4:
        return "", ""
    return parts[1], parts[0].removeprefix("urn:pulumi:")
