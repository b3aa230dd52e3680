"""Functions that read values of any type from a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metapixel_cli.review.reading.preview import Snapshot
from metapixel_cli.stacks.engine import UNKNOWN, mapping, text
from metapixel_provider.sharing import forms
from metapixel_provider.sharing.engine_names import in_domain

Event = Mapping[str, object]


def contents(events: Iterable[Event], *kinds: str) -> list[Mapping[str, object]]:
    found = list[Mapping[str, object]]()
    for event in events:
        for kind in kinds:
            if kind in event:
                found.append(mapping(event[kind]))
    return found


def operations(events: Iterable[Event], *kinds: str) -> list[Mapping[str, object]]:
    """Return the description of the operation in each event of some kinds, by default of both."""
    found = contents(events, *(kinds or ("resourcePreEvent", "resOutputsEvent")))
    return [mapping(content.get("metadata")) for content in found]


def items(value: object) -> list[object]:
    """Return a list unchanged, and an empty one for any other value."""
    return value if isinstance(value, list) else []


def strings(value: object) -> tuple[str, ...]:
    """Return the items of a list, each as `text` returns it, and nothing for any other value."""
    return tuple(map(text, items(value)))


def shown(value: object) -> str | None:
    """Return a property as text: empty if it is absent, None if it is unknown or secret."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str) and value not in (UNKNOWN, "[secret]"):
        return value
    return None


def differ(old: object, new: object) -> bool:
    """Return True if two values differ, other than in parts that are unknown or secret."""
    if UNKNOWN in (old, new):
        return False
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() != new.keys() or any(differ(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) != len(new) or any(map(differ, old, new))
    return (type(old), old) != (type(new), new)


def snapshot(value: object) -> Snapshot | None:
    """Return the state of a resource, or None if there is none."""
    if not isinstance(value, Mapping):
        return None
    is_only_read = value.get("external") is True
    return Snapshot(
        inputs=_properties(value.get("inputs")),
        outputs=_properties(value.get("outputs")),
        kept_on_delete=is_only_read or value.get("retainOnDelete") is True,
        is_only_read=is_only_read,
        is_protected=value.get("protect") is True,
        is_component=value.get("custom") is not True,
        urn=text(value.get("urn")),
        parent=text(value.get("parent")),
    )


def _properties(value: object) -> dict[str, object]:
    """Return properties as the domain reads them: texts, lists, and UNKNOWN for a hidden value."""
    found = in_domain(mapping(value)).items()
    return {name: _in_domain(each) for name, each in found if each is not None}


def _in_domain(value: object) -> object:
    if isinstance(value, list):
        return list(map(_in_domain, value))
    if isinstance(value, bool):  # The domain distinguishes true from the text `true`.
        return value
    known = shown(value)
    # An object counts as hidden too, because no property of ours has one.
    return forms.UNKNOWN if known is None else known
