"""The sentences directly under the status line of a review."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.review.judging.change import Fact
from metapixel_cli.review.judging.review import Review, Status
from metapixel_cli.review.rendering.words import short
from metapixel_cli.words import at_most, count

#: The limit of a sentence under the status line, in characters.
LONGEST_NOTICE = 500
#: The limit of the names in a sentence about a mass removal. The rows contain every name.
_MOST_REMOVED = 5
#: The removals that a mass removal counts apart, by kind.
_APART = {
    "shares": "after the end date",
    "permissions": "with their shares",
    "shares and permissions": "after the end date or with their shares",
}


def notices(review: Review) -> list[str]:
    """Return the sentences that belong directly under the status line."""
    sentences = [_fixed_today(review), *_mass_removals(review), *_end_dates_to_notice(review)]
    checked = review.basis.rules.ran or review.basis.rules.unclear or review.preview.policy_packs
    grants = any(change.widens and Fact.DECLARED_ANEW in change.facts for change in review.changes)
    grants |= any(answer.widens for answer in review.answers)
    if grants and not checked and review.status is not Status.FAILED:
        sentences.append("No policy rule has checked the access that this update grants")
    return list(filter(None, sentences))


def _fixed_today(review: Review) -> str:
    """Return a sentence about the date that the stack configures, empty if there is none."""
    fixed = review.preview.fixed_today
    if fixed is None:
        return ""
    return f"Access ends as if today were {fixed}, because the stack configures metapixel:today"


def _end_dates_to_notice(review: Review) -> Iterator[str]:
    overdue = [change for change in (*review.changes, *review.waiting) if change.overdue]
    late = {*review.overdue, *(change for change in overdue if not change.before.is_nothing)}
    new = [change for change in overdue if change.before.is_nothing and change.gains]
    open_ = [change for change in overdue if change.before.is_nothing and not change.gains]
    skipped = [change for change in late if Fact.SKIPPED in change.facts]
    if skipped:
        yield f"{count(len(skipped), 'share')} should have ended, and was not previewed"
    if len(late) > len(skipped):
        stay = len(late) - len(skipped)
        them = "it" if stay == 1 else "them"
        yield f"{count(stay, 'share')} should have ended, and the update does not end {them}"
    extended = sum(change.was_overdue and change.term == "longer" for change in review.changes)
    if extended:
        yield f"The update extends {count(extended, 'share')} that should have ended"
    if new:
        dates = "date has" if len(new) == 1 else "dates have"
        yield f"The update grants {count(len(new), 'share')} whose end {dates} already passed"
    if open_:
        waits = count(len(open_), "share that waits for its", "shares that wait for their")
        yield f"The end date of {waits} agency has passed"


def _mass_removals(review: Review) -> Iterator[str]:
    """Yield a sentence about each removal of many shares or permissions, with their names."""
    for kind, found in review.mass_removals:
        how = _APART[kind]
        names = ", ".join(at_most([short(name) for name in found.removed], _MOST_REMOVED))
        if found.leaves_none:
            apart = f", {found.apart:,} of them {how}" if found.apart else ""
            names = f"the others: {names}" if found.apart else names
            yield f"The update removes all {found.managed:,} managed {kind}{apart} ({names})"
            continue
        apart = f", and {found.apart:,} more {how}" if found.apart else ""
        yield (
            f"The update removes {len(found.removed):,} of {found.managed:,} managed {kind} "
            f"({names}), over a quarter{apart}"
        )
