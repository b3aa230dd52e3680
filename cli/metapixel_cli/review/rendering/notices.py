"""The sentences under the status line of a review, and those at its foot about its basis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from metapixel_cli.grants.words import listed, short
from metapixel_cli.review.evaluation.removals import mass_removals
from metapixel_cli.review.evaluation.review import Review, Status
from metapixel_cli.review.rendering.headline import asked
from metapixel_cli.words import at_most, count

#: The limit of a list of names in a sentence, in characters. The first name is never left out.
_MOST_NAMES = 400
_LIMIT = "Access that was given outside of this program is not listed here."
#: The limit of the names in a sentence about a mass removal. The rows contain every name.
_MOST_REMOVED = 5
#: The words for removals that do not count towards a mass removal, by kind.
_APART = {
    "shares": "after the end date",
    "permissions": "with their shares",
    "shares and permissions": "after the end date or with their shares",
}


def notices(review: Review) -> list[str]:
    """Return the sentences that belong directly under the status line."""
    sentences = [*_mass_removals(review), *_end_dates_to_notice(review)]
    if fixed := review.fixed_today:
        today = f"Access ends as if today were {fixed}"
        sentences.insert(0, f"{today}, because the stack configures metapixel:today")
    checked = review.policy.rules or review.policy.packs
    grants = any(change.widens and change.is_declared_anew for change in review.changes)
    grants |= any(answer.widens for answer in review.answers)
    if grants and not checked and review.status is not Status.FAILED:
        sentences.append("No policy rule has checked the access that this update grants")
    return sentences


def _end_dates_to_notice(review: Review) -> Iterator[str]:
    overdue = [change for change in review.changes if change.overdue]
    kept = sum(not change.before.is_nothing for change in overdue) + len(review.overdue)
    if kept:
        yield f"The update does not end {count(kept, 'share')} that should have ended"
    extended = sum(change.was_overdue and change.term == "longer" for change in review.changes)
    if extended:
        yield f"The update extends {count(extended, 'share')} that should have ended"
    new = sum(change.before.is_nothing and change.widens for change in overdue)
    if new:
        yield f"The update grants {count(new, 'share')} after the end date"


def _mass_removals(review: Review) -> Iterator[str]:
    """Yield a sentence about each removal of many shares or permissions, with their names."""
    for kind, found in mass_removals(review.shares, review.permissions):
        names = listed(map(short, found.removed), _MOST_REMOVED)
        apart = f", and {found.apart:,} more {_APART[kind]}" if found.apart else ""
        removed = f"{len(found.removed):,} of {found.managed:,} managed {kind}"
        yield f"The update removes {removed} ({names}){apart}"


def sentences(review: Review) -> list[str]:
    """Return sentences about reads of Meta, about policy rules and about the limit of a preview."""
    found = [_meta(review)]
    if number := review.if_meta_changed:
        grants = count(number, "unchanged grant")
        found.append(
            f"The update can also write {grants}, if somebody changes the access at Meta first."
        )
    return [*found, *_policy(review), _LIMIT]


def _meta(review: Review) -> str:
    read, resources, place = review.read, review.resources, asked(review)
    failed = review.status is Status.FAILED
    if review.unread:
        return (
            "Meta: the preview could not read some permissions, so changes of them may be missing."
        )
    if read and read == resources and not failed:
        return f"{place}: the preview read every resource of the state."
    if failed:
        found = f"at least {count(read, 'resource')}" if read else "an unknown number of resources"
    else:
        found = f"{read:,} of {count(resources, 'resource')}" if read else "no resource"
    return (
        f"{place}: the preview read {found}, so changes that were made at {place} may be missing."
    )


def _policy(review: Review) -> list[str]:
    policy = review.policy
    doubtful = policy.violations or review.gaps or review.status is Status.FAILED
    found = "" if doubtful else ", without a violation"
    parts = {
        f"the preview lists {count(len(policy.rules), 'rule')}{found}": policy.rules,
        "disabled or not configured, and so without effect": policy.without_effect,
    }
    sentences = [f"{words}: {rule_names(names)}" for words, names in parts.items() if names]
    none = "the rules are not known" if policy.packs else "no rule ran"
    return [f"Policy: {sentence}." for sentence in sentences or [none]]


def rule_names(rules: Iterable[str]) -> str:
    """Return each name of a rule once, in the characters that Pulumi permits in a name.

    Names beyond the limit of a sentence are counted.
    """
    names = [
        re.sub(r"[^A-Za-z0-9_., -]", "\N{REPLACEMENT CHARACTER}", rule)
        for rule in dict.fromkeys(rules)
    ]
    kept: list[str] = []
    for name in names:
        if kept and len(", ".join([*kept, name])) > _MOST_NAMES:
            break
        kept.append(name)
    return ", ".join(at_most(names, len(kept)))
