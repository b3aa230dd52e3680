"""The state of a simulated Meta, and the methods that read and change it.

Tests (through `Simulator`), the control API and the page all use these methods.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from .clock import Clock
from .errors import GraphError
from .faults import Fault
from .field_types import Id
from .limits import Limiter
from .request_log import Entry, find
from .routes import ENDPOINTS
from .sharing import Sharing
from .switches import Switches
from .things import TASKS, SharingRequest
from .world import World

Hook = Callable[[Entry, str], None]
#: A part of a period. Together, the parts stay within the years that a date can have.
Span = Annotated[float, Field(ge=-1e6, le=1e6)]


class State:
    """A world with its clock, rules, limits, faults and log, protected by one lock.

    `world` is the current world. To read several consistent values from it, hold `lock` or use
    `moment`. The state calls `on_request` before and after the effect of each API call. The
    arguments are the log entry, and `before` or `after`.
    """

    def __init__(self, world: World) -> None:
        self.lock = threading.RLock()
        self.log: list[Entry] = []
        self.urls: list[str] = []
        self.on_request: Hook | None = None
        self._first = deepcopy(world)
        self._begin(world)

    def _begin(self, world: World) -> None:
        self.world = world
        self.clock = Clock(world.clock)
        self.date_shift = timedelta()
        self.sharing = Sharing(world, self.clock)
        self.limiter = Limiter(world.switches)
        self.faults: list[Fault] = []
        self.traces = 0

    def reset(self) -> None:
        """Restore the initial world, switches and clocks. Clear the faults and the request log."""
        with self.lock:
            self._begin(deepcopy(self._first))
            self.clear_requests()

    @contextmanager
    def moment(self) -> Iterator[World]:
        """Expire overdue requests, and yield the world. Meanwhile, no other thread changes it."""
        with self.lock:
            self.sharing.expire()
            yield self.world

    # Calls

    @property
    def requests(self) -> list[Entry]:
        """All Graph API calls so far, including the entries of batches."""
        return list(self.log)

    @property
    def raw_urls(self) -> list[str]:
        """The URLs of all requests with their queries. A test can search them for secrets."""
        return list(self.urls)

    def clear_requests(self) -> None:
        self.log.clear()
        self.urls.clear()

    def count(self, endpoint: str | None = None, **wanted: object) -> int:
        """Return the number of calls of an endpoint, such as `POST agencies`.

        `wanted` restricts the count to calls whose log entries have these values. Raises ValueError
        for an unknown endpoint or field, because the count would always be 0.
        """
        if endpoint is not None:
            if endpoint not in ENDPOINTS:
                raise ValueError(
                    f"there is no endpoint {endpoint!r}; the endpoints are "
                    f"{', '.join(sorted(ENDPOINTS))}"
                )
            wanted["endpoint"] = endpoint
        return len(find(self.requests, **wanted))

    # Reads

    def shares(self) -> dict[tuple[str, str], frozenset[str]]:
        """Return the tasks of every active share, by pixel and agency."""
        with self.lock:
            return {key: frozenset(tasks) for key, tasks in self.world.shares.items()}

    def permissions(self) -> set[tuple[str, str, str]]:
        """Return the pixel, the business and the ad account of every permission."""
        with self.lock:
            return set(self.world.permissions)

    def open_requests(self) -> list[SharingRequest]:
        with self.moment() as world:
            return deepcopy(world.open_requests())

    def request(self, request_id: str) -> SharingRequest:
        """Return a request. Raise LookupError if the id is unknown."""
        with self.moment() as world:
            _check("request", request_id, world.requests)
            return deepcopy(world.requests[request_id])

    # Changes

    @property
    def switches(self) -> Switches:
        return self.world.switches

    def set(self, /, **switches: object) -> None:
        """Set switches by name. If one is wrong, raise ValueError and change no switch."""
        with self.lock:
            self.switches.set(switches)

    def advance(
        self, *, days: Span = 0, hours: Span = 0, minutes: Span = 0, seconds: Span = 0
    ) -> None:
        """Move the simulator's clock forward."""
        with self.lock:
            by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            self.clock.advance(by)
            self.sharing.expire()

    def shift_date(
        self, *, days: Span = 0, hours: Span = 0, minutes: Span = 0, seconds: Span = 0
    ) -> None:
        """Set the time between the computer's clock and the header `Date` of every answer.

        Without this shift, the header contains the computer's time, also after `advance`.
        """
        self.date_shift = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def fault(self, /, endpoint: str | None = None, **options: object) -> Fault:
        """Inject a fault. `options` are the other fields of `Fault`.

        Raises ValueError, with the name of the wrong field.
        """
        fault = Fault.of(endpoint=endpoint, **options)
        with self.lock:
            self.faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        with self.lock:
            self.faults.clear()

    def answer(self, request: Id, status: str) -> None:
        """Answer a request (`approve`, `decline`), or set another status that a request can have.

        Raises LookupError for an unknown request, and ValueError for an unknown status.
        """
        with self.moment() as world:
            _check("request", request, world.requests)
            self.sharing.set_status(request, status.upper())

    def approve(self, *, reject: bool = False) -> int:
        """Approve, or reject, all writes that wait for another admin. Return their number."""
        with self.lock:
            return self.sharing.approve(reject=reject)

    def share(self, pixel: Id, agency: Id, permitted_tasks: Sequence[str]) -> None:
        """Create or change an active share, as a manual change at Meta would.

        Raises LookupError for an unknown id, and ValueError for an unknown task.
        """
        with self.lock:
            self._check_share(pixel, agency, permitted_tasks)
            self.sharing.set_share(pixel, agency, tuple(permitted_tasks))

    def ask(self, pixel: Id, agency: Id, permitted_tasks: Sequence[str]) -> str | None:
        """Share a pixel as its owner, who needs no token here.

        Returns the id of the request that the agency has to accept, or None if the share is active.
        Raises LookupError for an unknown id, and ValueError for an unknown task, or if Meta would
        refuse the share.
        """
        with self.moment():
            self._check_share(pixel, agency, permitted_tasks)
            try:
                return self.sharing.share(pixel, agency, tuple(permitted_tasks))
            except GraphError as error:
                raise ValueError(error.message) from None

    def unshare(self, pixel: Id, agency: Id) -> bool:
        """End a share, as a manual change at Meta would. Return False if there was no share."""
        with self.lock:
            return self.sharing.unshare(pixel, agency)

    def permit(self, pixel: Id, business: Id, ad_account: Id) -> None:
        """Permit an ad account, as a manual change at Meta would.

        Raises LookupError for an unknown id.
        """
        account = ad_account.removeprefix("act_")
        with self.lock:
            _check("pixel", pixel, self.world.pixels)
            _check("business", business, self.world.businesses)
            _check("ad account", account, self.world.ad_accounts)
            self.sharing.permit(pixel, business, account)

    def withdraw(self, pixel: Id, business: Id, ad_account: Id) -> bool:
        """End a permission, as a manual change at Meta would. Return False if there was none."""
        with self.lock:
            account = ad_account.removeprefix("act_")
            return self.sharing.withdraw(pixel, business, account)

    def _check_share(self, pixel: str, agency: str, tasks: Sequence[str]) -> None:
        if not tasks or any(task not in TASKS for task in tasks):
            raise ValueError(f"tasks must be one or more of {', '.join(TASKS)}, not {list(tasks)}")
        _check("pixel", pixel, self.world.pixels)
        _check("business", agency, self.world.businesses)


def _check(what: str, key: str, among: Container[str]) -> None:
    if key not in among:
        raise LookupError(f"there is no {what} {key}")
