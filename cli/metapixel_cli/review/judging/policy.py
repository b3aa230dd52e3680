"""The decision whether a policy violation blocks an update."""

from __future__ import annotations

from metapixel_cli.review.reading.preview import Violation

_HARMLESS = ("advisory", "remediate", "disabled", "warning", "none")


def blocks(violation: Violation) -> bool:
    """Return True if the violation blocks the update. An unknown level of enforcement blocks it."""
    return not violation.exceptions and violation.level not in _HARMLESS
