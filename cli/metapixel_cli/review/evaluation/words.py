"""The words of a verdict: effects on access, the need to accept a request, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


class Effect(StrEnum):
    """The effect of a change on the access, the most important first."""

    UNKNOWN = "unknown"
    REFUSED = "refused"
    GAINS_AND_LOSES = "gains-and-loses"
    WIDENED = "widened"
    REMOVED = "removed"
    NARROWED = "narrowed"
    UNMANAGED = "no-longer-managed"
    LATER_END = "later-end-date"
    ENDED = "removed-after-end-date"
    EARLIER_END = "earlier-end-date"
    WITHDRAWN = "request-withdrawn"
    REQUEST_CHANGED = "request-changed"
    MAY_BE_COMPLETED = "may-be-completed"
    WAITS = "waits"
    NOT_ASKED = "not-asked-again"
    REMOVED_WITHOUT_ACCESS = "removed-without-access"
    UNCHANGED = "unchanged"


#: The effects of a change by which an agency can do more, or less.
GAINS = frozenset({Effect.GAINS_AND_LOSES, Effect.WIDENED})
LOSSES = frozenset({Effect.GAINS_AND_LOSES, Effect.REMOVED, Effect.NARROWED, Effect.ENDED})


class Acceptance(StrEnum):
    """The need for the agency to accept a sharing request."""

    NOT_NEEDED = "not-needed"
    MAY_BE_NEEDED = "may-be-needed"
    MAY_BE_ASKED_AGAIN = "may-be-asked-again"
    NEEDED = "needed"
    WAITS_ALREADY = "waits-already"
    MAY_WAIT_ALREADY = "may-wait-already"


class Status(StrEnum):
    """The verdict. If several apply, the first in this order is chosen."""

    FAILED = "failed"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CHANGED = "widened-and-narrowed"
    WIDENED = "widened"
    NARROWED = "narrowed"
    END_DATES = "end-dates"
    OTHER = "other-changes"
    UNCHANGED = "unchanged"


class Finding(StrEnum):
    """A kind of finding that `--fail-on` can name."""

    POLICY = "policy"
    WIDENING = "widening"
    MASS_REMOVAL = "mass-removal"
    UPDATE = "update"
    NARROWING = "narrowing"
    UNEXPLAINED = "unexplained"
    UNKNOWN = "unknown"
    DRIFT = "drift"
    ADDRESS = "address"


def first_of(conditions: Mapping[E, object], otherwise: E) -> E:
    """Return the first word whose condition is true."""
    for word, condition in conditions.items():
        if condition:
            return word
    return otherwise


def moved_end(before: str | None, after: str | None) -> str:
    """Return the change of a last day: `longer`, `shorter`, `unknown`, or empty if there is none.

    None is a date that is unknown or secret: two of them can differ. An empty date is no end.
    """
    if before is None or after is None:
        return "unknown"
    if before == after:
        return ""
    if not after or (before and after > before):
        return "longer"
    return "shorter"


def has_passed(last_day: str | None, today: date) -> bool:
    """Return whether a last day lies before today. A text that is not a date has not passed.

    A pipeline makes a removal after its last day without a person, so the date must be certain.
    """
    try:
        return date.fromisoformat(last_day or "") < today
    except ValueError:
        return False
