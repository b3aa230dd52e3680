"""Words that all renderings share: the verdict, effects, counts, requests and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.judging.policy import blocks
from metapixel_cli.review.judging.review import Removal, Review, Status
from metapixel_provider.sharing.status import ShareStatus

EFFECTS = {
    Effect.UNKNOWN: "unknown",
    Effect.REFUSED: "will fail",
    Effect.GAINS_AND_LOSES: "more and less access",
    Effect.WIDENED: "more access",
    Effect.REMOVED: "access removed",
    Effect.NARROWED: "less access",
    Effect.WITHDRAWN: "request withdrawn",
    Effect.REQUEST_CHANGED: "request changed",
    Effect.NOT_ASKED: "not asked again",
    Effect.REMOVED_WITHOUT_ACCESS: "removed, had no access",
    Effect.UNMANAGED: "no longer managed",
    Effect.UNCHANGED: "access unchanged",
}
#: The outcome of a share that does not grant confirmed access, by its status.
_OUTCOMES = {
    ShareStatus.PENDING: "not accepted yet",
    ShareStatus.UNCONFIRMED: "not confirmed yet",
    ShareStatus.DECLINED: "declined",
    ShareStatus.EXPIRED: "expired without an answer",
    ShareStatus.CANCELED: "canceled",
}
_WOULD = {
    Status.UNKNOWN: "the update may change access, and part of the change is unknown",
    Status.REFUSED: "the update would fail",
    Status.CHANGED: "the update would add some access and remove some",
    Status.WIDENED: "the update would grant more access",
    Status.NARROWED: "the update would grant less access",
    Status.UNCHANGED: "the update would change no access",
}
_VERDICTS = {
    Status.FAILED: "Preview failed: its changes are unknown",
    Status.BLOCKED: "Blocked by policy",
    Status.UNKNOWN: "Access changes, and part of the change is unknown before the update",
    Status.REFUSED: "The update will fail",
    Status.CHANGED: "More and less access",
    Status.WIDENED: "More access",
    Status.NARROWED: "Less access",
    Status.UNCHANGED: "Access unchanged",
}


def count(number: int, one: str, many: str = "") -> str:
    """Return a number and its noun, such as `1 agency` or `2 agencies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def verdict(review: Review) -> str:
    """Return the status line, without mark, project and stack."""
    text = _VERDICTS[review.status]
    if review.status is Status.UNKNOWN and review.gaps:
        text = "The preview lacks information, so access may change"
    if review.status is Status.FAILED:
        return text
    if review.status is Status.BLOCKED:
        blocking = sum(map(blocks, review.violations))
        text += f" ({count(blocking, 'violation')}); {_WOULD[review.access]}"
    facts = _facts(review)
    if review.drift and review.access is Status.UNCHANGED:
        facts.append("something changed outside of Pulumi")
    return f"{text}: {', '.join(facts)}" if facts else text


def _facts(review: Review) -> list[str]:
    facts = []
    for words, agencies in (
        ("gain", _agencies(change for change in review.changes if change.widens)),
        ("lose", _agencies(change for change in review.changes if change.narrows)),
    ):
        if agencies:
            verb = f"{words}s" if agencies == 1 else words
            facts.append(f"{count(agencies, 'agency', 'agencies')} {verb} access")
    widening = sum(answer.widens for answer in review.answers)
    if widening:
        facts.append(f"{count(widening, 'sharing request is', 'sharing requests are')} approved")
    refused = sum(change.refused for change in review.changes)
    if refused:
        facts.append(f"{count(refused, 'change')} will fail")
    return facts


def _agencies(found: Iterable[Change]) -> int:
    return len({change.agency for change in found})


def tally(found: Iterable[Change]) -> str:
    """Return the number of changes by effect: `more access: 3, access removed: 1`."""
    counted = Counter(change.effect for change in found)
    present = [effect for effect in Effect if counted[effect]]
    return ", ".join(f"{EFFECTS[effect]}: {counted[effect]:,}" for effect in present)


def others(review: Review) -> str:
    """Return the number of operations on other resources, empty if there are none."""
    return ", ".join(f"{number:,} {op}" for op, number in review.others)


def outcome(access: Access) -> str:
    """Return the date and the outcome of a share's request, empty if the agency has access."""
    if access.status in ("", ShareStatus.ACTIVE):
        return ""
    result = next(
        (words for status, words in _OUTCOMES.items() if status == access.status), access.status
    )
    return f"asked on {access.requested_on}, {result}" if access.requested_on else result


def removal_phrase(removal: Removal) -> str:
    """Return the words before the name of another package's resource."""
    return {"delete": "deleted", "replace": "replaced"}.get(removal.op, removal.op)


def request_phrase(change: Change) -> str:
    """Return the words after an agency's name: the sharing request that it has to accept."""
    since = f"sent on {change.requested_on or 'an unknown date'}"
    known = f"sharing request {change.request_id}, {since}"
    request = known if change.request_id else "a new sharing request"
    return {
        Acceptance.NEEDED: f"must accept {request}",
        Acceptance.MAY_BE_NEEDED: (
            "may have to accept a sharing request (Meta asks the agency if the two businesses "
            "have no relationship yet)"
        ),
        Acceptance.WAITS_ALREADY: f"still has to accept {known}",
        Acceptance.MAY_WAIT_ALREADY: (
            "may still have to accept a sharing request, because Meta has not confirmed the share"
        ),
        Acceptance.NOT_NEEDED: "has nothing to accept",
    }[change.acceptance]


def answer_phrase(answer: Answer) -> str:
    """Return the words after a sharing request: the answer to it, and its effect."""
    if answer.request_id == "":
        return "does not exist, so nothing is answered"
    if answer.answer == "APPROVE":
        return "is approved: the business that received it gains the access that the request offers"
    if answer.answer == "DECLINE":
        return "is declined"
    return "is answered; the answer is unknown before the update"
