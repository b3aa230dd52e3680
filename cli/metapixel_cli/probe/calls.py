"""The calls of the probe through the graph client. Each call is one attempt at Meta.

The probe counts reads and draws conclusions from refusals. So it must know about each call that
got no usable answer, and the client's own retries are off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from metapixel_cli.probe.errors import DisturbedError
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import (
    GraphError,
    OutcomeUnknownError,
    RateLimitedError,
    TooMuchDataError,
)
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.paging import every_node

#: The number of attempts of a read that gets no usable answer.
ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0

Result = TypeVar("Result")


class Calls:
    """The calls with one credential set.

    `disturbances` is the number of calls that Meta limited or did not answer. `usage` is the
    highest usage of a limit in percent that the headers have reported. `page_size` is the highest
    number of nodes on a page that Meta has not refused.
    """

    def __init__(
        self, configuration: Configuration, credentials: Credentials, limiter: RateLimiter
    ) -> None:
        self.credentials = credentials
        self.disturbances = 0
        self.usage = 0.0
        self.page_size = 100
        self._configuration = configuration
        self._limiter = limiter
        self._limit_wait = configuration.seconds("rateLimitWait", Patience.limit_wait)
        patience = Patience(
            timeout=configuration.seconds("timeout", Patience.timeout),
            read_attempts=1,
            limit_wait=0.0,
        )
        self._client = Client(
            credentials, configuration.graph_url, configuration.api_version, patience, limiter
        )

    def with_secret(self, app_secret: str) -> Calls:
        """Return calls with the same token and another app secret, or without one."""
        token = self.credentials.access_token
        return Calls(self._configuration, Credentials(token, app_secret), self._limiter)

    def read(self, path: str, **params: str) -> Node:
        """Read a node or a page. Raise GraphError."""
        for attempt in range(ATTEMPTS):
            try:
                return self._in_time(lambda: self._read_once(path, params))
            except OutcomeUnknownError:
                self.disturbances += 1
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempt))
        raise AssertionError("the last attempt returns or raises")

    def scopes(self) -> frozenset[str]:
        """Return the scopes of the token. Raise GraphError."""
        return frozenset(
            str(node.get("permission"))
            for node in self.nodes("me/permissions")
            if node.get("status") == "granted"
        )

    def nodes(self, path: str, **params: str) -> list[Node]:
        """Read all nodes of an edge. Raise GraphError."""

        def read(page: Mapping[str, str]) -> Node:
            try:
                return self.read(path, **page)
            except TooMuchDataError:
                # Meta can count a refused read as a read after a write.
                self.disturbances += 1
                self.page_size = max(1, int(page["limit"]) // 2)
                raise

        return list(every_node(read, {"limit": str(self.page_size), **params}))

    def write(self, method: str, path: str, **params: str) -> Node:
        """Send a write once.

        Raises DisturbedError if its outcome is unknown, and GraphError if Meta refused it.
        """
        try:
            return self._in_time(lambda: self._client.write(Call(method, path, params)))
        except OutcomeUnknownError as error:
            self.disturbances += 1
            raise DisturbedError(str(error)) from None
        except GraphError as error:
            _, _, edge = path.partition("/")
            raise error.during(f"{method} {edge or 'an answer to a request'}") from None

    def _read_once(self, path: str, params: Mapping[str, str]) -> Node:
        (answer,) = self._client.get_many([Call("GET", path, params)])
        self.usage = max(self.usage, answer.usage.percent)
        if answer.error is not None:
            raise answer.error
        return answer.node

    def _in_time(self, send: Callable[[], Result]) -> Result:
        """Send a call, again after each wait for a rate limit. Raise RateLimitedError."""
        deadline = time.monotonic() + self._limit_wait
        while True:
            try:
                return send()
            except RateLimitedError as limited:
                # Only an error of the rate limiter has a wait. Its call was not sent.
                if not limited.wait:
                    self.disturbances += 1
                elif time.monotonic() + limited.wait > deadline:
                    raise
                else:
                    time.sleep(limited.wait)


def reason(error: GraphError, message: str) -> str:
    """Return an error with its write, Meta's message without private parts, and its code."""
    if isinstance(error, OutcomeUnknownError):
        return "Meta returned no usable answer"
    if isinstance(error, RateLimitedError):
        return "Meta limited the calls of the app"
    fault = error.fault
    code = f"code {fault.code}" + (f", subcode {fault.subcode}" if fault.subcode else "")
    refused = error.action or "a read that the experiment needs"
    return f"Meta refused {refused}: {message.rstrip('.')} ({code})"
