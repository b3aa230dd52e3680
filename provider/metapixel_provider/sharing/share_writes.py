"""The writes that make a share what is declared, each read back before it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    RefusedError,
)
from metapixel_provider.sharing.lifecycle import Notice
from metapixel_provider.sharing.settling import look_at_share, write_once
from metapixel_provider.sharing.share import Settled, Share, Standing, named
from metapixel_provider.sharing.sharing_requests import (
    open_request,
    pending,
    stays_open,
)
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import settable

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency


def bring_about(meta: Meta, share: Share, agency: Agency | None, creating: bool) -> Settled:
    """Sends the tasks and reads back what came of it; `agency` is what Meta showed before.

    Raises GraphError where Meta refuses, RefusedError where tasks cannot be taken away. Once a
    write went through, what follows no longer raises: the engine would keep what stood before.
    """
    request_id = _share(meta, share, stood=agency is not None)
    try:
        standing, notices = _read_back(meta, share, request_id)
        if standing.status is not ShareStatus.ACTIVE or not _excess(share, standing):
            return standing, notices
    except GraphError as error:
        return _unconfirmed(share, str(error))
    try:
        return _share_anew(meta, share, agency, standing)
    except GraphError as error:
        return _unconfirmed(share, str(error))
    except RefusedError as error:
        if not creating:
            raise
        return _unconfirmed(share, str(error))


def _share(meta: Meta, share: Share, stood: bool) -> str:
    """One share that went through; the id of the request to accept, or "".

    Where it `stood` before, a request that is open need not be about this pixel.
    """
    sent = 0

    def send() -> str:
        nonlocal sent
        sent += 1
        return meta.share(share.pixel_id, share.agency_business_id, share.tasks)

    def happened() -> str | None:
        if not share.is_granted(look_at_share(meta, share, share.is_granted)):
            return None
        waiting = open_request(meta, share)
        return waiting.id if waiting else ""

    # A share that waits for the agency does not show; sending it again adds the pixel to the
    # request under way (guide, step 1), so the repetition makes no second one.
    try:
        return write_once(meta, send, happened)
    except GraphError as error:
        unknown = isinstance(error, OutcomeUnknownError)
        if sent == 1 and not unknown:
            raise
        # An attempt of unknown outcome may have gone through, whatever came of the next one.
        try:
            found = None if unknown else happened()
            if found is None and not stood:
                waiting = open_request(meta, share)
                found = waiting.id if waiting else None
        except GraphError:
            raise OutcomeUnknownError(error.fault, error.action, MAY_HAVE_TAKEN_EFFECT) from None
        if found is None:
            raise
        return found


def _read_back(meta: Meta, share: Share, request_id: str) -> Settled:
    if request_id:
        return pending(meta, share, request_id)
    agency = look_at_share(meta, share, share.is_granted)
    if agency is None:
        return _unconfirmed(share, "Meta does not show it yet")
    standing = Standing.active(agency)
    lacking = set(share.tasks) - set(agency.tasks)
    if not lacking:
        return standing, ()
    text = f"Meta shared {share} without {named(sorted(lacking))}; see who may grant it"
    return standing, (Notice(text),)


def _share_anew(meta: Meta, share: Share, before: Agency | None, standing: Standing) -> Settled:
    """Takes tasks away where Meta only adds: unshare, share again, put back if that fails."""
    excess = named(_excess(share, standing))
    try:
        unshare(meta, share)
        request_id = _share(meta, share, stood=True)
    except GraphError as failed:
        raise _put_back(meta, share, before, excess, failed) from None
    found, notices = _read_back(meta, share, request_id)
    left = _excess(share, found)
    if left:
        raise RefusedError(
            f"Meta still shows {named(left)} for {share} after unsharing and sharing "
            f"it again; remove the share in Business Settings and run `pulumi up --refresh`"
        )
    text = (
        f"{share} had to be unshared and shared again to take {excess} away; ad accounts "
        f"permitted on it may have to be permitted again: run `pulumi up --refresh`"
    )
    return found, (*notices, Notice(text))


def _put_back(
    meta: Meta, share: Share, before: Agency | None, excess: str, failed: GraphError
) -> RefusedError:
    """Restores what stood before tasks were to be taken away; the error that says how it went."""
    previous = replace(share, tasks=settable(before.tasks) if before else share.tasks)
    broke_off = (
        f"To take {excess} away {share} was to be unshared and shared again, which broke off: "
    )
    try:
        request_id = _share(meta, previous, stood=True)
    except GraphError:
        return RefusedError(
            f"{broke_off}the agency may have no access now; run `pulumi up --refresh` to restore "
            f"it ({failed})"
        )
    if request_id:
        return RefusedError(
            f"{broke_off}the agency has no access until it accepts sharing request {request_id}; "
            f"then run `pulumi up --refresh` ({failed})"
        )
    return RefusedError(
        f"{excess} could not be taken away from {share}; what stood before was put back, "
        f"run `pulumi up --refresh` ({failed})"
    )


def unshare(meta: Meta, share: Share, request_id: str = "") -> bool:
    """Removes a share, or takes it off the request in which it waits; True if nothing stood.

    Meta's plain success counts; whatever else it answers is held against what it shows. Raises
    GraphError where the share stands all the same.
    """
    sent = 0

    def send() -> bool:
        nonlocal sent
        sent += 1
        meta.unshare(share.pixel_id, share.agency_business_id)
        return False

    def shows() -> bool:
        return look_at_share(meta, share, lambda agency: agency is None) is not None

    def happened() -> bool | None:
        # A share that waits does not show, and its request may wait for other pixels as well: as
        # long as that is open, only an answer tells.
        return None if shows() or (request_id and stays_open(meta, request_id)) else False

    try:
        return write_once(meta, send, happened)
    except (InvalidParameterError, NotVisibleError):
        if shows():
            if request_id and stays_open(meta, request_id):
                return True
            raise
        # After an attempt of unknown outcome it was that one that ended what stood.
        return sent == 1


def _unconfirmed(share: Share, why: str) -> Settled:
    text = (
        f"Meta accepted to share {share} but it could not be confirmed: {why}; "
        f"run `pulumi up --refresh` to look again"
    )
    return Standing(ShareStatus.PENDING), (Notice(text),)


def _excess(share: Share, standing: Standing) -> list[str]:
    return [task.value for task in settable(standing.granted_tasks) if task not in share.tasks]
