"""Words of the comment: effects, counts, end dates, requests and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from urllib.parse import quote

from metapixel_cli.escape import hides, identifier, in_markdown
from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.answers import Answer
from metapixel_cli.review.judging.change import Acceptance, Change, Effect, Fact
from metapixel_cli.review.judging.moves import Place
from metapixel_cli.review.judging.review import Review
from metapixel_cli.words import at_most, count
from metapixel_provider.sharing.status import RequestResponse, ShareStatus, StandingStatus
from metapixel_provider.sharing.tasks import Task

#: The outcome of a share that does not grant confirmed access, by its status.
_OUTCOMES: Mapping[str | None, str] = {
    ShareStatus.PENDING: "not accepted",
    ShareStatus.UNCONFIRMED: "not confirmed yet",
    ShareStatus.DECLINED: "declined",
    ShareStatus.EXPIRED: "expired without an answer",
    ShareStatus.CANCELED: "canceled",
}
#: The verbs for unchanged shares without confirmed access: for one share, and for several.
_WITHOUT_ACCESS: Mapping[str | None, tuple[str, str]] = {
    ShareStatus.PENDING: ("waits for the agency", "wait for the agency"),
    ShareStatus.UNCONFIRMED: ("is not confirmed yet", "are not confirmed yet"),
    ShareStatus.DECLINED: ("was declined", "were declined"),
    ShareStatus.EXPIRED: ("has an expired request", "have an expired request"),
    ShareStatus.CANCELED: ("was canceled", "were canceled"),
}
#: The words for operations on other resources.
DONE = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "import": "imported",
}
#: The limit of a name in a sentence, in characters.
_LONGEST_NAME = 40
#: The words after a change of an end date.
_HOW = {"longer": " (later)", "shorter": " (earlier)"}
#: The cause of a sharing request for a new share.
MAY_BE_NEEDED = "(Meta asks the agency if the two businesses have no relationship yet)"
#: The longest name in a marker, in characters. Pulumi's own limit for a name is 100.
_LONGEST = 100


def marker(project: str, stack: str) -> str:
    """Return the first line of each comment about a stack, of at most 240 characters."""
    return f"<!-- metapixel review of {_name(project)}/{_name(stack)} -->"


def _name(name: str) -> str:
    """Return a name in ASCII. If the name is too long, its hash replaces its end."""
    quoted = quote(name, safe="", errors="replace").replace("--", "%2D%2D")
    if len(quoted) <= _LONGEST:
        return quoted
    hashed = sha256(name.encode(errors="replace")).hexdigest()[:32]
    return f"{quoted[: _LONGEST - len(hashed) - 1]}~{hashed}"


def short(name: str) -> str:
    """Return a name in one line and with a limited length, for a sentence."""
    name = " ".join(name.split())
    return f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name


def tally(found: Iterable[Change]) -> str:
    """Return the number of changes by effect: `more access: 3, access removed: 1`."""
    counted = Counter(change.effect for change in found)
    present = [effect for effect in Effect if counted[effect]]
    return ", ".join(f"{effect.words}: {counted[effect]:,}" for effect in present)


def effect(change: Change) -> str:
    """Return the effect of a change, with the end date of a share that is removed after it."""
    if change.effect is Effect.ENDED:
        return f"removed after its end date {change.ended_on}"
    return change.effect.words


def without_access(review: Review) -> str:
    """Return how many unchanged shares and permissions have no confirmed access.

    The text is empty if all of them have confirmed access.
    """
    listed = [change.before for change in review.unconfirmed if change.has_share]
    unapproved = sum(map(_is_unapproved, listed))
    shares = Counter(access.status for access in listed if not _is_unapproved(access))
    accesses = [change.before for change in review.unconfirmed if not change.has_share]
    permissions = sum(
        len(access.ad_accounts) + len(access.waiting_ad_accounts) + access.ad_accounts_unknown
        for access in accesses
    )
    found = []
    if unapproved:
        waits = count(unapproved, "share waits", "shares wait")
        found.append(f"{waits} for the approval of another admin")
    for status, number in shares.items():
        one, many = _WITHOUT_ACCESS.get(status, ("has no access", "have no access"))
        found.append(count(number, f"share {one}", f"shares {many}"))
    found += [count(permissions, "permission") + " without confirmed access"] if accesses else []
    return ", ".join(found)


def moves(change: Change) -> list[str]:
    """Return the old place and the new place of each resource that the program moves."""
    found = []
    for move in change.moves:
        places = [_place(place) for place in (move.before, move.after)]
        if places[0] == places[1]:
            places = [
                f"{place} ({type_.replace('$', ' / ')})"
                for place, type_ in zip(places, move.types, strict=True)
            ]
        found.append(" → ".join(places))
    return found


def _place(place: Place) -> str:
    inside = f" in the component {place.component}" if place.component else ""
    return f"{place.resource}{inside}"


def others(review: Review) -> str:
    """Return the operations on other resources with their names, empty if there are none."""
    found = []
    for op, names in review.others:
        are = "other resource is" if len(names) == 1 else "other resources are"
        done = DONE.get(op, f"changed by '{op}'")
        found.append(f"{len(names):,} {are} {done}: {', '.join(at_most(names, 3))}")
    return "; ".join(found)


def outcome(access: Access) -> str:
    """Return the date and the outcome of a share's request, empty if the agency has access."""
    if access.status in (None, ShareStatus.ACTIVE):
        return ""
    words = result(access)
    return f"asked on {access.requested_on}, {words}" if access.requested_on else words


