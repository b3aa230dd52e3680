"""The data that all resources of one run of a program share."""

from __future__ import annotations

import weakref
from functools import cached_property
from typing import TYPE_CHECKING

from pulumi.runtime import settings

from pulumi_metapixel._configuration import check_configuration
from pulumi_metapixel._endings import configured_calendar

if TYPE_CHECKING:
    from metapixel_provider.sharing.days import Calendar


class Run:
    """A run of a program. Its first use checks the configuration."""

    def __init__(self) -> None:
        check_configuration()
        #: The resource names by kind and identity.
        self.declared: dict[tuple[str, ...], str] = {}

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of this run. Raises pulumi.RunError if its configuration is wrong."""
        return configured_calendar()


_runs: weakref.WeakKeyDictionary[object, Run] = weakref.WeakKeyDictionary()


def current_run() -> Run:
    """Return the current run. Raise pulumi.RunError if the configuration is wrong."""
    monitor = settings.get_monitor()
    found = _runs.get(monitor)
    if found is None:
        found = _runs[monitor] = Run()
    return found
