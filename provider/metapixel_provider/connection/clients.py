"""Graph API clients for the credential sets of a configuration."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter

if TYPE_CHECKING:
    from metapixel_provider.connection.configuration import Configuration


class Clients:
    """The clients of one operation, one for each credential set.

    The clients share one rate limiter, because several credential sets may belong to one app, and
    Meta limits an app as a whole. They share a clock, because they run on the same machine. `warn`
    is called about a long wait for a rate limit or for an answer, and if the clock is wrong, once
    with each text.
    """

    def __init__(self, configuration: Configuration, warn: Callable[[str], None]) -> None:
        self._configuration = configuration
        warn = functools.cache(warn)
        self._limiter = RateLimiter(warn)
        self._clock = Clock(warn)

    def client(self, credentials: str | None) -> Client:
        """Return a client for a set. Raise ConfigurationError if the set has no token."""
        configuration = self._configuration
        return Client(
            configuration.sets.credentials(credentials),
            configuration.graph_url,
            configuration.api_version,
            configuration.patience,
            self._limiter,
            self._clock,
            configuration.host,
        )
