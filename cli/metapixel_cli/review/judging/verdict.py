"""The verdict on a preview, which follows from its changes, its answers and its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.effects import DATES, GAINS, LOSSES, Effect


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


def access_of(changes: Sequence[Change], given: Sequence[Answer], gaps: Sequence[str]) -> Status:
    """Return the verdict on the access. An end date counts only if nothing else changes."""
    effects = {change.effect for change in changes}
    if Effect.UNKNOWN in effects or any(answer.is_unknown for answer in given) or gaps:
        return Status.UNKNOWN
    if Effect.REFUSED in effects:
        return Status.REFUSED
    approves = any(answer.approves for answer in given)
    terms = {answer.term for answer in given}
    if not (approves or effects & (GAINS | LOSSES)) and (terms - {None} or effects & DATES):
        return Status.END_DATES
    # A later last day is more access, and an earlier one is less.
    gains = approves or bool(effects & GAINS) or Effect.LATER_END in effects or "longer" in terms
    loses = bool(effects & LOSSES) or Effect.EARLIER_END in effects or "shorter" in terms
    if gains and loses:
        return Status.CHANGED
    if gains or loses:
        return Status.WIDENED if gains else Status.NARROWED
    other = bool(changes) or any(answer.answer or answer.is_removed for answer in given)
    return Status.OTHER if other else Status.UNCHANGED
