"""The data that all resources of one operation share.

The data are the configuration, one `Meta` for each credential set, and the claims.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pulumi
from pulumi.dynamic import Config

from metapixel_provider.connection import graph_url
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.environment import environment_suffix
from metapixel_provider.dynamic.claims import Claims
from metapixel_provider.dynamic.engine_watch import end_with_the_engine
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.contract import Notice, Outcome, Severity

if TYPE_CHECKING:
    from metapixel_provider.connection.clients import Clients
    from metapixel_provider.sharing.meta import Meta


class Runtime:
    """The shared data of a plugin process, which runs one operation of the engine."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._lock = threading.Lock()
        self._metas: dict[str | None, Meta] = {}
        self._clients: Clients | None = None
        self.claims = Claims()
        self.refreshed: dict[tuple[str, str | None], Outcome] = {}
        """The result of each refresh in this run, by kind and resource id, until the resource is
        deleted."""
        self._reported: set[str] = set()

    def meta(self, credentials: str | None) -> Meta:
        """Return Meta for a credential set. Raise ConfigurationError if the set has no token."""
        # Several spellings can name the same set. They share one `Meta` and its reads.
        key = None if credentials is None else environment_suffix(credentials)
        with self._lock:
            found = self._metas.get(key)
            if found is None:
                found = self._metas[key] = self._connect(credentials)
            return found

    def report(self, notice: Notice) -> None:
        """Report a notice to the user, unless a notice with the same topic was already reported."""
        topic = notice.topic or notice.text
        with self._lock:
            if topic in self._reported:
                return
            self._reported.add(topic)
        log = pulumi.log.warn if notice.severity is Severity.WARNING else pulumi.log.info
        log(notice.text)

    def _connect(self, credentials: str | None) -> Meta:
        from metapixel_provider.connection.clients import Clients
        from metapixel_provider.sharing.meta import Meta

        self._clients = self._clients or Clients(self.configuration, pulumi.log.warn)
        return Meta(self._clients.client(credentials), self._clients.invalidations)


def _name_the_address(runtime: Runtime) -> None:
    """Warn if calls do not go to Meta's address, because this may be an oversight."""
    try:
        address = runtime.configuration.graph_url
    except ConfigurationError:
        return  # `check` reports it.
    if not graph_url.is_metas(address):
        runtime.report(Notice(f"The calls go to {address} (metapixel:graphUrl), and not to Meta."))


_runtime: Runtime | None = None
_lock = threading.Lock()


def of_process(config: Config) -> Runtime:
    """Return the runtime of this plugin process, which serves one stack."""
    global _runtime
    with _lock:
        if _runtime is None:
            read: Callable[[str], object] = config.get
            _runtime = Runtime(Configuration(read, os.environ))
            end_with_the_engine(sys.argv)
            _name_the_address(_runtime)
        return _runtime