def result(access: Access) -> str:
    """Return the outcome of a share's request, without its date."""
    if _is_unapproved(access):
        return "waits for the approval of another admin"
    return _OUTCOMES.get(access.status, access.status) or ""


def _is_unapproved(access: Access) -> bool:
    return access.status == ShareStatus.UNCONFIRMED and access.requires_admin_approval


def request_phrase(change: Change) -> str:
    """Return the words after an agency's name: the sharing request that it has to accept."""
    since = f"sent on {change.requested_on or 'an unknown date'}"
    known = f"sharing request {change.request_id} ({since})"
    added = f"must accept {known}, to which Meta adds the change"
    waits = f"had not accepted {known} at the last read"
    unapproved = (
        "waits until another admin of the business approves the share in Business Settings, under "
        "Requests"
    )
    may_ask = "may be asked again, because the value of resend is not known"
    return {
        Acceptance.NEEDED: added if change.request_id else "must accept a new sharing request",
        Acceptance.MAY_BE_NEEDED: f"may have to accept a sharing request {MAY_BE_NEEDED}",
        Acceptance.MAY_BE_ASKED_AGAIN: f"{waits}, and {may_ask}" if change.request_id else may_ask,
        Acceptance.WAITS_ALREADY: waits,
        Acceptance.MAY_WAIT_ALREADY: unapproved
        if _is_unapproved(change.before)
        else "may still have to accept a sharing request, because Meta has not confirmed the share",
        Acceptance.NOT_NEEDED: "has nothing to accept",
    }[change.acceptance]


def end_date(change: Change) -> str:
    """Return a clause about the end date after the update, empty without a share."""
    if not change.has_share or change.after.offers_nothing:
        return ""
    before, after = day(change.before.expires_on), day(change.after.expires_on)
    if change.term == "longer" and change.was_overdue:
        extended = f"extends access that should have ended on {before}"
        return f"{extended}; the new end date is {after}{_way_to_end(change)}"
    changes = before != after and not change.before.offers_nothing
    moved = f"the end date changes from {before} to {after}" if changes else ""
    if change.overdue and change.before.is_nothing:
        return f"{moved}, which has passed" if changes else f"the end date {after} has passed"
    if change.overdue:
        ended = "and nothing ended it"
        return f"{moved}, which has passed" if changes else f"should have ended on {after}, {ended}"
    if not changes:
        return _ends(change)
    return f"{moved}{_HOW.get(change.term, '')}{_way_to_end(change)}"


