"""The join: each recorded grant, with the writes that its steps may send, becomes a row.

Two facts cross grants: an ad account can use a pixel only while its business has the share, and an
update permits it only if the business has the pixel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, together
from metapixel_cli.review.evaluation import notes
from metapixel_cli.review.evaluation.change import Change
from metapixel_cli.review.evaluation.forecast import Forecast
from metapixel_cli.review.evaluation.pairs import Pair, StepSide, declared, returned, status_of
from metapixel_cli.review.evaluation.words import ENDINGS, Acceptance, Effect, has_passed
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.possible import Certainty, Possible
from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import texts, unknown

_WAITS = PermissionStatus.WAITING_FOR_SHARE


def rows(
    group: Sequence[Pair], forecast: Forecast, names: Mapping[str, str], today: date
) -> list[Change]:
    """Return a row for an agency and for each of its ad accounts on one pixel, the share first."""
    found = list[Change]()
    share = None
    for pair in filter(lambda pair: pair.steps, group):
        change = Change(
            pair=pair,
            possible=forecast.of_grant(pair),
            before=_before(pair),
            after=NOTHING,
            agency_name=names.get(pair.key.business_id or "", ""),
            pixel_name=names.get(pair.key.pixel_id or "", ""),
            today=today,
            is_declared_anew=_is_declared_anew(pair),
            is_unexplained=bool(notes.unexplained(pair)),
        )
        if pair.is_share:
            change = share = _of_share(change)
        else:
            change = _of_account(change, share)
        found.append(replace(change, notes=notes.of(change)))
    if due := _due_deletions(found):
        found[0] = replace(found[0], due_deletions=due)
    return found


def _due_deletions(group: Sequence[Change]) -> tuple[str, ...]:
    """Return the URNs of the deletions of a share and its ad accounts after the end date."""
    only_ends = {change.effect for change in group} <= {*ENDINGS, Effect.UNCHANGED}
    if not (group and group[0].ended_on and only_ends):
        return ()
    dropped = chain.from_iterable(each.pair.dropped for each in group)
    return tuple(dict.fromkeys(old.step.old_urn for old in dropped))


def _of_share(change: Change) -> Change:
    pair, last_day = change.pair, change.before.expires_on
    is_over = pair.is_removed and has_passed(last_day, change.today)
    return replace(
        change,
        after=_shared(pair, change.possible, change.before),
        acceptance=_acceptance(pair, change.possible, change.before),
        is_unmanaged=bool(pair.kept),
        ended_on=(last_day or "") if is_over else "",
    )


def _of_account(change: Change, share: Change | None) -> Change:
    """Return the row of an ad account. `share` is the row of its agency."""
    after = _permitted(change.pair, change.possible, change.before, _gets_pixel(share))
    has_share = share is None or not share.after.offers_nothing
    return replace(
        end_with_share(replace(change, after=after), share),
        is_unmanaged=bool(change.pair.kept) and has_share,
        ended_on=share.ended_on if share else "",
    )


def _is_declared_anew(pair: Pair) -> bool:
    """Return whether the program declares other access. A hidden value may be another one."""
    known = [_terms(side) for side in (*pair.olds, *pair.reads)]
    for new in pair.news:
        terms = _terms(new)
        is_hidden = pair.key.ad_account_id is None or None in terms or not new.grant.tasks_known
        if new.step.op != "same" and (is_hidden or terms not in known):
            return True
    return False


def _terms(side: StepSide) -> tuple[object, ...]:
    grant = declared(side.step.type, side.snapshot)
    resend = shown(side.snapshot.inputs.get("resend"))
    return grant.tasks, grant.tasks_known, grant.expires_on, resend


def _before(pair: Pair) -> Grant:
    """Return the access in the state. An import finds the declared access, or an update follows."""
    if pair.olds:
        return together(old.grant for old in pair.olds)
    active = ShareStatus.ACTIVE.value
    imported = [new.grant for new in pair.news if new.step.op.startswith("import")]
    return together(replace(grant, status=active) for grant in imported)


def _shared(pair: Pair, possible: Possible, before: Grant) -> Grant:
    """Return the access of an agency after the update, as if it had accepted."""
    if not pair.news:
        return together(pair.kept)
    declared = together(new.grant for new in pair.news)
    is_open = before.status == ShareStatus.PENDING
    is_same = declared.tasks_known and {*declared.tasks} == {*before.offered}
    may_ask_again = is_open and is_same and possible.certainty is Certainty.MAY
    is_sent = possible.may_write and not may_ask_again
    if not (pair.is_created or is_sent or possible.refusal):
        return replace(before, expires_on=declared.expires_on, reason=declared.reason)
    # A task that Meta added, or that this version does not know, is never a difference.
    added = set(before.tasks)
    for old in pair.olds:
        added.intersection_update(texts(old.snapshot.outputs.get("tasks_added_by_meta")))
    return declared.with_tasks(Grant((*added, *unknown(before.tasks))))


# Its cases are in their order of precedence.
def _acceptance(pair: Pair, possible: Possible, before: Grant) -> Acceptance:  # noqa: PLR0911
    """Return whether the agency has to accept a request for the share."""
    is_open = before.status == ShareStatus.PENDING
    if not (pair.news or pair.kept):
        return Acceptance.NOT_NEEDED
    if before.status == ShareStatus.UNCONFIRMED:
        return Acceptance.NOT_NEEDED if pair.revoked else Acceptance.MAY_WAIT_ALREADY
    if before.status and not is_open and before.status not in ENDED:
        return Acceptance.NOT_NEEDED
    if possible.certainty is Certainty.AS_RECORDED:
        return Acceptance.NEEDED if before.status else Acceptance.MAY_BE_NEEDED
    resend = [shown(side.snapshot.inputs.get("resend")) for side in (*pair.olds, *pair.news)]
    if possible.certainty is Certainty.MAY and None in resend:
        return Acceptance.MAY_BE_ASKED_AGAIN
    if is_open:
        return Acceptance.WAITS_ALREADY
    return Acceptance.MAY_BE_NEEDED if possible.may_write else Acceptance.NOT_NEEDED


def _gets_pixel(share: Change | None) -> bool:
    """Return True if the update sends the share, or if Meta listed it at the last read.

    A sharing request that is open already covers the ad accounts.
    """
    if share is None:
        return False
    is_open = share.before.status == ShareStatus.PENDING
    olds = share.pair.olds
    has_pixel = any(old.grant.is_confirmed or not returned(old.snapshot).is_nothing for old in olds)
    return has_pixel or (share.possible.may_write and not is_open)


def _permitted(pair: Pair, possible: Possible, before: Grant, has_pixel: bool) -> Grant:
    """Return the access of an ad account after the update, while its business has the share."""
    if pair.kept or not pair.news:
        return together(pair.kept)
    if not before.is_nothing:
        return before
    # If the permission waits only since the refresh of this preview, it found the share at Meta.
    statuses = ((status_of(old), status_of(new)) for old, new in pair.refreshed)
    found_share = any(old != _WAITS and new == _WAITS for old, new in statuses)
    may_send = possible.may_write and pair.is_declared and (has_pixel or found_share)
    return before if before.requested_tasks and not may_send else Grant(ACCOUNT_TASKS)


def end_with_share(change: Change, share: Change | None) -> Change:
    """Return the row of an ad account, with a note if its business has no share afterwards.

    An existing permission then ends, and a new one waits for the share.
    """
    if share is None or change.after.is_nothing or not (share.ends or share.has_ended):
        return change
    if change.before.is_nothing:
        waits = Grant(requested_tasks=ACCOUNT_TASKS, status=_WAITS.value)
        return replace(change, after=waits, notes=(*change.notes, notes.WAITS))
    if share.ends:
        return replace(change, after=NOTHING, notes=(*change.notes, notes.ENDS_WITH_SHARE))
    return change
