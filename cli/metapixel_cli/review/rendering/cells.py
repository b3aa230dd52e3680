"""The cells of the table of gains and losses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from metapixel_cli.escape import identifier, in_markdown
from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.change import Acceptance, Change, Effect
from metapixel_cli.review.rendering.words import effect, end_date, hidden, moves, outcome, result
from metapixel_cli.words import at_most
from metapixel_provider.sharing.status import ShareStatus

_UNKNOWN = "**unknown**"
_MOST_ACCOUNTS = 6
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
    Acceptance.MAY_BE_NEEDED: "Meta may ask the agency first; then access starts when the agency "
    "accepts",
    Acceptance.MAY_BE_ASKED_AGAIN: "the agency may be asked again, because the value of resend is "
    "not known",
    Acceptance.NEEDED: "access starts when the agency accepts",
    Acceptance.WAITS_ALREADY: "the agency had not accepted at the last read",
    Acceptance.MAY_WAIT_ALREADY: "may still wait for the agency to accept",
}


def table(changes: Sequence[Change]) -> tuple[str, list[str]]:
    """Return the head and a row for each change. Ad accounts have a column if there are any."""
    columns = ["Access, resource", "Agency", "Pixel", "Tasks"]
    accounts = any(_accounts(change) for change in changes)
    if accounts:
        columns.append("Ad accounts")
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    rows = []
    for change in changes:
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
        if accounts:
            cells.append(_accounts(change) or "–")
        rows.append(f"| {' | '.join(cells)} |")
    return head, rows


def _mark(change: Change) -> str:
    if change.effect is Effect.ENDED:
        return f"🔻&nbsp;{in_markdown(effect(change))}"
    return _MARKS.get(change.effect) or effect(change)


def agency(change: Change, between: str = " ") -> str:
    """Return the name of the agency, if it is known, and its id."""
    return _named(change.agency_name, change.agency_id, between)


def pixel(change: Change, between: str = " ") -> str:
    return _named(change.pixel_name, change.pixel_id, between)


def _named(name: str, value: str | None, between: str) -> str:
    found = identifier(value) if value else _UNKNOWN
    return f"**{in_markdown(name, 80)}**{between}<sub>{found}</sub>" if name else found


def gains_and_losses(changes: Sequence[Change]) -> str:
    """Return the tasks that an agency gains or loses on any pixel, as a part of a sentence."""
    parts = []
    for words, found in (
        ("gains", [task for change in changes for task in change.gained_tasks]),
        ("loses", [task for change in changes for task in change.lost_tasks]),
    ):
        listed = ", ".join(map(in_markdown, dict.fromkeys(found)))
        parts.append(f"; {words} {listed}" if listed else "")
    return "".join(parts)


def tasks(change: Change) -> str:
    """Return the tasks after the update."""
    return _side(change.after, set(), "")


def task_change(change: Change) -> str:
    """Return the tasks before and after the update."""
    if not change.has_share:
        return "–"
    before, after = change.before, change.after
    if change.refusal:
        return f"{_side(before, set(), '')}<br>_declared: {_side(after, set(), '')}_"
    had = _side(before, {*change.lost_tasks, *change.withdrawn_tasks}, "~~")
    has = _side(after, set(change.gained_tasks), "**")
    return has if had == has else f"{had} → {has}"


def _side(access: Access, marked: Set[str], mark: str) -> str:
    """Return the tasks before or after the update, and the outcome of an open request."""
    if access.requested_tasks and access.is_nothing:
        nothing = "nothing yet" if access.status == ShareStatus.PENDING else "nothing"
        on = f" on {in_markdown(access.requested_on)}" if access.requested_on else ""
        requested = _listed(access.requested_tasks, marked, mark)
        return f"{nothing}; asked for {requested}{on}, {in_markdown(result(access))}"
    found = [_listed(access.named, marked, mark)] if access.named else []
    if not access.tasks_known:
        found.append(_UNKNOWN)
    listed = ", ".join(found) or "nothing"
    words = outcome(access)
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
    if change.withdrawn:
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


def _accounts(change: Change) -> str:
    found = [f"**+&nbsp;{_account(account)}**" for account in change.gained_accounts]
    found += [f"−&nbsp;~~{_account(account)}~~" for account in change.lost_accounts]
    found += [f"−&nbsp;~~{_account(account)}~~ _(waited)_" for account in change.withdrawn_accounts]
    if change.unknown_accounts_lost:
        found.append(f"**− {change.unknown_accounts_lost} unknown**")
    found += [_account(account) for account in change.kept_accounts]
    found += [f"{_account(account)} _(waits)_" for account in change.after.waiting_ad_accounts]
    if change.after.ad_accounts_unknown:
        found.append(f"**+ {change.after.ad_accounts_unknown} unknown**")
    return "<br>".join(at_most(found, _MOST_ACCOUNTS))


def _account(account: str) -> str:
    return identifier(f"act_{account}")
