"""Words that the outputs of all commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def noun(number: int, one: str, many: str = "") -> str:
    """Return the noun for a number, such as `agency` or `agencies`."""
    return one if number == 1 else many or f"{one}s"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number and its noun, such as `1 agency` or `2 agencies`."""
    return f"{number:,} {noun(number, one, many)}"


def with_id(name: str | None, id_: str) -> str:
    """Return the name of an asset with its id, or only the id: `Acme (123)`, `123`."""
    return f"{name} ({id_})" if name else id_ or "with an unknown id"


def at_most(found: Sequence[str], most: int) -> list[str]:
    """Return the first texts, and the number of the others: `and 2 more`."""
    if len(found) <= most:
        return [*found]
    return [*found[:most], f"and {len(found) - most:,} more"]


def and_(texts: Iterable[str]) -> str:
    """Return the texts as a list in a sentence."""
    *others, last = texts
    return " and ".join(filter(None, [", ".join(others), last]))
