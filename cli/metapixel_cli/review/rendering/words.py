"""Words that all renderings share: the verdict, effects, counts, requests and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.judging.moves import Place
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
    Effect.ENDED: "ended as declared",
    Effect.WITHDRAWN: "request withdrawn",
    Effect.REQUEST_CHANGED: "request changed",
    Effect.NOT_ASKED: "not asked again",
    Effect.REMOVED_WITHOUT_ACCESS: "removed, had no access",
    Effect.UNMANAGED: "no longer managed",
    Effect.UNCHANGED: "access unchanged",
}
#: The outcome of a share that does not grant confirmed access, by its status.
_OUTCOMES: Mapping[str, str] = {
    ShareStatus.PENDING: "not accepted",
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


def at_most(found: Sequence[str], most: int) -> list[str]:
    """Return the first texts, and the number of the others: `and 2 more`."""
    rest = len(found) - most
    return [*found[:most], *([f"and {rest:,} more"] if rest > 0 else [])]


def verdict(review: Review) -> str:
    """Return the status line, without mark, project and stack."""
    text = _VERDICTS[review.status]
    only_dates = _changes_only_dates(review)
    if only_dates and review.status is review.access:
        text = "Only end dates change"
    if review.status is Status.UNKNOWN and review.gaps:
        text = "The preview lacks information, so access may change"
    if review.status is Status.FAILED:
        return text
    if review.status is Status.BLOCKED:
        would = "the update would change only end dates" if only_dates else _WOULD[review.access]
        text += f" ({_blocking(review)}); {would}"
    facts = _facts(review)
    if review.drift and review.access is Status.UNCHANGED:
        facts.append("something changed outside of Pulumi")
    return f"{text}: {', '.join(facts)}" if facts else text


def _changes_only_dates(review: Review) -> bool:
    """Return True if access is granted for more or less time, and nothing else changes it."""
    if review.access not in (Status.CHANGED, Status.WIDENED, Status.NARROWED):
        return False
    changes = any(change.gains or change.loses for change in review.changes)
    return not changes and not any(answer.widens for answer in review.answers)


def _blocking(review: Review) -> str:
    blocking, total = sum(map(blocks, review.violations)), len(review.violations)
    if blocking == total:
        return count(blocking, "violation")
    return f"{count(blocking, 'blocking violation')} of {total:,}"


def _facts(review: Review) -> list[str]:
    possible = [change for change in review.changes if not change.refused]
    gains = [change for change in possible if _gains_for_certain(change)]
    unknown = [change for change in possible if change.gains and not _gains_for_certain(change)]
    now = [change for change in gains if not _must_accept(change)]
    asked = [change for change in gains if _must_accept(change)]
    loses = [change for change in possible if change.loses and change.effect is not Effect.ENDED]
    ended = sum(change.effect is Effect.ENDED for change in possible)
    facts = []
    for found, one, many in (
        (now, "gains access", "gain access"),
        (unknown, "may gain access", "may gain access"),
        (asked, "is asked to accept more access", "are asked to accept more access"),
        (loses, "loses access", "lose access"),
    ):
        agencies = _agencies(found)
        if agencies:
            verb = one if agencies == 1 else many
            facts.append(f"{count(agencies, 'agency', 'agencies')} {verb}")
    if ended:
        facts.append(count(ended, "share has ended", "shares have ended") + " as declared")
    kept = _agencies(change for change in possible if change.effect is Effect.UNMANAGED)
    if kept:
        facts.append(f"access of {count(kept, 'agency', 'agencies')} is no longer managed")
    facts += _end_dates(possible)
    if review.access is Status.UNCHANGED:
        facts += _not_asked(possible)
        moved = sum(len(change.moves) for change in review.moved)
        if moved:
            facts.append(count(moved, "resource has moved", "resources have moved"))
    widening = sum(answer.widens for answer in review.answers)
    if widening:
        facts.append(f"{count(widening, 'sharing request is', 'sharing requests are')} approved")
    refused = sum(change.refused for change in review.changes)
    if refused:
        facts.append(f"{count(refused, 'change')} will fail")
    return facts


def _gains_for_certain(change: Change) -> bool:
    if change.acceptance is Acceptance.MAY_BE_ASKED_AGAIN:
        return False
    return bool(change.gained_tasks or change.gained_accounts)


def _must_accept(change: Change) -> bool:
    return change.acceptance in (Acceptance.NEEDED, Acceptance.WAITS_ALREADY)


def _end_dates(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the number of end dates that are earlier, added, later and removed."""
    found = Counter(
        {
            "shorter": "earlier" if change.before.expires_on else "added",
            "longer": "later" if change.after.expires_on else "removed",
        }.get(change.term, "")
        for change in changes
    )
    for how in ("earlier", "added", "later", "removed"):
        if found[how]:
            yield f"{count(found[how], 'end date is', 'end dates are')} {how}"


