"""The findings of a review, which `--fail-on` can name. Each one has a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.policy import Policy
from metapixel_cli.review.judging.verdict import Status
from metapixel_cli.review.reading.preview import Preview


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


@dataclass(frozen=True)
class Facts:
    """The parts of a review from which its findings follow."""

    preview: Preview
    access: Status
    is_failed: bool
    """True if the preview failed or was cut off."""
    changes: Sequence[Change]
    answers: Sequence[Answer]
    removals: Sequence[object]
    """Removals of resources of other packages."""
    mass_removals: Sequence[object]
    policy: Policy
    drift: Sequence[Change]
    unread: bool
    """True if Meta refused to read some permissions."""
    graph_url: str
    """The address to which calls may go, besides Meta's."""


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return the findings that apply, sorted by name."""
    return tuple(sorted(finding for finding, applies in _FINDINGS.items() if applies(facts)))


def _blocks(facts: Facts) -> bool:
    return facts.policy.blocks


def _widens(facts: Facts) -> bool:
    """A part that the preview lacks could be a gain."""
    grants_more = any(change.widens for change in facts.changes)
    return bool(facts.preview.gaps) or grants_more or any(each.widens for each in facts.answers)


def _removes_many(facts: Facts) -> bool:
    """An event that is missing, or that a failure prevented, could be another removal."""
    return bool(facts.mass_removals or facts.preview.gaps) or facts.is_failed


def _updates(facts: Facts) -> bool:
    preview = facts.preview
    rows = (*facts.changes, *facts.answers, *facts.removals, *preview.gaps)
    keeps_the_state = all(step.keeps_the_state for step in preview.steps)
    return bool(rows) or not keeps_the_state or preview.changes_outputs or facts.is_failed


def _narrows(facts: Facts) -> bool:
    is_shorter = any(answer.term == "shorter" for answer in facts.answers)
    return is_shorter or any(change.narrows for change in facts.changes)


def _is_unexplained(facts: Facts) -> bool:
    return any(change.is_unexplained for change in facts.changes)


def _is_unknown(facts: Facts) -> bool:
    return facts.access is Status.UNKNOWN


def _drifts(facts: Facts) -> bool:
    return bool(facts.drift) or facts.unread


def _calls_other_addresses(facts: Facts) -> bool:
    return bool({*facts.preview.addresses} - {facts.graph_url.rstrip("/")})


_FINDINGS: Mapping[Finding, Callable[[Facts], bool]] = {
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
