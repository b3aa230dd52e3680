"""Whether the violations of policies stop an update."""

from __future__ import annotations

from metapixel_cli.review.reading.preview import Violation

_HARMLESS = ("advisory", "remediate", "disabled", "warning", "none")


def blocks(violation: Violation) -> bool:
    """Return whether the violation stops the update. A level that is new to us does."""
    return not violation.exceptions and violation.level not in _HARMLESS
