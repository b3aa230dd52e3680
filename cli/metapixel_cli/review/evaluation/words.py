"""The words of a verdict: effects on access, the need to accept a request, and findings."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self


class _Marked(StrEnum):
    """A value with its mark in a comment, which can be empty, and its words for people."""

    mark: str
    words: str

    def __new__(cls, value: str, mark: str, words: str) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.mark, member.words = value, mark, words
        return member


class Effect(_Marked):
    """The effect of a change on the access, the most important first."""

    UNKNOWN = "unknown", "❔", "unknown"
    REFUSED = "refused", "❌", "will fail"
    GAINS_AND_LOSES = "gains-and-loses", "🔺🔻", "more and less access"
    WIDENED = "widened", "🔺", "more access"
    REMOVED = "removed", "🔻", "access removed"
    NARROWED = "narrowed", "🔻", "less access"
    UNMANAGED = "no-longer-managed", "⚠️", "no longer managed"
    LATER_END = "later-end-date", "🔺", "later end date"
    ENDED = "removed-after-end-date", "🔻", "removed after its end date"
    EARLIER_END = "earlier-end-date", "📅", "earlier end date"
    WITHDRAWN = "request-withdrawn", "", "request withdrawn"
    REQUEST_CHANGED = "request-changed", "", "request changed"
    MAY_BE_COMPLETED = "may-be-completed", "", "may be completed"
    WAITS = "waits", "", "waits for the share"
    NOT_ASKED = "not-asked-again", "", "not asked again"
    REMOVED_WITHOUT_ACCESS = "removed-without-access", "", "removed, had no access"
    UNCHANGED = "unchanged", "", "same access, other status"


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


class Status(_Marked):
    """The verdict. If several apply, the first in this order is chosen."""

    FAILED = "failed", "❌", "Preview failed: its changes are unknown"
    BLOCKED = "blocked", "⛔", ""
    UNKNOWN = "unknown", "❔", "Access changes, and part of the change is unknown before the update"
    REFUSED = "refused", "❌", "The update will fail"
    CHANGED = "widened-and-narrowed", "🔺🔻", "More and less access"
    WIDENED = "widened", "🔺", "More access"
    NARROWED = "narrowed", "🔻", "Less access"
    END_DATES = "end-dates", "📅", "Only end dates change"
    OTHER = "other-changes", "🔹", "No access is gained or lost, but other things change"
    UNCHANGED = "unchanged", "✅", "Access unchanged"


class FindingKind(StrEnum):
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


def moved_end(before: str | None, after: str | None) -> str:
    """Return the change of a last day: `longer`, `shorter`, `unknown`, or empty if there is none.

    None is a date that is unknown or secret: two of them can differ. An empty date is no end.
    """
    if before is None or after is None:
        return "unknown"
    if before == after:
        return ""
    is_longer = after == "" or (before != "" and after > before)
    return "longer" if is_longer else "shorter"


def is_past_date(last_day: str | None, today: date) -> bool:
    """Return whether a last day lies before today. A text that is not a date has not passed.

    A pipeline makes a removal after its last day without a person, so the date must be certain.
    """
    try:
        return date.fromisoformat(last_day or "") < today
    except ValueError:
        return False
