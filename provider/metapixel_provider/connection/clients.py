"""Graph API clients for the credential sets of a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.graph.client import Client

if TYPE_CHECKING:
    from metapixel_provider.connection.configuration import Configuration
    from metapixel_provider.graph.clock import Clock
    from metapixel_provider.graph.limits import RateLimiter
    from metapixel_provider.graph.patience import Patience


def client_of(
    configuration: Configuration,
    credentials: str | None,
    limiter: RateLimiter,
    clock: Clock,
    patience: Patience | None = None,
) -> Client:
    """Return a client for a credential set. Raise ConfigurationError if the set has no token.

    The clients of an operation share one limiter, because several credential sets may belong to one
    app, and Meta limits an app as a whole. Without `patience`, the client has the configured one.
    """
    return Client(
        configuration.credentials(credentials),
        configuration.graph_url,
        configuration.api_version,
        patience or configuration.patience,
        limiter,
        clock,
        configuration.host,
    )
