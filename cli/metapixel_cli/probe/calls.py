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
from metapixel_provider.graph.limits import RateLimiter, Usage
from metapixel_provider.graph.paging import every_node

Result = TypeVar("Result")


class Traffic(RateLimiter):
    """The rate limiter of all calls of a probe, which counts them.

    `disturbances` is the number of calls that Meta limited or did not answer. `percent` is the
    highest usage of a limit in percent that the headers have reported.
    """

    def __init__(self, announce: Callable[[str], None]) -> None:
        super().__init__(announce)
        self.sent = 0
        self.disturbances = 0
        self.percent = 0.0

    @contextmanager
    def passing(self, deadline: float) -> Iterator[int]:
        """See `RateLimiter.passing`."""
        with super().passing(deadline) as known:
            self.sent += 1
            yield known

    def learn(self, usage: Usage, known: int) -> None:
        """See `RateLimiter.learn`."""
        self.percent = max(self.percent, usage.percent)
        super().learn(usage, known)


class Calls:
    """The calls with one credential set."""

    def __init__(
        self, configuration: Configuration, credentials: Credentials, traffic: Traffic
    ) -> None:
        self.credentials = credentials
        self.traffic = traffic
        self._configuration = configuration
        patience = Patience(
            timeout=configuration.seconds("timeout", Patience.timeout),
            first_pause=0.1,
            limit_wait=configuration.seconds("rateLimitWait", Patience.limit_wait),
        )
        self.client = Client(
            credentials, configuration.graph_url, configuration.api_version, patience, traffic
        )

    def with_secret(self, app_secret: str) -> Calls:
        """Return calls with the same token and another app secret, or without one."""
        token = self.credentials.access_token
        return Calls(self._configuration, Credentials(token, app_secret), self.traffic)

    def read(self, path: str, **params: str) -> Node:
        """Read a node or a page. Raise GraphError."""
        return self._counted(lambda: self.client.get(path, params))

    def scopes(self) -> frozenset[str]:
        """Return the scopes of the token. Raise GraphError."""
        return frozenset(
            str(node.get("permission"))
            for node in self.nodes("me/permissions")
            if node.get("status") == "granted"
        )

    def nodes(self, path: str, **params: str) -> list[Node]:
        """Read all nodes of an edge. Raise GraphError."""
        # Meta refuses larger pages more often, and can count a refusal as a read after a write.
        return list(every_node(lambda page: self.read(path, **page), {"limit": "25", **params}))

    def write(self, method: str, path: str, **params: str) -> Node:
        """Send a write once. Raise GraphError."""
        _, _, edge = path.partition("/")
        try:
            return self._counted(lambda: self.client.write(Call(method, path, params)))
        except GraphError as error:
            raise error.during(f"{method} {edge or 'an answer to a request'}") from None

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
