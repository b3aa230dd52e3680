"""What the renderings have in common: the verdict and the counts in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.judging.policy import blocks
from metapixel_cli.review.judging.review import Review, Status

EFFECTS = {
    Effect.UNKNOWN: "unknown",
    Effect.GAINS_AND_LOSES: "gains and loses",
    Effect.WIDENED: "widened",
    Effect.REMOVED: "removed",
    Effect.NARROWED: "narrowed",
    Effect.WITHDRAWN: "request withdrawn",
    Effect.UNMANAGED: "no longer managed",
    Effect.UNCHANGED: "unchanged",
}
_WOULD = {
    Status.UNKNOWN: "it would change access, and not all of it can be told",
    Status.CHANGED: "it would widen and narrow access",
    Status.WIDENED: "it would widen access",
    Status.NARROWED: "it would narrow access",
    Status.UNCHANGED: "access itself is unchanged",
}
_VERDICTS = {
    Status.FAILED: "Preview failed: what it would change is not known",
    Status.BLOCKED: "Blocked by policy",
    Status.UNKNOWN: "Access changes, and not all of it can be told before the update",
    Status.CHANGED: "Access widens and narrows",
    Status.WIDENED: "Access widens",
    Status.NARROWED: "Access narrows",
    Status.UNCHANGED: "Access unchanged",
}


def count(number: int, one: str, many: str = "") -> str:
    """`1 agency`, `2 agencies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def verdict(review: Review) -> str:
    """The status line, without mark, project and stack."""
    text = _VERDICTS[review.status]
    if review.status is Status.FAILED:
        return text
    if review.status is Status.BLOCKED:
        blocking = sum(map(blocks, review.violations))
        text += f" ({count(blocking, 'violation')}); {_WOULD[review.access]}"
    facts = _facts(review)
    if review.drift and review.access is Status.UNCHANGED:
        facts.append("something was changed outside of Pulumi")
    return f"{text}: {', '.join(facts)}" if facts else text


def _facts(review: Review) -> list[str]:
    facts = []
    for words, agencies in (
        ("gain", _agencies(change for change in review.changes if change.widens)),
        ("lose", _agencies(change for change in review.changes if change.narrows)),
    ):
        if agencies:
            verb = f"{words}s" if agencies == 1 else words
            facts.append(f"{count(agencies, 'agency', 'agencies')} {verb}")
    widening = sum(answer.widens for answer in review.answers)
    if widening:
        facts.append(f"{count(widening, 'sharing request is', 'sharing requests are')} approved")
    return facts


def _agencies(found: Iterable[Change]) -> int:
    known: set[str] = set()
    untold = 0
    for change in found:
        if change.agency_id is None:
            untold += 1
        else:
            known.add(change.agency_id)
    return len(known) + untold


def tally(found: Iterable[Change]) -> str:
    """`3 widened, 1 removed`."""
    counted = Counter(change.effect for change in found)
    present = [effect for effect in Effect if counted[effect]]
    return ", ".join(f"{counted[effect]:,} {EFFECTS[effect]}" for effect in present)


def others(review: Review) -> str:
    """What else is in the stack, empty where nothing else changes."""
    return ", ".join(f"{number:,} {op}" for op, number in review.others)


def request_phrase(change: Change) -> str:
    """What an agency has to do, after its name."""
    request = f" {change.request_id}" if change.request_id else ""
    return {
        Acceptance.NEEDED: f"must accept sharing request{request}",
        Acceptance.MAY_BE_NEEDED: (
            "may have to accept a sharing request (Meta asks where both businesses have no "
            "relationship yet)"
        ),
        Acceptance.WAITS_ALREADY: f"has still to accept sharing request{request}",
        Acceptance.NOT_NEEDED: "has nothing to accept",
    }[change.acceptance]


def answer_phrase(answer: Answer) -> str:
    """What answering means, after the request."""
    if answer.request_id == "":
        return "nothing waits for an answer"
    if answer.answer == "APPROVE":
        return "is approved: the business that received it gains what the request offers"
    if answer.answer == "DECLINE":
        return "is declined"
    return "is answered, how is unknown until the update"
