"""The verdict and the findings of a review, which `--fail-on` can name. Each one has a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.result import Review
from metapixel_cli.review.judging.words import GAINS, LOSSES, Effect, Finding, Status


def access_of(changes: Sequence[Change], given: Sequence[Answer], gaps: Sequence[str]) -> Status:
    """Return the verdict on the access."""
    effects = {change.effect for change in changes}
    if gaps or Effect.UNKNOWN in effects or any(answer.is_unknown for answer in given):
        return Status.UNKNOWN
    if Effect.REFUSED in effects:
        return Status.REFUSED
    if found := _moved(effects, given):
        return found
    is_other = bool(changes) or any(answer.answer or answer.is_removed for answer in given)
    return Status.OTHER if is_other else Status.UNCHANGED


def _moved(effects: set[Effect], given: Sequence[Answer]) -> Status | None:
    """Return the verdict on gains and losses. A later last day is more access, an earlier one less.

    End dates alone are a verdict of their own.
    """
    more = bool(effects & GAINS) or any(answer.approves for answer in given)
    less = bool(effects & LOSSES)
    terms = {answer.term for answer in given}
    later = Effect.LATER_END in effects or "longer" in terms
    sooner = Effect.EARLIER_END in effects or "shorter" in terms
    if not (more or less):
        return Status.END_DATES if later or sooner else None
    if (more or later) and (less or sooner):
        return Status.CHANGED
    return Status.WIDENED if more else Status.NARROWED


def findings(review: Review) -> tuple[Finding, ...]:
    """Return the findings that apply, sorted by name."""
    return tuple(sorted(finding for finding, applies in _FINDINGS.items() if applies(review)))


def _blocks(review: Review) -> bool:
    return review.policy.blocks


def _widens(review: Review) -> bool:
    """A part that the preview lacks could be a gain."""
    grants_more = any(change.widens for change in review.changes)
    return bool(review.gaps) or grants_more or any(answer.widens for answer in review.answers)


def _removes_many(review: Review) -> bool:
    """A failure could have prevented the report of another removal."""
    return bool(review.mass_removals) or review.status is Status.FAILED


def _updates(review: Review) -> bool:
    preview = review.preview
    rows = (*review.changes, *review.answers, *review.other_removals, *review.gaps)
    keeps_the_state = all(step.keeps_the_state for step in preview.steps)
    is_failed = review.status is Status.FAILED
    return bool(rows) or not keeps_the_state or preview.changes_outputs or is_failed


def _narrows(review: Review) -> bool:
    is_shorter = any(answer.term == "shorter" for answer in review.answers)
    return is_shorter or any(change.narrows for change in review.changes)


def _is_unexplained(review: Review) -> bool:
    return any(change.is_unexplained for change in review.changes)


def _is_unknown(review: Review) -> bool:
    return review.access is Status.UNKNOWN


def _drifts(review: Review) -> bool:
    return bool(review.drift) or review.unread


def _calls_other_addresses(review: Review) -> bool:
    return bool({*review.addresses} - {review.graph_url.rstrip("/")})


_FINDINGS: Mapping[Finding, Callable[[Review], bool]] = {
    Finding.POLICY: _blocks,
    Finding.WIDENING: _widens,
    Finding.MASS_REMOVAL: _removes_many,
    Finding.UPDATE: _updates,
    Finding.NARROWING: _narrows,
    Finding.UNEXPLAINED: _is_unexplained,
    Finding.UNKNOWN: _is_unknown,
    Finding.DRIFT: _drifts,
    Finding.ADDRESS: _calls_other_addresses,
}
