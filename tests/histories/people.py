"""People who change something by hand between two commands, in Business Settings."""

from __future__ import annotations

from contextlib import suppress

from metapixel_simulator import Simulator
from metapixel_simulator.errors import GraphError
from tests.histories.estate import OWNER, Key
from tests.histories.history import Act
from tests.histories.moment import Meta

_STATUSES = {"accept": "APPROVE", "decline": "DECLINE", "cancel": "CANCELED", "expire": "EXPIRED"}


def act(sim: Simulator, action: Act) -> set[Key]:
    """Acts a while ago, so that every read returns it. Returns the access that it concerns."""
    lag = sim.switches.stale_reads
    sim.set(stale_reads=0)
    try:
        return _act(sim, action)
    finally:
        sim.set(stale_reads=lag)


def time_passes(sim: Simulator, days: float) -> set[Key]:
    """Requests expire in time. Returns the access that was asked for."""
    before = sim.open_requests()
    sim.advance(days=days)
    left = {request.id for request in sim.open_requests()}
    return {
        (pixel, request.agency)
        for request in before
        if request.id not in left
        for pixel in request.pixels
    }


def _act(sim: Simulator, action: Act) -> set[Key]:
    pixel, agency = share = action.pixel, action.agency
    permission = (*share, action.account)
    meta = Meta.of(sim)
    match action.action:
        case "a month passes":
            return time_passes(sim, 31)
        case "share":
            # An agency that has a pixel of the owner's has accepted to work with the owner.
            sim.world.relationships.add((OWNER, agency))
            sim.share(pixel, agency, action.tasks)
            return {share}
        case "ask":
            if meta.active(share) is not None:
                return set()
            with sim.lock, suppress(GraphError):
                sim.sharing.share(pixel, agency, action.tasks)
                return {share}
            return set()
        case "unshare":
            return {share} if sim.unshare(pixel, agency) else set()
        case "permit":
            if meta.active(share) is None:
                return set()
            sim.permit(*permission)
            return {permission}
        case "withdraw":
            return {permission} if sim.withdraw(*permission) else set()
        case answer:
            request = meta.waiting(share)
            if request is None:
                return set()
            sim.answer(request.id, _STATUSES[answer])
            return {(each, agency) for each in request.pixels}