def _ends(change: Change) -> str:
    if change.after.expires_on == "":
        return "no end date"
    if Fact.ENDS_BY_DATE in change.facts:
        return f"ends with the first update after {day(change.after.expires_on)}"
    return f"should end on {day(change.after.expires_on)}, but nothing ends it automatically"


def _way_to_end(change: Change) -> str:
    if change.after.expires_on == "":
        return ""
    if Fact.ENDS_BY_DATE in change.facts:
        return "; the first update after that day ends the access"
    return ", but nothing ends the access automatically"


def hidden(text: str) -> str:
    """Return a remark about characters that the review replaces by a mark, or an empty text."""
    return " (contains hidden characters)" if hides(text) else ""


def day(expires_on: str | None) -> str:
    """Return the end date, or words if there is none or if it is not known."""
    return "an unknown date" if expires_on is None else expires_on or "no end date"


def tasks_explained(review: Review) -> str:
    """Return the meaning of each task in the review. The text is empty without a task."""
    listed = (*review.changes, *review.waiting, *review.overdue, *review.drift)
    sides = (side for change in listed for side in (change.before, change.after))
    found = {task for side in sides for task in side.named}
    meanings = {task: task.meaning.partition(".")[0] for task in Task if task in found}
    return "; ".join(f"{task} = {text[:1].lower()}{text[1:]}" for task, text in meanings.items())


def answer_sentence(answer: Answer) -> str:
    """Return the words after a response's name: the request, and the effect of the answer."""
    agency, owner = (
        business(id_, in_markdown(name or ""), identifier)
        for id_, name in ((answer.agency_id, answer.agency_name), (answer.owner_id, ""))
    )
    if answer.is_standing:
        return f"{agency} {_acceptance(answer, owner)}{_terms(answer)}"
    request = "an unknown sharing request"
    if answer.request_id is not None:
        request = f"sharing request {identifier(answer.request_id)}"
    request += f" of {owner}" if answer.owner_id != "" else ""
    if answer.answer == RequestResponse.APPROVE:
        return f"{request} is approved: {agency} gains the access that the request offers"
    if answer.answer == RequestResponse.DECLINE:
        return f"{request} is declined"
    return f"{request} is answered; the answer is unknown before the update"


def _acceptance(answer: Answer, owner: str) -> str:
    """Return the words after an agency's name: the requests that a standing response accepts."""
    if not answer.approves:
        return f"does not accept a request of {owner} in this update"
    if answer.status == StandingStatus.UNCONFIRMED:
        return f"may accept a request of {owner} again, because no read has confirmed the answer"
    requests = "an open sharing request" if answer.status else "each sharing request"
    return (
        f"accepts {requests} of {owner}, with all assets of the request, perhaps several pixels "
        "and other assets; from then on, this owner can share more without asking"
    )


def _terms(answer: Answer) -> str:
    """Return clauses about the end date and the reason of a standing response."""
    before, after = in_markdown(day(answer.expires_on_before)), in_markdown(day(answer.expires_on))
    end = "no end date" if answer.expires_on == "" else f"last day {after}"
    if answer.term:
        end = f"the end date changes from {before} to {after}{_HOW.get(answer.term, '')}"
    found = "unknown" if answer.reason is None else f"“{in_markdown(answer.reason)}”"
    reason = f"; reason: {found}{hidden(answer.reason or '')}" if answer.reason != "" else ""
    return f"; {end}{reason}"


def business(id_: str | None, name: str, identify: Callable[[str], str] = short) -> str:
    """Return the name of a business and its id, or other words if the id is not known."""
    if id_ is None:
        return "an unknown business"
    if not id_:
        return "the business that received it"
    return f"{name} ({identify(id_)})" if name else f"business {identify(id_)}"
