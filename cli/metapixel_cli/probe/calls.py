"""The calls of the probe through the graph client.

The probe counts reads and draws conclusions from refusals. So it counts each call that Meta limited
or did not answer, also if the client repeated the call with success.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import GraphError, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.paging import every_node

Result = TypeVar("Result")


class Traffic(RateLimiter):
    """The rate limiter of all calls of a probe, which counts them.

    `disturbances` is the number of calls that Meta limited or did not answer.
    """

    sent = 0
    disturbances = 0

    @contextmanager
    def passing(self, deadline: float) -> Iterator[int]:
        with super().passing(deadline) as known:
            self.sent += 1
            yield known


class Calls(Client):
    """The client of one credential set. `record` sends a write, and records its answer."""

    def __init__(
        self, configuration: Configuration, credentials: Credentials, traffic: Traffic
    ) -> None:
        patience = Patience(
            timeout=configuration.seconds("timeout", Patience.timeout),
            first_pause=0.1,
            limit_wait=configuration.seconds("rateLimitWait", Patience.limit_wait),
        )
        url, version = configuration.graph_url, configuration.api_version
        super().__init__(credentials, url, version, patience, traffic)
        self.traffic = traffic
        self.record: Callable[[Call, Callable[[], Node]], Node] = lambda _, send: send()
        self._configuration = configuration

    def with_secret(self, app_secret: str) -> Calls:
        """Return calls with the same token and another app secret, or without one."""
        token = self.credentials.access_token
        return Calls(self._configuration, Credentials(token, app_secret), self.traffic)

    def read(self, path: str, **params: str) -> Node:
        """Read a node or a page. Raise GraphError."""
        return self._counted(lambda: self.get(path, params))

    def nodes(self, path: str, **params: str) -> list[Node]:
        """Read all nodes of an edge. Raise GraphError."""
        # Meta refuses larger pages more often, and can count a refusal as a read after a write.
        return list(every_node(lambda page: self.read(path, **page), {"limit": "25", **params}))

    def scopes(self) -> frozenset[str]:
        return frozenset(
            str(node.get("permission"))
            for node in self.nodes("me/permissions")
            if node.get("status") == "granted"
        )

    def write(self, call: Call) -> Node:
        """Send a write once, and record it. Raise GraphError."""
        send = super().write
        _, _, edge = call.path.partition("/")
        try:
            return self.record(call, lambda: self._counted(lambda: send(call)))
        except GraphError as error:
            raise error.during(f"{call.method} {edge or 'an answer to a request'}") from None

    def _counted(self, send: Callable[[], Result]) -> Result:
        """Send a call, and count the attempts that Meta limited or did not answer."""
        before = self.traffic.sent
        try:
            return send()
        except (OutcomeUnknownError, TooMuchDataError):
            self.traffic.disturbances += 1
            raise
        finally:
            self.traffic.disturbances += max(0, self.traffic.sent - before - 1)
