"""The Graph client and the domain against the example world, with short pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.client import Client, Operation, current_operation
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.paging import every_page
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.meta import Meta
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL

#: Pauses so short that a test does not feel them; every other number as it is for users.
QUICK = Patience(
    timeout=5.0,
    outage=0.0,
    first_pause=0.001,
    longest_pause=0.005,
    first_read_pause=0.001,
    lag=0.001,
)
#: Fewer attempts too, for tests in which Meta does not answer.
IMPATIENT = replace(QUICK, read_attempts=2, write_attempts=2)


def known_clock() -> Clock:
    """The clock of a process that got an answer, so that its first write needs no read before."""
    clock = Clock()
    clock.record(None)
    return clock


#: A write of the example world.
SHARE = Call(
    "POST", f"{PIXEL}/agencies", {"business": NORTHLIGHT, "permitted_tasks": '["ANALYZE"]'}
)
ClientMaker = Callable[..., Client]
MetaMaker = Callable[..., Meta]


@pytest.fixture(autouse=True)
def outside_of_operations() -> Iterator[None]:
    """Ends the operation that a test began in this thread, which may have been cancelled."""
    token = current_operation.set(Operation())
    yield
    current_operation.reset(token)


@pytest.fixture
def client(sim: Simulator) -> ClientMaker:
    """Makes Graph clients, each with a limiter of its own unless one is given."""

    def make(
        token: str = "owner-token",
        secret: str = "",
        patience: Patience = QUICK,
        limiter: RateLimiter | None = None,
        url: str = "",
    ) -> Client:
        return Client(
            Credentials(token, secret), url or sim.url, patience=patience, limiter=limiter
        )

    return make


@pytest.fixture
def meta(client: ClientMaker) -> MetaMaker:
    """Makes what the domain asks of Meta, each with reads of its own as one operation has."""

    def make(token: str = "owner-token", patience: Patience = QUICK) -> Meta:
        return Meta(client(token, patience=patience))

    return make


def all_nodes(client: Client, path: str, params: Mapping[str, str] | None = None) -> list[Node]:
    """All nodes of an edge, from as many pages as it has."""
    edge = Call("GET", path, params or {})
    return [node for page in every_page(client.get_many, edge) for node in page]
