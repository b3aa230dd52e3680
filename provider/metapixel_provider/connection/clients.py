"""Graph API clients, made of a configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.limits import Gate
from metapixel_provider.graph.reads import Voids

if TYPE_CHECKING:
    from metapixel_provider.connection.configuration import Configuration


class Clients:
    """The clients of one operation, one for each credential set.

    Credential sets may be of one app, which Meta limits as one, and of one pixel: so the clients
    share a gate, and their callers share `voids`. `warn` is told a wait for a rate limit.
    """

    def __init__(self, configuration: Configuration, warn: Callable[[str], None]) -> None:
        self.voids = Voids()
        self._configuration = configuration
        self._gate = Gate(warn)

    def client(self, credentials: str | None) -> Client:
        """A client with a credential set. Raises ConfigurationError where there is no token."""
        configuration = self._configuration
        patience = Patience(
            timeout=configuration.seconds("timeout", Patience.timeout),
            limit_wait=configuration.seconds("rateLimitWait", Patience.limit_wait),
        )
        return Client(
            configuration.credentials(credentials),
            configuration.graph_url,
            configuration.api_version,
            patience,
            self._gate,
        )
