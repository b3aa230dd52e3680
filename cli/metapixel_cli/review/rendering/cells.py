"""The cells of the table of gains and losses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from metapixel_cli.escape import identifier, in_markdown
from metapixel_cli.grants.grant import Grant
from metapixel_cli.grants.words import outcome, result
from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.rendering.headline import EFFECTS
from metapixel_cli.review.rendering.words import end_date, hidden, moves
from metapixel_cli.words import at_most
from metapixel_provider.sharing.status import ShareStatus

_UNKNOWN = "**unknown**"
_MOST_RESOURCES = 3
_MARKS = {
    Effect.UNKNOWN: "❔&nbsp;**unknown**",
    Effect.REFUSED: "❌&nbsp;**will fail**",
    Effect.GAINS_AND_LOSES: "🔺🔻 **more and less**",
    Effect.WIDENED: "🔺&nbsp;**more**",
    Effect.LATER_END: "🔺&nbsp;**later end date**",
    Effect.REMOVED: "🔻&nbsp;**removed**",
    Effect.NARROWED: "🔻&nbsp;less",
    Effect.EARLIER_END: "📅&nbsp;earlier end date",
    Effect.UNMANAGED: "⚠️&nbsp;**no longer managed**",
}
_ACCEPTANCES = {
    Acceptance.MAY_BE_NEEDED: "Meta asks the agency first if the two businesses have no "
    "relationship yet; then access starts when the agency accepts",
    Acceptance.MAY_BE_ASKED_AGAIN: "the agency may be asked again, because the value of resend is "
    "not known",
    Acceptance.NEEDED: "access starts when the agency accepts",
    Acceptance.WAITS_ALREADY: "the agency had not accepted at the last read",
    Acceptance.MAY_WAIT_ALREADY: "may still wait for the agency to accept",
}


def table(changes: Sequence[Change]) -> tuple[str, list[str]]:
    """Return the head and a row for each change."""
    columns = ["Access, resource", "Agency", "Pixel", "Tasks"]
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    return head, [_row(change) for change in changes]


def _row(change: Change) -> str:
    resources = list(map(in_markdown, change.resources))
    notes = [f"_{note}_" for note in _notes(change)]
    end = in_markdown(end_date(change))
    if end and (change.overdue or change.was_overdue):
        end = f"**{end}**"
    cells = [
        "<br>".join([_mark(change), *at_most(resources, _MOST_RESOURCES)]),
        agency(change, "<br>"),
        pixel(change, "<br>"),
        "<br>".join(filter(None, [task_change(change), end, *notes])),
    ]
    return f"| {' | '.join(cells)} |"


def _mark(change: Change) -> str:
    if change.effect is Effect.ENDED:
        return f"🔻&nbsp;{EFFECTS[change.effect]} {in_markdown(change.ended_on)}"
    return _MARKS.get(change.effect) or EFFECTS[change.effect]


def agency(change: Change, between: str = " ") -> str:
    """Return the name of the agency, if it is known, and its id; and the id of its ad account."""
    found = _named(change.agency_name, change.agency_id, between)
    if change.is_share:
        return found
    account = identifier(f"act_{change.ad_account_id}") if change.ad_account_id else _UNKNOWN
    return f"{found}{between}ad account {account}"


def pixel(change: Change, between: str = " ") -> str:
    return _named(change.pixel_name, change.pixel_id, between)


def _named(name: str, value: str | None, between: str) -> str:
    found = identifier(value) if value else _UNKNOWN
    return f"**{in_markdown(name, 80)}**{between}<sub>{found}</sub>" if name else found


def gains_and_losses(changes: Sequence[Change]) -> str:
    """Return the tasks that an agency gains or loses on any pixel, as a part of a sentence."""
    parts = []
    for words, found in (
        ("gains", [task for change in changes for task in change.gains]),
        ("loses", [task for change in changes for task in change.loses]),
    ):
        listed = ", ".join(map(in_markdown, dict.fromkeys(found)))
        parts.append(f"; {words} {listed}" if listed else "")
    return "".join(parts)


def tasks(change: Change) -> str:
    """Return the tasks after the update."""
    return _side(change.after, set(), "")


def task_change(change: Change) -> str:
    """Return the tasks before and after the update."""
    before, after = change.before, change.after
    if change.effect is Effect.REFUSED:
        return f"{_side(before, set(), '')}<br>_declared: {_side(after, set(), '')}_"
    had = _side(before, {*change.loses, *change.withdraws}, "~~")
    has = _side(after, set(change.gains), "**")
    return has if had == has else f"{had} → {has}"


def _side(grant: Grant, marked: Set[str], mark: str) -> str:
    """Return the tasks before or after the update, and the outcome of an open request."""
    if grant.requested_tasks and grant.is_nothing and grant.status in {*ShareStatus}:
        nothing = "nothing yet" if grant.status == ShareStatus.PENDING else "nothing"
        on = f" on {in_markdown(grant.requested_on)}" if grant.requested_on else ""
        requested = _listed(grant.requested_tasks, marked, mark)
        return f"{nothing}; asked for {requested}{on}, {in_markdown(result(grant))}"
    named = tuple(dict.fromkeys((*grant.tasks, *grant.requested_tasks)))
    found = [_listed(named, marked, mark)] if named else []
    if not grant.tasks_known:
        found.append(_UNKNOWN)
    listed = ", ".join(found) or "nothing"
    words = outcome(grant)
    return f"{listed} _({in_markdown(words)})_" if words else listed


def _listed(tasks: Iterable[str], marked: Set[str], mark: str) -> str:
    return ", ".join(
        f"{mark}{in_markdown(task)}{mark}" if task in marked else in_markdown(task)
        for task in tasks
    )


def _notes(change: Change) -> Iterator[str]:
    if change.acceptance is Acceptance.MAY_WAIT_ALREADY and change.before.requires_admin_approval:
        yield "waits until another admin approves it in Business Settings, under Requests"
    elif change.acceptance in _ACCEPTANCES:
        yield _ACCEPTANCES[change.acceptance]
    if change.effect is Effect.WITHDRAWN:
        request = in_markdown(change.request_id)
        yield f"the agency had not accepted sharing request {request} at the last read"
    # The name of the input `resend` stays Markdown code.
    resend = in_markdown("`resend`")
    yield from (in_markdown(note).replace(resend, "`resend`") for note in change.notes)
    yield from (f"moved: {in_markdown(moved, 600)}" for moved in moves(change))
    if change.reason is None:
        yield "reason: unknown"
    elif change.reason:
        yield f"reason: “{in_markdown(change.reason, 120)}”{hidden(change.reason)}"
