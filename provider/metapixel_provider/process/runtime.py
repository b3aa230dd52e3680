"""The configuration, the credential sets and the claims that one operation shares."""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.environment import environment_suffix
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.client import Operation, current_operation
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.process.claims import Claims
from metapixel_provider.process.engine_watch import end_with_the_engine
from metapixel_provider.process.journal import Journal
from metapixel_provider.sharing.days import date_of_run
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice

#: A function that shows a text to the user, with the URN of the resource that it is about.
Log = Callable[[str, str], None]


class Runtime:
    """The shared data of a plugin process, which runs one operation of the engine."""

    def __init__(
        self, configuration: Configuration, log: Log, journal: Journal | None = None
    ) -> None:
        self.configuration = configuration
        #: Raises ConfigurationError if the configuration is wrong. A valid one is checked once.
        self.check_configuration = functools.cache(configuration.check)
        self._log = log
        self._lock = threading.Lock()
        self._metas: dict[str | None, Meta] = {}
        # It shows each text once, and names no resource.
        warn = functools.cache(lambda text: log(text, ""))
        self._limiter, self._clock = RateLimiter(warn), Clock(warn)
        self._reads = SharedReads()
        self._journal = journal
        self.claims = Claims(journal, self._reads.record_write)
        if journal:
            self._reads.tell_others = functools.partial(journal.append, "wrote")
        #: The ids that were read for an import or a `get`, by URN.
        self.imported: dict[str, str] = {}
        self._reported: set[str] = set()

    @functools.cached_property
    def today(self) -> date:
        """The date of this run. Raises ConfigurationError if its configuration is wrong."""
        return date_of_run(self.configuration.text("today") or None)

    def meta(self, credentials: object, resource: str = "") -> Meta:
        """Return Meta for a credential set, or for the default set if the value is not a name.

        An operation that may write names its `resource`. Raises RefusedError if the run is
        cancelled, and ConfigurationError if the set has no token.
        """
        if resource:
            begun = Operation(resource, self._limiter.cancelled)
            current_operation.set(begun)
            begun.check()
        name = credentials if isinstance(credentials, str) else None
        # Several spellings can name the same set. They share one `Meta` and its reads.
        key = None if name is None else environment_suffix(name)
        with self._lock:
            if key not in self._metas:
                client = self.configuration.client(name, self._limiter, self._clock)
                self._metas[key] = Meta(client, self._reads)
            return self._metas[key]

    def report(self, notices: Iterable[Notice], urn: str = "") -> None:
        """Report notices to the user, except those whose topic was already reported."""
        for notice in notices:
            topic = notice.topic or notice.text
            with self._lock:
                is_new = topic not in self._reported
                self._reported.add(topic)
            if is_new:
                self._log(notice.text, urn)

    def cancel(self) -> None:
        """Refuse operations that have not sent a write yet, and end all waits and the journal."""
        self._limiter.cancel()
        if self._journal:
            self._journal.close()


_runtime: Runtime | None = None
_lock = threading.Lock()


def of_process(read: Callable[[str], object], log: Log, provider: str = "") -> Runtime:
    """Return the runtime of this plugin process, which serves one stack.

    `read` returns the value of a key of the configuration, or None. `provider` is the name of the
    provider if the program declares it.
    """
    global _runtime
    with _lock:
        if _runtime is not None:
            return _runtime
        # The last argument of a plugin is the address of the engine that started it.
        address = sys.argv[-1]
        has_engine = end_with_the_engine(address)
        journal = Journal.of_engine(address) if has_engine else None
        configuration = Configuration(read, os.environ, provider=one_line(provider, 80))
        _runtime = Runtime(configuration, log, journal)
        # An address that is not Meta's may be an oversight. `check` reports an invalid one.
        with suppress(ConfigurationError):
            if configuration.host:
                log(f"The calls go to {configuration.host}, and not to Meta.", "")
        return _runtime
