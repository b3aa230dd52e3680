"""The provider's decisions about a share, from the recorded state and its last read.

When the update runs, the provider decides again, from Meta's answers at that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from metapixel_cli.grants.grant import Grant
from metapixel_cli.review.judging.effects import Acceptance
from metapixel_cli.review.judging.records import (
    Record,
    added_by_meta,
    declared,
    recorded,
    status_of,
)
from metapixel_cli.review.reading.preview import Snapshot
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.engine_names import for_programs
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.share import decide
from metapixel_provider.sharing.share.declared import ShareInputs
from metapixel_provider.sharing.share.recorded import ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import Task, implied_by, in_order

#: The decisions do not depend on ids, which may be secret.
_NO_IDS = {"pixel_id": "", "agency_business_id": ""}
_ALIAS = "give the new name an alias, or "
_LATER = "the new name adopts the share as it is, and the next update changes its tasks"
_NOT_ASKED = {
    ShareStatus.DECLINED: "the agency declined; it is asked again only if `resend` changes",
    ShareStatus.CANCELED: "the request was canceled; the agency is asked again only if `resend` "
    "changes",
}


@dataclass(frozen=True)
class Update:
    """The access after an update of a share, as if the agency had accepted."""

    after: Grant
    acceptance: Acceptance = Acceptance.NOT_NEEDED
    notes: tuple[str, ...] = ()
    is_unclear: bool = False
    """True if the value of `resend` decides, and is hidden."""
    sends: bool = False
    """True if the update sends the share."""


def creation(new: Record, old: Record) -> decide.Action:
    """Return the decision about a creation if the share of an older record exists at Meta."""
    state, wanted = _state(old.snapshot), _inputs(new.snapshot)
    observed = decide.last_observed(state)
    if not new.grant.tasks_known:
        # The change is unknown anyway, so the review does not report that it fails too.
        wanted = replace(wanted, tasks=observed.tasks)
    # The provider sees no older record in a replacement that `--replace` or `taint` demands.
    replaces = new.step.urn == old.step.urn and "id" not in new.step.keys
    return decide.create(wanted, observed, replaces)


def takeover(new: Record, old: Record) -> tuple[bool, list[str]]:
    """Return whether `pulumi up` will refuse a creation, and the notes about it.

    The update deletes the `old` record later.
    """
    name, old_name, alias = new.step.name, old.step.name, ""
    if old.step.op != "delete-replaced":
        how, noun, alias = f"{old_name} is renamed to {name}", "a renamed share", _ALIAS
    elif old_name == name:
        how, noun = f"{name} is replaced", "a replaced share"
    else:
        how, noun = f"{name} gets the ids of {old_name}", "a share under another name"
    match creation(new, old):
        case decide.RefuseToAdopt():
            notes = [
                f"{how}, and it has `on_existing='fail'`",
                f"{noun} already exists: {alias}set `on_existing='adopt'` for one update",
            ]
        case decide.RefuseToOverwrite():
            notes = [
                f"{how} and its tasks change in the same update",
                f"{noun} must keep its tasks: change the tasks in another update, "
                f"{alias or 'or '}set `on_existing='overwrite'`",
            ]
        case decide.Keep(state):
            stays = not new.grant.tasks_known or state.granted_tasks == new.grant.tasks
            return False, [] if stays else [_LATER]
        case _:
            return False, []
    return True, [for_programs(note, new.step.urn) for note in notes]


def update(old: Snapshot, new: Snapshot) -> Update:
    """Return the access after an update of a share that the state has."""
    was, will = recorded(ResourceType.SHARE, old), declared(ResourceType.SHARE, new)
    state, wanted = _state(old), _inputs(new)
    if not will.tasks_known:
        wanted = replace(wanted, tasks=frozenset())
    observed = decide.last_observed(state)
    kept = replace(was, expires_on=will.expires_on, reason=will.reason)
    sent = will.with_tasks(added_by_meta(old))
    is_open, has_ended = state.status is ShareStatus.PENDING, state.status in ENDED
    resends = (snapshot.inputs.get("resend") for snapshot in (old, new))
    if None in map(shown, resends):
        # Two secrets look equal, but can differ.
        if decide.may_ask_again(wanted, state, observed):
            if is_open:
                return Update(kept, Acceptance.MAY_BE_ASKED_AGAIN)
            return Update(sent, Acceptance.MAY_BE_ASKED_AGAIN, is_unclear=True, sends=True)
        wanted = replace(wanted, resend=state.inputs.resend)
    action = decide.update(wanted, state, observed)
    writes_nothing = isinstance(action, decide.Keep)
    if writes_nothing and is_open:
        return Update(kept, Acceptance.WAITS_ALREADY)
    if writes_nothing and has_ended:
        return Update(replace(will, tasks=(), tasks_known=True), notes=(_NOT_ASKED[state.status],))
    if is_open or has_ended:
        return Update(sent, Acceptance.NEEDED, sends=True)
    is_same = (wanted.tasks, wanted.resend) == (state.inputs.tasks, state.inputs.resend)
    sends = isinstance(action, decide.Send) and not (state.awaits_approval and is_same)
    return replace(_of_a_share_with_access(state, wanted, sent), sends=sends)


def _of_a_share_with_access(state: ShareState, wanted: ShareInputs, sent: Grant) -> Update:
    if state.revoking:
        is_declared = state.revoking & wanted.tasks
        return Update(sent, notes=() if is_declared else (still_returned(state.revoking),))
    unconfirmed = state.status is ShareStatus.UNCONFIRMED
    acceptance = Acceptance.MAY_WAIT_ALREADY if unconfirmed else Acceptance.NOT_NEEDED
    lost = set(state.granted_tasks).difference(sent.tasks)
    kept = in_order(lost & implied_by(wanted.tasks))
    note = f"Meta may still return {', '.join(kept)}, which another declared task includes"
    return Update(sent, acceptance, notes=(note,) if kept else ())


def revoking(old: Snapshot) -> frozenset[Task]:
    """Return the tasks that were revoked, but whose removal no read has confirmed yet."""
    return _state(old).revoking


def still_returned(tasks: Iterable[Task]) -> str:
    return f"Meta still returned {', '.join(in_order(tasks))} after its revocation"


def _state(old: Snapshot) -> ShareState:
    """Return the recorded state. A status that this version does not know is not confirmed."""
    status = status_of(old)
    if status not in set(ShareStatus):
        status = ShareStatus.UNCONFIRMED
    return ShareState.of({**old.outputs, **old.inputs, **_NO_IDS, "status": status})


def _inputs(new: Snapshot) -> ShareInputs:
    return ShareInputs.of({**new.inputs, **_NO_IDS})
