"""What the tests of the lifecycles share: declarations, and counting writes that change Meta."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from metapixel_provider.process.claims import Claims
from metapixel_provider.sharing.contract import Lifecycle, Notice, Properties
from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.response.lifecycle import (
    PixelSharingRequestResponseLifecycle,
    PixelSharingStandingResponseLifecycle,
)
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle
from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

#: The date that counts as today for shares.
TODAY = date(2026, 11, 26)
SHARES = AgencyShareLifecycle(Claims(), lambda: TODAY)
PERMISSIONS = PixelAdAccountPermissionLifecycle(Claims())
RESPONSES = PixelSharingRequestResponseLifecycle(Claims())
STANDING_RESPONSES = PixelSharingStandingResponseLifecycle(Claims())


def _checked(lifecycle: Lifecycle, declared: Properties) -> Properties:
    checked = lifecycle.check(declared)
    assert not checked.problems
    return checked.inputs


def share(agency: str = NORTHLIGHT, *tasks: str, **inputs: object) -> Properties:
    """Checked inputs of a share of the first pixel, for ANALYZE and UPLOAD unless told."""
    names = list(tasks or ("ANALYZE", "UPLOAD"))
    pair = {"pixel_id": PIXEL, "agency_business_id": agency}
    return _checked(SHARES, pair | {"permitted_tasks": names} | inputs)


def permission(account: str = NORTHLIGHT_ACCOUNT, **inputs: object) -> Properties:
    """Checked inputs of a permission of Northlight's ad account on the first pixel."""
    declared = {"pixel_id": PIXEL, "business_id": NORTHLIGHT, "ad_account_id": account}
    return _checked(PERMISSIONS, declared | inputs)


def response(request_id: str, answer: str = "APPROVE", **inputs: object) -> Properties:
    return _checked(RESPONSES, {"request_id": request_id, "request_status": answer} | inputs)


def standing(agency: str = HARBOUR, **inputs: object) -> Properties:
    """Checked inputs of a standing response of an agency to the owner of the example world."""
    pair = {"owner_business_id": OWNER, "agency_business_id": agency}
    return _checked(STANDING_RESPONSES, pair | inputs)


def texts(notices: Iterable[Notice]) -> str:
    return "\n".join(notice.text for notice in notices)


@dataclass
class Writes:
    """Watches a simulator: which calls that write changed something there."""

    sim: Simulator
    effective: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._before: dict[int, object] = {}
        self.sim.on_request = self._watch

    def _watch(self, entry: Entry, phase: str) -> None:
        if entry.method == "GET" or entry.endpoint == "POST batch":
            return
        seen = self._world()
        if phase == "before":
            self._before[id(entry)] = seen
        elif self._before.pop(id(entry), seen) != seen:
            self.effective.append(entry.endpoint)

    def _world(self) -> object:
        with self.sim.lock:
            world = self.sim.world
            requests = {
                request.id: (request.status, tuple(sorted(request.pixels.items())))
                for request in world.requests.values()
            }
            return dict(world.shares), set(world.permissions), requests
