"""The status line of a review: the verdict, the names of the agencies, and a tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from metapixel_cli.grants.words import listed, named, short
from metapixel_cli.review.evaluation.answers import Answer
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.drift import by_hand
from metapixel_cli.review.evaluation.review import Finding, Review, Status
from metapixel_cli.review.evaluation.words import Effect
from metapixel_cli.review.rendering.markdown import Markdown
from metapixel_cli.words import count

#: The mark of each status, and its words.
_STATUSES = {
    Status.FAILED: ("❌", "Preview failed: its changes are unknown"),
    Status.BLOCKED: ("⛔", ""),
    Status.UNKNOWN: ("❔", "Access changes, and part of the change is unknown before the update"),
    Status.REFUSED: ("❌", "The update will fail"),
    Status.CHANGED: ("🔺🔻", "More and less access"),
    Status.WIDENED: ("🔺", "More access"),
    Status.NARROWED: ("🔻", "Less access"),
    Status.END_DATES: ("📅", "Only end dates change"),
    Status.OTHER: ("🔹", "No access is gained or lost, but other things change"),
    Status.UNCHANGED: ("✅", "Access unchanged"),
}
#: The mark of each effect that a reader must see, and its words.
EFFECTS: Mapping[Effect, tuple[str, str]] = {
    Effect.UNKNOWN: ("❔", "unknown"),
    Effect.REFUSED: ("❌", "will fail"),
    Effect.GAINS_AND_LOSES: ("🔺🔻", "more and less access"),
    Effect.WIDENED: ("🔺", "more access"),
    Effect.REMOVED: ("🔻", "access removed"),
    Effect.NARROWED: ("🔻", "less access"),
    Effect.UNMANAGED: ("⚠️", "no longer managed"),
    Effect.LATER_END: ("🔺", "later end date"),
    Effect.ENDED: ("🔻", "removed after its end date"),
    Effect.EARLIER_END: ("📅", "earlier end date"),
    Effect.WITHDRAWN: ("", "request withdrawn"),
    Effect.REQUEST_CHANGED: ("", "request changed"),
    Effect.MAY_BE_COMPLETED: ("", "may be completed"),
    Effect.WAITS: ("", "waits for the share"),
    Effect.NOT_ASKED: ("", "not asked again"),
    Effect.REMOVED_WITHOUT_ACCESS: ("", "removed, had no access"),
    Effect.UNCHANGED: ("", "same access, other status"),
}


def verdict(review: Review) -> str:
    """Return the status line without its mark, project and stack. Names are not escaped."""
    if review.status is Status.FAILED:
        return _STATUSES[Status.FAILED][1]
    found, violations = _without_policy(review), review.policy.violations
    if exempt := sum(bool(violation.exceptions) for violation in violations):
        found += f"; {count(exempt, 'policy violation')} exempt"
    if review.status is not Status.BLOCKED:
        return found
    blocking = count(sum(violation.blocks for violation in violations), "violation")
    return f"Blocked by policy ({blocking}). Without the block: {found[:1].lower()}{found[1:]}"


def _without_policy(review: Review) -> str:
    _, found = _STATUSES[review.intent]
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
    return Markdown(_STATUSES[status][0])


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
    counted = Counter(change.effect for change in found)
    return ", ".join(f"{EFFECTS[each][1]}: {counted[each]:,}" for each in Effect if counted[each])


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
