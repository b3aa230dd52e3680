"""People who change something by hand between two commands, in Business Settings."""

from __future__ import annotations

from metapixel_simulator import Simulator
from tests.histories.declarations import Program
from tests.histories.estate import ACCOUNTS, Key
from tests.histories.history import ByHand
from tests.histories.ledger import Ledger
from tests.histories.meta import Meta

_STATUSES = {"accept": "APPROVE", "decline": "DECLINE", "cancel": "CANCELED", "expire": "EXPIRED"}


def act(sim: Simulator, ledger: Ledger, action: ByHand, last: Program | None) -> bool:
    """Does it and keeps the ledger; False if there is nothing to change.

    `last` is the program of the last `up`.
    """
    touched = _act(sim, ledger, action, last)
    ledger.touched |= touched
    return bool(touched)


def half_a_day_passes(sim: Simulator, ledger: Ledger) -> None:
    """Requests expire in time."""
    before = sim.open_requests()
    sim.advance(hours=12)
    left = {request.id for request in sim.open_requests()}
    for request in before:
        if request.id not in left:
            ended: set[Key] = {(pixel, request.agency) for pixel in request.pixels}
            ledger.touched |= ended | {(*each, ACCOUNTS[each[1]]) for each in ended}


def _act(sim: Simulator, ledger: Ledger, action: ByHand, last: Program | None) -> set[Key]:
    pixel, agency = share = action.pixel, action.agency
    permission = (*share, ACCOUNTS[agency])
    meta = Meta.of(sim)
    request = meta.waiting(share)
    match action.action:
        case "share":
            ledger.made_by_hand(share, meta, action.tasks)
            sim.share(pixel, agency, action.tasks)
            return {share}
        case "unshare":
            if request is not None:
                # A request that stays open for other pixels does not tell that this one is off it.
                alone = len(request.pixels) == 1
                ledger.refusals.refused([share], last if alone else None)
            return {share, permission} if sim.unshare(pixel, agency) else set()
        case "permit":
            if meta.active(share) is None:
                return set()
            ledger.made_by_hand(permission, meta)
            sim.permit(*permission)
            return {permission}
        case "withdraw":
            return {permission} if sim.withdraw(*permission) else set()
        case answer:
            if request is None:
                return set()
            sim.answer(request.id, _STATUSES[answer])
            answered: set[Key] = {(each, agency) for each in request.pixels}
            if answer in ("decline", "cancel"):
                # The state may know the request for a pixel that people took off it since.
                ledger.refusals.refused(ledger.asked[request.id] - answered, None)
                ledger.refusals.refused(answered, last)
            return answered | {(*each, ACCOUNTS[agency]) for each in answered}
