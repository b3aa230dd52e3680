"""The join: each recorded grant, with the writes that its steps may send, becomes a row.

Two facts cross grants: an ad account can use a pixel only while its business has the share, and an
update permits it only if the business has the pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, combined
from metapixel_cli.review.evaluation import notes
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.forecast import Forecast
from metapixel_cli.review.evaluation.pairs import Group, Pair, status_of
from metapixel_cli.review.evaluation.words import Acceptance, Effect
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.possible import Certainty, Possible
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import texts, unknown

_WAITS = PermissionStatus.WAITING_FOR_SHARE
#: The effects of a change that ends access or a request for it, or that has no effect on it.
_ONLY_ENDS = (Effect.ENDED, Effect.WITHDRAWN, Effect.REMOVED_WITHOUT_ACCESS, Effect.UNCHANGED)


def rows(group: Group, forecast: Forecast, today: date) -> list[Change]:
    """Return a row for an agency and for each of its ad accounts on one pixel, the share first."""
    share = None
    # A grant without steps is only refreshed.
    if group.share and group.share.steps:
        share = _row(group.share, forecast, today)
    permissions = list[Change]()
    for pair in group.permissions:
        if pair.steps:
            permissions.append(_row(pair, forecast, today, share))
    if share is None:
        return permissions
    return [replace(share, due_deletions=_due_deletions(share, permissions)), *permissions]


def _row(pair: Pair, forecast: Forecast, today: date, share: Change | None = None) -> Change:
    possible, before = forecast.of_grant(pair), _access_before(pair)
    if pair.is_share:
        after = _share_after(pair, possible, before)
        acceptance = _acceptance(pair, possible, before.status)
    else:
        after = _permission_after(pair, possible, before, share)
        acceptance = Acceptance.NOT_NEEDED
    change = Change(
        pair=pair,
        possible=possible,
        before=before,
        after=after,
        acceptance=acceptance,
        share=share,
        today=today,
        is_declared_anew=_is_declared_anew(pair),
        is_unexplained=bool(notes.unexplained_note(pair)),
    )
    change = end_with_share(change)
    return replace(change, notes=notes.all_notes(change))


def _due_deletions(share: Change, permissions: Sequence[Change]) -> tuple[str, ...]:
    """Return the URNs of the deletions after the last day of a share, if nothing else changes."""
    group = (share, *permissions)
    changes_more = any(change.effect not in _ONLY_ENDS for change in group)
    if changes_more or not share.ended_on:
        return ()
    urns = (old.step.old_urn for change in group for old in change.pair.dropped_records)
    return tuple(dict.fromkeys(urns))


def _is_declared_anew(pair: Pair) -> bool:
    """Return whether the program declares another value, or hides one, which may be new."""
    # A refresh puts changes at Meta into a record, so the values that it had before count too.
    recorded_values = [record.declared_values for record in (*pair.records, *pair.before_refresh)]
    for declaration in pair.declarations:
        hides_value = pair.key.ad_account_id is None or None in declaration.declared_values
        may_be_new = hides_value or declaration.declared_values not in recorded_values
        if may_be_new and declaration.step.op != "same":
            return True
    return False


def _access_before(pair: Pair) -> Grant:
    """Return the access in the state, or that which an import finds, if the state has none."""
    if pair.records:
        return combined(record.grant for record in pair.records)
    # An import finds the declared access. If Meta has other access, an update follows.
    imported = [each.grant for each in pair.declarations if each.step.op.startswith("import")]
    return combined(replace(grant, status=ShareStatus.ACTIVE.value) for grant in imported)


def _share_after(pair: Pair, possible: Possible, before: Grant) -> Grant:
    """Return the access of an agency after the update, as if it had accepted."""
    if not pair.declarations:
        return combined(pair.unmanaged)
    declared = combined(declaration.grant for declaration in pair.declarations)
    sends_tasks = possible.may_write and not _may_only_ask_again(possible, before, declared)
    # In these cases the declared tasks count. In all others, the agency keeps those that it has.
    if pair.is_created or sends_tasks or possible.refusal:
        # A task that Meta added, or that this version does not know, is never a difference. But
        # another record of the same share can declare a task that Meta added.
        added = [texts(each.snapshot.outputs.get("tasks_added_by_meta")) for each in pair.records]
        added_by_meta = set(before.tasks).intersection(*added)
        return declared.with_tasks(Grant((*added_by_meta, *unknown(before.tasks))))
    return replace(before, expires_on=declared.expires_on, reason=declared.reason)


def _may_only_ask_again(possible: Possible, before: Grant, declared: Grant) -> bool:
    """Return True if the only possible write is a second request for the tasks of an open one."""
    has_same_tasks = declared.tasks_known and {*declared.tasks} == {*before.offered}
    is_open_request = before.status == ShareStatus.PENDING
    return is_open_request and has_same_tasks and possible.certainty is Certainty.MAY


def _acceptance(pair: Pair, possible: Possible, status: str | None) -> Acceptance:
    """Return whether the agency has to accept a request for the share with this recorded status."""
    if not pair.declarations and not pair.unmanaged:  # Nothing is left to accept.
        return Acceptance.NOT_NEEDED
    # Without a status, the state has no record of the share.
    if status in (None, ShareStatus.PENDING, *ENDED):
        return _acceptance_of_request(pair, possible, status)
    # A share can also be unconfirmed because of a revocation, which nobody has to accept.
    if status == ShareStatus.UNCONFIRMED and not pair.revoked:
        return Acceptance.MAY_WAIT_ALREADY
    return Acceptance.NOT_NEEDED


def _acceptance_of_request(pair: Pair, possible: Possible, status: str | None) -> Acceptance:
    """Return the need to accept a share that is missing. A new request precedes an open one."""
    # The record of the share decides that the request is sent, so this is certain.
    if status is not None and possible.certainty is Certainty.AS_RECORDED:
        return Acceptance.NEEDED
    sides = (*pair.records, *pair.declarations)
    hides_resend = any(shown(side.snapshot.inputs.get("resend")) is None for side in sides)
    if hides_resend and possible.certainty is Certainty.MAY:
        return Acceptance.MAY_BE_ASKED_AGAIN
    if status == ShareStatus.PENDING:
        return Acceptance.WAITS_ALREADY
    # Without a record of the share, the businesses may have a relationship that needs no request.
    return Acceptance.MAY_BE_NEEDED if possible.may_write else Acceptance.NOT_NEEDED


def _permission_after(pair: Pair, possible: Possible, before: Grant, share: Change | None) -> Grant:
    """Return the access of an ad account after the update, while its business has the share."""
    # Without a declaration, only what stays at Meta is left: nothing, if the update removes it. It
    # also stays beside a declaration whose ad account is hidden, which may be another one.
    if pair.unmanaged or not pair.declarations:
        return combined(pair.unmanaged)
    is_permitted_already = not before.is_nothing
    if is_permitted_already:
        return before
    if not pair.records:
        return Grant(ACCOUNT_TASKS)
    # A recorded permission that waits for the share keeps waiting until an update permits it.
    has_pixel = _has_or_gets_pixel(share) or _waits_since_refresh(pair)
    is_permitted = possible.may_write and pair.is_declared and has_pixel
    if is_permitted:
        return Grant(ACCOUNT_TASKS)
    return before


def _has_or_gets_pixel(share: Change | None) -> bool:
    if share is None:
        return False
    was_confirmed = any(record.grant.is_confirmed for record in share.pair.records)
    was_listed = was_confirmed or not share.pair.returned.is_nothing
    # A sharing request that is open already covers the ad accounts.
    is_sent = share.possible.may_write and share.before.status != ShareStatus.PENDING
    return was_listed or is_sent


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
    has_permission = not change.before.is_nothing
    if has_permission and share.removes:
        return replace(change, after=NOTHING, notes=(*change.notes, notes.ENDS_WITH_SHARE))
    # The agency declined, for example, and the update does not ask it again.
    is_not_asked_again = share.before.status in ENDED and share.after.offers_nothing
    gets_no_share = share.removes or is_not_asked_again
    if gets_no_share and not has_permission:
        waits = Grant(requested_tasks=ACCOUNT_TASKS, status=_WAITS.value)
        return replace(change, after=waits, notes=(*change.notes, notes.WAITS))
    return change
