"""The status line of a review: the verdict, the names of the agencies, and a tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter

from metapixel_cli.grants.words import listed, named, short
from metapixel_cli.review.evaluation.answers import Answer
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.drift import by_hand
from metapixel_cli.review.evaluation.review import Finding, Review, Status
from metapixel_cli.review.evaluation.words import Effect
from metapixel_cli.review.rendering.markdown import Markdown
from metapixel_cli.words import count


def verdict(review: Review) -> str:
    """Return the status line without its mark, project and stack. Names are not escaped."""
    if review.status is Status.FAILED:
        return Status.FAILED.words
    found, violations = _without_policy(review), review.policy.violations
    if exempt := sum(bool(violation.exceptions) for violation in violations):
        found += f"; {count(exempt, 'policy violation')} exempt"
    if review.status is not Status.BLOCKED:
        return found
    blocking = count(sum(violation.blocks for violation in violations), "violation")
    return f"Blocked by policy ({blocking}). Without the block: {found[:1].lower()}{found[1:]}"


def _without_policy(review: Review) -> str:
    found = review.intent.words
    if review.gaps:
        found = "The preview lacks information, so access may change"
    if review.own or review.answers:
        agencies = [*map(who, review.own), *map(who, review.answers)]
        return f"{found}: {listed(agencies)} ({_tally(review)})"
    if review.drift and review.intent is Status.UNCHANGED:
        return drift_line(review)
    return found


def mark(review: Review) -> Markdown:
    status = review.intent
    if review.status in (Status.FAILED, Status.BLOCKED):
        status = review.status
    elif status is Status.END_DATES and Finding.WIDENING in review.findings:
        status = Status.WIDENED
    elif status is Status.OTHER and any(change.is_unmanaged for change in review.changes):
        return Markdown("⚠️")
    elif status is Status.UNCHANGED and review.drift:
        return Markdown("⚠️" if any(map(by_hand, review.drift)) else "ℹ️")
    return Markdown(status.mark)


def drift_line(review: Review) -> str:
    """Return a sentence about the changes outside of Pulumi, empty without drift."""
    drift = review.drift
    if not drift:
        return ""
    how = " by hand" if any(map(by_hand, drift)) else ""
    return f"Changed at {asked(review)}{how}: {listed(map(who, drift))} ({tally(drift)})"


def asked(review: Review) -> str:
    """Return the place to which the calls go: Meta, or other addresses."""
    if not review.addresses:
        return "Meta"
    others = " and ".join(address or "an unknown address" for address in review.addresses)
    return f"{others} (not Meta)"


def tally(found: Iterable[Change]) -> str:
    """Return the number of changes by effect: `more access: 3, access removed: 1`."""
    counted = Counter(map(attrgetter("effect"), found))
    return ", ".join(f"{each.words}: {counted[each]:,}" for each in Effect if counted[each])


def _tally(review: Review) -> str:
    found = [tally(review.own)] if review.own else []
    approved = sum(answer.approves for answer in review.answers)
    if approved:
        found.append(f"requests approved: {approved:,}")
    if others := len(review.answers) - approved:
        found.append(f"other answers: {others:,}")
    return ", ".join(found)


def who(row: Change | Answer) -> str:
    return short(row.agency_name or "") or named("", row.agency_id, "agency")
