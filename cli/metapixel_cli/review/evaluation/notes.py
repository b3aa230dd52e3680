"""The sentences under a row, for people."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.pairs import Pair, declared
from metapixel_cli.review.reading.preview import Step
from metapixel_provider.sharing.engine_names import for_programs
from metapixel_provider.sharing.possible import Certainty, Refusal
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, implied_by, in_order, settable

WAITS = "waits until the agency has the share"
ENDS_WITH_SHARE = "loses the pixel with its agency"
_NOT_ASKED = {
    ShareStatus.DECLINED: "the agency declined; it is asked again only if `resend` changes",
    ShareStatus.CANCELED: "the request was canceled; the agency is asked again only if `resend` "
    "changes",
}
_UNMANAGED = (
    "stays at Meta, but Pulumi no longer manages it: to end it, remove it by hand in Meta's "
    "Business Settings"
)
_AWAITS_APPROVAL = (
    "another admin may still approve it: decline it in Meta's Business Settings, under Requests"
)
_STAYS_OPEN = (
    "its sharing request stays open, and is no longer declared: to end it, cancel it in Meta's "
    "Business Settings, under Requests"
)


def all_notes(change: Change) -> tuple[str, ...]:
    """Return the notes of a row: those that it has, and those about its writes and its end."""
    found = [*change.notes]
    if change.pair.is_share:
        found += _notes_on_share(change)
    found.append(unexplained_note(change.pair))
    if change.is_refused and change.pair.is_removed:
        found.append(_AWAITS_APPROVAL)
    if change.pair.is_removed and change.possible.certainty is Certainty.MAY:
        found.append("stays if the resource whose id is not known yet declares it")
    if change.is_unmanaged:
        is_only_request = change.after.is_nothing
        found.append(_STAYS_OPEN if is_only_request else _UNMANAGED)
    if change.ended_on and change.pair.is_share and change.before.is_nothing:
        found.append(f"the end date {change.ended_on} has passed")
    return tuple(dict.fromkeys(filter(None, found)))


def _notes_on_share(change: Change) -> Iterator[str]:
    """Yield the notes about the writes of a share, and about their refusals. One may be empty."""
    pair, status = change.pair, change.before.status
    if pair.is_created:
        yield from _notes_on_creation(change)
    sends_nothing = not change.possible.may_write
    if pair.declarations and sends_nothing and status in _NOT_ASKED:
        yield _NOT_ASKED[ShareStatus(status)]
    yield _note_on_lost_tasks(change)
    if len({record.step.old_urn for record in pair.records}) > 1:
        yield "the state has several records of this share, of which the latest end date counts"


def _note_on_lost_tasks(change: Change) -> str:
    """Return a note about lost tasks that Meta returns, or may return, or an empty text."""
    revoked, after = change.pair.revoked, {*change.after.tasks}
    # An earlier update revoked these tasks, and this one gives none of them again.
    stays_revoked = bool(revoked) and revoked.isdisjoint(after)
    if stays_revoked and change.before.status == ShareStatus.UNCONFIRMED:
        return f"Meta still returned {', '.join(in_order(revoked))} after its revocation"
    # Meta may still grant a task that this update takes away, with another one that includes it.
    lost = {*change.before.tasks} - after
    lost_but_included = lost & implied_by(settable(change.after.tasks))
    if lost_but_included and change.pair.declarations and change.possible.may_write:
        listed = ", ".join(in_order(lost_but_included))
        return f"Meta may still return {listed}, which another declared task includes"
    return ""


def _notes_on_creation(change: Change) -> Iterator[str]:
    """Yield the notes about the creation of a share that the state may already have."""
    pair, possible = change.pair, change.possible
    new, has_other_tasks = pair.declarations[-1], {*change.before.tasks} != {*change.after.tasks}
    # It adopts a recorded share if it neither fails nor sends anything.
    adopts_as_it_is = bool(pair.records) and not possible.may_write
    if possible.may_be_refused:
        yield "the update may fail, because the share exists, and a secret or unknown value decides"
    elif possible.refusal in (Refusal.EXISTS, Refusal.OTHER_TASKS):
        for note in _cause_and_remedy(pair.records[0].step, new.step, possible.refusal):
            yield for_programs(note, new.step.urn)
    elif adopts_as_it_is and has_other_tasks:
        yield "the new name adopts the share as it is, and the next update changes its tasks"
    if new.snapshot.inputs.get("on_existing") == OnExisting.OVERWRITE:
        yield "replaces the tasks if the share already exists"


def _cause_and_remedy(old: Step, new: Step, refusal: Refusal) -> tuple[str, str]:
    """Return the cause and the remedies of a creation that fails, because the share exists."""
    # A replacement deletes the record after the creation. Otherwise, the name of the share is new.
    is_renamed, alias = old.op != "delete-replaced", list[str]()
    if is_renamed:
        alias = ["give the new name an alias"]
        cause, noun = f"{old.name} is renamed to {new.name}", "a renamed share"
    elif old.name == new.name:
        cause, noun = f"{new.name} is replaced", "a replaced share"
    else:
        cause, noun = f"{new.name} gets the ids of {old.name}", "a share under another name"
    if refusal is Refusal.EXISTS:
        remedies = ", or ".join([*alias, "set `on_existing='adopt'` for one update"])
        return f"{cause}, and it has `on_existing='fail'`", f"{noun} already exists: {remedies}"
    remedies = ", ".join(["change the tasks in another update", *alias])
    remedy = f"{noun} must keep its tasks: {remedies}, or set `on_existing='overwrite'`"
    return f"{cause} and its tasks change in the same update", remedy


def unexplained_note(pair: Pair) -> str:
    """Return a note about tasks that the program adds without a new reason, or an empty text."""
    records = (*pair.records, *pair.before_refresh)
    if not records:
        return ""
    # A reason that is missing or hidden is not a new one.
    old_tasks, old_reasons = set[str](), {"", None}
    for record in records:
        declared_before = declared(record.step.type, record.snapshot)
        old_tasks.update(declared_before.tasks)
        old_reasons.add(declared_before.reason)
    for new in pair.declarations:
        if new.step.op == "same" or new.grant.reason not in old_reasons:
            continue
        added = [task for task in new.grant.tasks if task not in old_tasks]
        if added:
            return f"adds {', '.join(added)} without a new reason"
        if not new.grant.tasks_known:
            return "may add tasks without a new reason"
    return ""
