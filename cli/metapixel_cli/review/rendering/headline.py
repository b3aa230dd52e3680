"""The status line of a review, the sentences under it, and those at the foot of the comment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from operator import attrgetter

from metapixel_cli.grants.words import listed, named, short
from metapixel_cli.review.evaluation.answers import Answer
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.drift import is_by_hand
from metapixel_cli.review.evaluation.removals import mass_removals
from metapixel_cli.review.evaluation.review import FindingKind, Review, Status
from metapixel_cli.review.evaluation.words import Effect
from metapixel_cli.review.reading.preview import Violation
from metapixel_cli.review.rendering.markdown import Markdown
from metapixel_cli.words import count

#: The characters that Pulumi does not permit in the name of a rule.
_FORBIDDEN = re.compile(r"[^A-Za-z0-9_., -]")
#: The words for expected removals besides a mass removal, as in `and 2 more after the end date`.
_APART = {
    "shares": "after the end date",
    "permissions": "with their shares",
    "shares and permissions": "after the end date or with their shares",
}


def verdict(review: Review) -> str:
    """Return the status line without its mark, project and stack. Names are not escaped."""
    if review.status is Status.FAILED:
        return Status.FAILED.words
    found, violations = _access_verdict(review), review.policy.violations
    if exempt := sum(bool(violation.exceptions) for violation in violations):
        found += f"; {count(exempt, 'policy violation')} exempt"
    if review.status is not Status.BLOCKED:
        return found
    blocking = count(sum(violation.blocks for violation in violations), "violation")
    return f"Blocked by policy ({blocking}). Without the block: {found[:1].lower()}{found[1:]}"


def _access_verdict(review: Review) -> str:
    """Return the verdict on the access, with the agencies. No policy counts here."""
    found = review.intent.words
    if review.gaps:
        found = "The preview lacks information, so access may change"
    if review.intended_changes or review.answers:
        agencies = [*map(who, review.intended_changes), *map(who, review.answers)]
        return f"{found}: {listed(agencies)} ({_tally_with_answers(review)})"
    if review.drift and review.intent is Status.UNCHANGED:
        return drift_line(review)
    return found


def mark(review: Review) -> Markdown:
    """Return the mark of the status line. A policy or a failure precedes the access."""
    if review.status in (Status.FAILED, Status.BLOCKED):
        return Markdown(review.status.mark)
    status = review.intent
    if status is Status.END_DATES and FindingKind.WIDENING in review.findings:
        return Markdown(Status.WIDENED.mark)
    if status is Status.OTHER and any(change.is_unmanaged for change in review.changes):
        return Markdown("⚠️")
    if status is Status.UNCHANGED and review.drift:
        return Markdown("⚠️" if any(map(is_by_hand, review.drift)) else "ℹ️")
    return Markdown(status.mark)


def drift_line(review: Review) -> str:
    """Return a sentence about the changes outside of Pulumi."""
    drift = review.drift
    how = " by hand" if any(map(is_by_hand, drift)) else ""
    return f"Changed at {destination(review)}{how}: {listed(map(who, drift))} ({tally(drift)})"


def destination(review: Review) -> str:
    """Return the place to which the calls go: Meta, or other addresses."""
    if not review.addresses:
        return "Meta"
    others = " and ".join(address or "an unknown address" for address in review.addresses)
    return f"{others} (not Meta)"


def tally(found: Iterable[Change]) -> str:
    """Return the number of changes by effect: `more access: 3, access removed: 1`."""
    counted = Counter(map(attrgetter("effect"), found))
    return ", ".join(f"{each.words}: {counted[each]:,}" for each in Effect if counted[each])


def _tally_with_answers(review: Review) -> str:
    found = [tally(review.intended_changes)] if review.intended_changes else []
    approved = sum(answer.approves for answer in review.answers)
    if approved:
        found.append(f"requests approved: {approved:,}")
    if others := len(review.answers) - approved:
        found.append(f"other answers: {others:,}")
    return ", ".join(found)


def who(row: Change | Answer) -> str:
    return short(row.agency_name or "") or named("", row.agency_id, "agency")


def notices(review: Review) -> Iterator[str]:
    """Yield the sentences that belong directly under the status line."""
    if fixed := review.fixed_today:
        today = f"Access ends as if today were {fixed}"
        yield f"{today}, because the stack configures metapixel:today"
    yield from _mass_removals(review)
    yield from _end_dates(review)
    grants = any(change.widens and change.is_declared_anew for change in review.changes)
    grants_access = grants or any(answer.widens for answer in review.answers)
    is_checked = review.policy.rules or review.policy.packs
    if grants_access and not is_checked and review.status is not Status.FAILED:
        yield "No policy rule has checked the access that this update grants"


def _end_dates(review: Review) -> Iterator[str]:
    """Yield how many shares the update keeps, extends or gives after their end date.

    A share that it extends, to a day that has passed too, is kept and extended.
    """
    kept, extended, new = len(review.overdue), 0, 0  # These are unchanged, so they are kept.
    for change in review.changes:
        had_access = not change.before.is_nothing
        if change.is_overdue and had_access:
            kept += 1
        elif change.is_overdue and change.widens:
            new += 1
        if change.was_overdue and change.term == "longer":
            extended += 1
    if kept:
        yield f"The update does not end {count(kept, 'share')} that should have ended"
    if extended:
        yield f"The update extends {count(extended, 'share')} that should have ended"
    if new:
        yield f"The update grants {count(new, 'share')} after the end date"


def _mass_removals(review: Review) -> Iterator[str]:
    """Yield a sentence about each removal of many shares or permissions, with their names."""
    for kind, found in mass_removals(review.shares, review.permissions):
        # The rows contain every name.
        names = listed(map(short, found.removed), most=5)
        removed = f"{len(found.removed):,} of {found.managed:,} managed {kind} ({names})"
        expected = f", and {found.apart:,} more {_APART[kind]}" if found.apart else ""
        yield f"The update removes {removed}{expected}"


def sentences(review: Review) -> Iterator[str]:
    """Yield sentences about reads of Meta, about policy rules and about the limit of a preview."""
    yield _reads(review)
    if number := review.if_meta_changed:
        grants = count(number, "unchanged grant")
        yield f"The update can also write {grants}, if somebody changes the access at Meta first."
    yield from _policy(review)
    yield "Access that was given outside of this program is not listed here."


def _reads(review: Review) -> str:
    """Return a sentence about the resources that the preview read from Meta."""
    read, place = review.read, destination(review)
    if review.unread:
        return (
            "Meta: the preview could not read some permissions, so changes of them may be missing."
        )
    if review.status is Status.FAILED:
        found = f"at least {count(read, 'resource')}" if read else "an unknown number of resources"
    elif not read:
        found = "no resource"
    elif read == review.resources:
        return f"{place}: the preview read every resource of the state."
    else:
        found = f"{read:,} of {count(review.resources, 'resource')}"
    missing = f"so changes that were made at {place} may be missing"
    return f"{place}: the preview read {found}, {missing}."


def _policy(review: Review) -> Iterator[str]:
    policy = review.policy
    if policy.rules:
        found = f"Policy: the preview lists {count(len(policy.rules), 'rule')}"
        if not (policy.violations or review.gaps or review.status is Status.FAILED):
            found += ", without a violation"
        yield f"{found}: {rule_names(policy.rules)}."
    if policy.without_effect:
        names = rule_names(policy.without_effect)
        yield f"Policy: disabled or not configured, and so without effect: {names}."
    if not policy.rules and not policy.without_effect:
        yield "Policy: the rules are not known." if policy.packs else "Policy: no rule ran."


def blocking(violations: Iterable[Violation]) -> str:
    return rule_names(each.rule for each in violations if each.blocks)


def rule_names(rules: Iterable[str]) -> str:
    """Return names of rules in the characters that Pulumi permits, which no escape makes longer."""
    names = (_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", rule) for rule in rules)
    return listed(names, most=20)
