"""The join: each recorded grant, with the writes that its steps may send, becomes a row.

Two facts cross grants: an ad account can use a pixel only while its business has the share, and an
update permits it only if the business has the pixel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, together
from metapixel_cli.review.evaluation import notes
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.forecast import Forecast
from metapixel_cli.review.evaluation.pairs import Pair, StepSide, declared, returned, status_of
from metapixel_cli.review.evaluation.words import Acceptance, Effect
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.possible import Certainty
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import texts, unknown

_WAITS = PermissionStatus.WAITING_FOR_SHARE
#: The effects of a change that ends access or a request for it, or that has no effect on it.
_ONLY_ENDS = (Effect.ENDED, Effect.WITHDRAWN, Effect.REMOVED_WITHOUT_ACCESS, Effect.UNCHANGED)


def rows(
    group: Sequence[Pair], forecast: Forecast, names: Mapping[str | None, str], today: date
) -> list[Change]:
    """Return a row for an agency and for each of its ad accounts on one pixel, the share first."""
    found = list[Change]()
    share = None
    for pair in group:
        is_only_refreshed = not pair.steps
        if is_only_refreshed:
            continue
        change = Change(
            pair=pair,
            possible=forecast.of_grant(pair),
            before=_access_before(pair),
            after=NOTHING,
            agency_name=names.get(pair.key.business_id, ""),
            pixel_name=names.get(pair.key.pixel_id, ""),
            share=share,
            today=today,
            is_declared_anew=_is_declared_anew(pair),
            is_unexplained=bool(notes.unexplained_note(pair)),
        )
        if pair.is_share:
            after, acceptance = _share_after(change), _acceptance(change)
            change = replace(change, after=after, acceptance=acceptance)
            share = change
        else:
            change = end_with_share(replace(change, after=_permission_after(change)))
        found.append(replace(change, notes=notes.all_notes(change)))
    # The first row is the share's, if the preview contains it.
    if found and found[0].ended_on:
        found[0] = replace(found[0], due_deletions=_due_deletions(found))
    return found


def _due_deletions(group: Sequence[Change]) -> tuple[str, ...]:
    """Return the URNs of the deletions of a share and its ad accounts, if nothing else changes."""
    if any(change.effect not in _ONLY_ENDS for change in group):
        return ()
    urns = (old.step.old_urn for change in group for old in change.pair.dropped_records)
    return tuple(dict.fromkeys(urns))


def _is_declared_anew(pair: Pair) -> bool:
    """Return whether the program declares other access. A hidden value may be another one."""
    recorded_terms = list(map(_declared_terms, (*pair.records, *pair.before_refresh)))
    for declaration in pair.declarations:
        terms = _declared_terms(declaration)
        # None is a hidden ad account, or hidden terms.
        may_differ = None in (pair.key.ad_account_id, *terms) or terms not in recorded_terms
        if declaration.step.op != "same" and may_differ:
            return True
    return False


def _declared_terms(side: StepSide) -> tuple[object, ...]:
    """Return the declared tasks, the end date and `resend`, each None if it is hidden."""
    grant = declared(side.step.type, side.snapshot)
    tasks = grant.tasks if grant.tasks_known else None
    return tasks, grant.expires_on, shown(side.snapshot.inputs.get("resend"))


def _access_before(pair: Pair) -> Grant:
    """Return the access in the state, or that which an import finds, if the state has none."""
    if pair.records:
        return together(record.grant for record in pair.records)
    found = list[Grant]()
    for declaration in pair.declarations:
        if declaration.step.op.startswith("import"):
            # It finds the declared access. If Meta has other access, an update follows.
            found.append(replace(declaration.grant, status=ShareStatus.ACTIVE.value))
    return together(found)


def _share_after(change: Change) -> Grant:
    """Return the access of an agency after the update, as if it had accepted."""
    pair, possible, before = change.pair, change.possible, change.before
    if not pair.declarations:
        return together(pair.unmanaged)
    declared = together(declaration.grant for declaration in pair.declarations)
    is_open_request = before.status == ShareStatus.PENDING
    has_same_tasks = declared.tasks_known and {*declared.tasks} == {*before.offered}
    # The only write is then a second request for the same tasks.
    may_only_ask_again = is_open_request and has_same_tasks and possible.certainty is Certainty.MAY
    changes_tasks = possible.may_write and not may_only_ask_again
    if not (pair.is_created or changes_tasks or possible.refusal):
        return replace(before, expires_on=declared.expires_on, reason=declared.reason)
    # A task that Meta added, or that this version does not know, is never a difference.
    added_by_meta = set(before.tasks)
    for record in pair.records:
        # Another record of the same share can declare the task.
        added_by_meta &= {*texts(record.snapshot.outputs.get("tasks_added_by_meta"))}
    return declared.with_tasks(Grant((*added_by_meta, *unknown(before.tasks))))


def _acceptance(change: Change) -> Acceptance:
    """Return whether the agency has to accept a request for the share."""
    pair, status = change.pair, change.before.status
    if not pair.declarations and not pair.unmanaged:
        return Acceptance.NOT_NEEDED
    # A share can also be unconfirmed because of a revocation, which nobody has to accept.
    if status == ShareStatus.UNCONFIRMED and not pair.revoked:
        return Acceptance.MAY_WAIT_ALREADY
    # Without a status, the state has no record of the share.
    is_shared = status not in (None, ShareStatus.PENDING, *ENDED)
    if is_shared:
        return Acceptance.NOT_NEEDED
    return _acceptance_of_request(change)


def _acceptance_of_request(change: Change) -> Acceptance:
    """Return whether the agency has to accept a share that it does not have."""
    status, certainty = change.before.status, change.possible.certainty
    # Without a record of the share, the businesses may have a relationship that needs no request.
    has_record, is_certainly_sent = bool(status), certainty is Certainty.AS_RECORDED
    if has_record and is_certainly_sent:
        return Acceptance.NEEDED
    sides = *change.pair.records, *change.pair.declarations
    hides_resend = any(shown(side.snapshot.inputs.get("resend")) is None for side in sides)
    if hides_resend and certainty is Certainty.MAY:
        return Acceptance.MAY_BE_ASKED_AGAIN
    if status == ShareStatus.PENDING:
        return Acceptance.WAITS_ALREADY
    return Acceptance.MAY_BE_NEEDED if change.possible.may_write else Acceptance.NOT_NEEDED


def _permission_after(change: Change) -> Grant:
    """Return the access of an ad account after the update, while its business has the share."""
    pair, before = change.pair, change.before
    # A declaration whose ad account is hidden may be of another one, so this access just stays.
    if pair.unmanaged or not pair.declarations:
        return together(pair.unmanaged)
    is_permitted_already = not before.is_nothing
    if is_permitted_already:
        return before
    has_pixel = _gets_pixel(change.share) or _waits_since_refresh(pair)
    is_permitted = change.possible.may_write and pair.is_declared and has_pixel
    # A recorded permission that waits for the share keeps waiting until an update permits it.
    if before.requested_tasks and not is_permitted:
        return before
    return Grant(ACCOUNT_TASKS)


def _gets_pixel(share: Change | None) -> bool:
    """Return True if the update sends the share, or if Meta listed it at the last read.

    A sharing request that is open already covers the ad accounts.
    """
    if share is None:
        return False
    for record in share.pair.records:
        if record.grant.is_confirmed or not returned(record.snapshot).is_nothing:
            return True
    return share.possible.may_write and share.before.status != ShareStatus.PENDING


def _waits_since_refresh(pair: Pair) -> bool:
    """Return True if the permission waits only since this preview read it, and found the share."""
    for before, after in pair.refreshed:
        if status_of(before) != _WAITS and status_of(after) == _WAITS:
            return True
    return False


def end_with_share(change: Change) -> Change:
    """Return the row of an ad account, with a note if its business has no share afterwards.

    An existing permission then ends, and a new one waits for the share.
    """
    share = change.share
    if share is None or change.after.is_nothing:
        return change
    is_new = change.before.is_nothing
    if share.removes and not is_new:
        return replace(change, after=NOTHING, notes=(*change.notes, notes.ENDS_WITH_SHARE))
    # The agency declined, for example, and the update does not ask it again.
    is_not_asked_again = share.before.status in ENDED and share.after.offers_nothing
    if share.removes or (is_new and is_not_asked_again):
        waits = Grant(requested_tasks=ACCOUNT_TASKS, status=_WAITS.value)
        return replace(change, after=waits, notes=(*change.notes, notes.WAITS))
    return change
