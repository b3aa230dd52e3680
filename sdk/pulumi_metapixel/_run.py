"""The data that all resources of one run of a program share."""

from __future__ import annotations

import weakref
from functools import cached_property
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime import settings

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS, refused_keys
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


def check_configuration() -> None:
    """Raise pulumi.RunError if a key is unknown or a secret is in plain text."""
    # In a project with the name of the namespace, the program's own keys have it too.
    names = {*runtime_config.get_config_env(), *runtime_config.CONFIG.get()}
    for name in sorted(names) if pulumi.get_project() != NAMESPACE else ():
        namespace, _, key = name.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            # This is an error and not a warning, because the misspelt key may contain a secret in
            # plain text.
            is_secret = pulumi.runtime.is_config_secret(name)
            raise pulumi.RunError(refused_keys.unknown(name, is_secret))
    config = pulumi.Config(NAMESPACE)
    for key in SECRET_KEYS:
        # The whole of `credentials` is secret if any part of it is secret.
        if not pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}") and (
            reason := refused_keys.in_plain_text(key, config.get(key))
        ):
            raise pulumi.RunError(reason)


_runs: weakref.WeakKeyDictionary[object, Run] = weakref.WeakKeyDictionary()


def current_run() -> Run:
    """Return the current run. Raise pulumi.RunError if the configuration is wrong."""
    monitor = settings.get_monitor()
    found = _runs.get(monitor)
    if found is None:
        found = _runs[monitor] = Run()
    return found
