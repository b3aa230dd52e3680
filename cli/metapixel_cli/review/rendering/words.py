"""Words of the comment: effects, counts, end dates, requests and answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from urllib.parse import quote

from metapixel_cli.escape import identifier, in_markdown
from metapixel_cli.grants.grant import Grant
from metapixel_cli.grants.words import day, named, result, waits_for_approval
from metapixel_cli.review.evaluation.answers import Answer
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.review import Review
from metapixel_cli.review.evaluation.words import Acceptance, Effect
from metapixel_cli.review.reading.preview import Violation
from metapixel_cli.review.rendering.markdown import Markdown
from metapixel_cli.words import count

#: The words after a change of an end date.
_HOW = {"longer": " (later)", "shorter": " (earlier)"}
#: The words that contain no id of a sharing request.
_REQUESTS = {
    Acceptance.NEEDED: "must accept a new sharing request",
    Acceptance.MAY_BE_NEEDED: "must first accept a sharing request if the two businesses have no "
    "relationship yet",
    Acceptance.MAY_BE_ASKED_AGAIN: "may be asked again, because the value of resend is not known",
    Acceptance.MAY_WAIT_ALREADY: "may still have to accept a sharing request, because Meta has not "
    "confirmed the share",
}
_WAITS_FOR_APPROVAL = (
    "waits until another admin of the business approves the share in Business Settings, under "
    "Requests"
)
#: The longest name in a marker, in characters. Pulumi's own limit for a name is 100.
_LONGEST = 100


def marker(project: str, stack: str) -> Markdown:
    """Return the first line of each comment about a stack, of at most 240 characters."""
    return Markdown(f"<!-- metapixel review of {_name(project)}/{_name(stack)} -->")


def _name(name: str) -> str:
    """Return a name in ASCII. If the name is too long, its hash replaces its end."""
    # Two hyphens would end the HTML comment.
    quoted = quote(name, safe="", errors="replace").replace("--", "%2D%2D")
    if len(quoted) <= _LONGEST:
        return quoted
    hashed = sha256(name.encode(errors="replace")).hexdigest()[:32]
    return f"{quoted[: _LONGEST - len(hashed) - 1]}~{hashed}"


def without_access(review: Review) -> str:
    """Return how many unchanged grants have no confirmed access, by the reason."""
    found = Counter(result(change.before) or "no task" for change in review.unconfirmed)
    reasons = ", ".join(f"{reason}: {number:,}" for reason, number in found.items())
    return f"{count(len(review.unconfirmed), 'grant')} without confirmed access ({reasons})"


def request_phrase(change: Change) -> str:
    """Return the words after an agency: the sharing request to accept, by its id if it is known."""
    request, acceptance = change.request, change.acceptance
    open_request = f"{_request(change)} (sent on {request.requested_on or 'an unknown date'})"
    waits = f"had not accepted {open_request} at the last read"
    if acceptance is Acceptance.WAITS_ALREADY:
        return waits
    if acceptance is Acceptance.MAY_WAIT_ALREADY and waits_for_approval(change.before):
        return _WAITS_FOR_APPROVAL
    has_known_id = request.request_id != ""  # Only an open request has one.
    if has_known_id and acceptance is Acceptance.NEEDED:
        return f"must accept {open_request}, to which Meta adds the change"
    if has_known_id and acceptance is Acceptance.MAY_BE_ASKED_AGAIN:
        return f"{waits}, and {_REQUESTS[acceptance]}"
    return _REQUESTS[acceptance]


def _request(change: Change) -> str:
    request_id = change.request.request_id
    return f"sharing request {request_id}" if request_id else "the sharing request"


def end_date(change: Change) -> str:
    """Return a clause about the end date after the update, empty without a share."""
    if not change.pair.is_share or change.after.offers_nothing:
        return ""
    before, after = day(change.before.expires_on), day(change.after.expires_on)
    offered_nothing, has_end = change.before.offers_nothing, change.after.expires_on != ""
    end = f"the end date is {after}" if has_end else "no end date"
    if before != after and not offered_nothing:
        end = f"the end date changes from {before} to {after}{_HOW.get(change.term, '')}"
    if change.is_overdue:
        return f"{end}, which has passed"
    return f"{end}; the first update after that day ends the access" if has_end else end


def end_date_of_answer(answer: Answer) -> str:
    """Return a clause about the end date of a standing response, and about its change."""
    before, after = day(answer.expires_on_before), day(answer.expires_on)
    if answer.term:  # The direction of the change.
        return f"the end date changes from {before} to {after}{_HOW.get(answer.term, '')}"
    return "no end date" if answer.expires_on == "" else f"last day {after}"


def effect(change: Change) -> Markdown:
    found = change.effect.words
    if change.effect is Effect.ENDED:
        found = f"{found} {in_markdown(change.ended_on)}"
    if change.effect.mark:
        found = f"{change.effect.mark}&nbsp;**{found}**"
    return Markdown(found)


def notes(change: Change) -> Iterator[str]:
    """Yield the sentences under the tasks of a change."""
    if change.acceptance is not Acceptance.NOT_NEEDED:
        yield f"the agency {request_phrase(change)}"
    if change.effect is Effect.WITHDRAWN:
        yield f"the agency had not accepted {_request(change)} at the last read"
    yield from change.notes


def by_message(violations: Iterable[Violation]) -> list[tuple[str, list[str]]]:
    """Return each message with the names of its resources, in the order of the preview."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in violations:
        found[each.message].append(each.resource)
    return [*found.items()]


def tasks_of(changes: Iterable[Change], name: str) -> dict[str, None]:
    """Return each task once that the changes have in the property `gains` or `loses`."""
    return dict.fromkeys(task for change in changes for task in getattr(change, name))


def note(text: str) -> Markdown:
    """Return a note in Markdown, where the name of the input `resend` stays code."""
    return Markdown(in_markdown(text).replace(in_markdown("`resend`"), "`resend`"))


def all_tasks(grant: Grant) -> list[str]:
    """Return the tasks that are granted or requested."""
    return list(dict.fromkeys((*grant.tasks, *grant.requested_tasks)))


def business(id_: str | None, name: str | None) -> Markdown:
    """Return the name of a business with its id."""
    return Markdown(named(in_markdown(name or ""), id_, "business", identifier))


def exemptions(violation: Violation) -> str:
    return "; ".join(f"{each.id}: {each.reason}" for each in violation.exceptions)