def _not_asked(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the number of agencies without access that the update does not ask again."""
    found = [change for change in changes if change.effect is Effect.NOT_ASKED]
    declined = [change for change in found if change.before.status == ShareStatus.DECLINED]
    others = [change for change in found if change.before.status != ShareStatus.DECLINED]
    if declined:
        number = _agencies(declined)
        verb = "is" if number == 1 else "are"
        yield f"{count(number, 'agency', 'agencies')} declined and {verb} not asked again"
    if others:
        yield f"{count(_agencies(others), 'agency is', 'agencies are')} not asked again"


def _agencies(found: Iterable[Change]) -> int:
    return len({change.agency for change in found})


def tally(found: Iterable[Change]) -> str:
    """Return the number of changes by effect: `more access: 3, access removed: 1`."""
    counted = Counter(change.effect for change in found)
    present = [effect for effect in Effect if counted[effect]]
    return ", ".join(f"{EFFECTS[effect]}: {counted[effect]:,}" for effect in present)


def effect(change: Change) -> str:
    """Return the effect of a change, with the date if it has ended as declared."""
    if change.effect is Effect.ENDED:
        return f"ended on {change.ended_on} as declared"
    return EFFECTS[change.effect]


def mass_removal(review: Review) -> str:
    """Return a sentence about the removal of many shares, empty if there is none."""
    shares = review.shares
    if not shares.is_mass_removal:
        return ""
    removed = f"The update removes {shares.removed:,} of {shares.managed:,} managed shares"
    ended = f" and {shares.ended:,} that ended as declared" if shares.ended else ""
    return f"{removed}{ended}, {'and leaves none' if shares.leaves_none else 'over a quarter'}"


def without_access(review: Review) -> str:
    """Return the number of unchanged shares and permissions without confirmed access, or empty."""
    shares = [change for change in review.unconfirmed if change.has_share]
    accesses = [change.before for change in review.unconfirmed if not change.has_share]
    permissions = sum(
        len(access.ad_accounts) + len(access.waiting_accounts) + access.ad_accounts_unknown
        for access in accesses
    )
    found = [count(len(shares), "unchanged share")] if shares else []
    found += [count(permissions, "unchanged permission")] if accesses else []
    return " and ".join(found) + " without confirmed access" if found else ""


def moves(change: Change, arrow: str) -> list[str]:
    """Return the old place and the new place of each resource that the program moves."""
    found = []
    for move in change.moves:
        places = [_place(place) for place in (move.before, move.after)]
        if places[0] == places[1]:
            types = (place.component_type for place in (move.before, move.after))
            places = [
                f"{place} ({type_.replace('$', ' / ')})"
                for place, type_ in zip(places, types, strict=True)
            ]
        found.append(f" {arrow} ".join(places))
    return found


def _place(place: Place) -> str:
    return f"{place.name} in the component {place.component}" if place.component else place.name


def others(review: Review) -> str:
    """Return the number of operations on other resources, empty if there are none."""
    return ", ".join(f"{number:,} {op}" for op, number in review.others)


def outcome(access: Access) -> str:
    """Return the date and the outcome of a share's request, empty if the agency has access."""
    if access.status in ("", ShareStatus.ACTIVE):
        return ""
    words = result(access)
    return f"asked on {access.requested_on}, {words}" if access.requested_on else words


def result(access: Access) -> str:
    """Return the outcome of a share's request, without its date."""
    return _OUTCOMES.get(access.status, access.status)


def removal_phrase(removal: Removal) -> str:
    """Return the words before the name of another package's resource."""
    return {"delete": "deleted", "replace": "replaced"}.get(removal.op, removal.op)


def request_phrase(change: Change) -> str:
    """Return the words after an agency's name: the sharing request that it has to accept."""
    since = f"sent on {change.requested_on or 'an unknown date'}"
    known = f"sharing request {change.request_id}, {since}"
    again = f"{known}, which the update sends again"
    request = again if change.request_id else "a new sharing request"
    waits = f"still has to accept {known}"
    may_ask = "may be asked again, because the value of resend is not known"
    return {
        Acceptance.NEEDED: f"must accept {request}",
        Acceptance.MAY_BE_NEEDED: (
            "may have to accept a sharing request (Meta asks the agency if the two businesses "
            "have no relationship yet)"
        ),
        Acceptance.MAY_BE_ASKED_AGAIN: f"{waits}, and {may_ask}" if change.request_id else may_ask,
        Acceptance.WAITS_ALREADY: waits,
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
