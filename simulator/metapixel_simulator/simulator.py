"""The simulator as tests and programs hold it: start, look, change, stop."""

from __future__ import annotations

import threading
from collections.abc import Container, Sequence
from copy import deepcopy
from datetime import timedelta
from types import TracebackType
from typing import Self

from .app import Application
from .faults import Fault
from .graph import Graph, Hook
from .request_log import Entry
from .routes import ENDPOINTS
from .server import Server
from .switches import Switches
from .things import TASKS, SharingRequest
from .world import World


class Simulator:
    """A simulated Meta on a port of its own.

    Use it as a context manager, or `start` and `stop` it. `port=0` takes a free port. Everything
    here may be called from any thread while it serves. The world given stays as it is: the
    simulator works on a copy.

    Raises:
        WorldError: the world refers to something that does not exist.
    """

    def __init__(
        self, world: World | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        world = deepcopy(world) if world is not None else World.example()
        world.check()
        self.graph = Graph(world)
        self._host = host
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Serve in the background. Raises OSError when the port cannot be had."""
        self.graph.stopping.clear()
        self._server = Server(self._host, self._port, Application(self))
        self._port = self._server.port
        self._thread = threading.Thread(target=self._server.serve, daemon=True, name="simulator")
        self._thread.start()
        return self

    def stop(self) -> None:
        """End at once; calls under way lose their connection."""
        if self._server is None or self._thread is None:
            return
        self.graph.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.drop_connections()
        self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The Graph API's base URL, without a version and without a slash at its end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def page_url(self) -> str:
        return f"{self.url}/_page"

    @property
    def control_url(self) -> str:
        return f"{self.url}/_control"

    # What was called

    @property
    def requests(self) -> list[Entry]:
        """Every call so far, batch entries included, without the control API's own."""
        return list(self.graph.log.entries)

    @property
    def raw_urls(self) -> list[str]:
        """Every URL as it stood on the wire, with its query: search them for secrets."""
        return list(self.graph.log.raw_urls)

    def clear_requests(self) -> None:
        self.graph.log.clear()

    def count(self, endpoint: str | None = None, **wanted: object) -> int:
        """Calls of an endpoint (`POST agencies`), or whose log fields equal `wanted`.

        Raises:
            ValueError: no such endpoint or field, which would always count 0.
        """
        if endpoint is not None:
            if endpoint not in ENDPOINTS:
                raise ValueError(f"there is no endpoint {endpoint!r}; see {sorted(ENDPOINTS)}")
            wanted["endpoint"] = endpoint
        return len(self.graph.log.find(**wanted))

    @property
    def on_request(self) -> Hook | None:
        """Called with the log entry and `before` or `after`, around each call's effect."""
        return self.graph.on_request

    @on_request.setter
    def on_request(self, hook: Hook | None) -> None:
        self.graph.on_request = hook

    # What there is

    @property
    def world(self) -> World:
        """The living world; hold `sim.lock` to read several things of one moment."""
        return self.graph.world

    @property
    def lock(self) -> threading.RLock:
        return self.graph.lock

    def shares(self) -> dict[tuple[str, str], frozenset[str]]:
        """(pixel, agency) to tasks, of every share that stands."""
        with self.graph.lock:
            return {key: frozenset(tasks) for key, tasks in self.world.shares.items()}

    def permissions(self) -> set[tuple[str, str, str]]:
        """(pixel, business, ad account) of every permission."""
        with self.graph.lock:
            return set(self.world.permissions)

    def open_requests(self) -> list[SharingRequest]:
        with self.graph.lock:
            self.graph.sharing.expire()
            return deepcopy(self.world.open_requests())

    def request(self, request_id: str) -> SharingRequest:
        """Raises LookupError for an unknown id."""
        with self.graph.lock:
            self.graph.sharing.expire()
            _check("request", request_id, self.world.requests)
            return deepcopy(self.world.requests[request_id])

    # What changes

    @property
    def switches(self) -> Switches:
        return self.world.switches

    def set(self, **switches: object) -> None:
        """Set switches by name. Raises ValueError and changes none when one is wrong."""
        with self.graph.lock:
            self.switches.set(switches)

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move the simulator's clock forward."""
        with self.graph.lock:
            by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            self.graph.clock.advance(by)
            self.graph.sharing.expire()

    def fault(
        self,
        endpoint: str | None = None,
        *,
        kind: str,
        when: str = "before",
        times: int = 1,
        after_n: int = 0,
        **options: object,
    ) -> Fault:
        """Inject a fault; `options` are the other fields of `Fault`."""
        fault = Fault(
            kind=kind,
            endpoint=endpoint,
            when=when,
            times=times,
            after_n=after_n,
            **options,  # type: ignore[arg-type]
        )
        with self.graph.lock:
            return self.graph.faults.add(fault)

    def clear_faults(self) -> None:
        with self.graph.lock:
            self.graph.faults.faults.clear()

    def answer(self, request_id: str, status: str) -> None:
        """Answer a request as the agency (`approve`, `decline`), or put it in any of Meta's
        statuses (`EXPIRED`, ...). Raises LookupError and ValueError."""
        with self.graph.lock:
            self.graph.sharing.expire()
            _check("request", request_id, self.world.requests)
            self.graph.sharing.set_status(request_id, status.upper())

    def share(self, pixel: str, agency: str, tasks: Sequence[str]) -> None:
        """Make a share stand, as if somebody did it by hand. Raises LookupError and ValueError."""
        wrong = [task for task in tasks if task not in TASKS]
        if wrong or not tasks:
            raise ValueError(f"tasks must be some of {', '.join(TASKS)}, not {list(tasks)}")
        with self.graph.lock:
            _check("pixel", pixel, self.world.pixels)
            _check("business", agency, self.world.businesses)
            self.graph.sharing.set_share(pixel, agency, tuple(tasks))

    def unshare(self, pixel: str, agency: str) -> bool:
        """End a share by hand; False when there was none."""
        with self.graph.lock:
            return self.graph.sharing.unshare(pixel, agency)

    def permit(self, pixel: str, business: str, ad_account: str) -> None:
        """Make a permission stand, as if somebody did it by hand. Raises LookupError."""
        account = ad_account.removeprefix("act_")
        with self.graph.lock:
            _check("pixel", pixel, self.world.pixels)
            _check("business", business, self.world.businesses)
            _check("ad account", account, self.world.ad_accounts)
            self.graph.sharing.permit(pixel, business, account)

    def withdraw(self, pixel: str, business: str, ad_account: str) -> bool:
        """End a permission by hand; False when there was none."""
        with self.graph.lock:
            account = ad_account.removeprefix("act_")
            return self.graph.sharing.withdraw(pixel, business, account)

    def reset(self) -> None:
        """Back to the first world, with its switches and clock; no faults, an empty log."""
        self.graph.reset()


def _check(what: str, key: str, among: Container[str]) -> None:
    if key not in among:
        raise LookupError(f"there is no {what} {key}")
