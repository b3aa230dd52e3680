"""The data that all resources of one run of a program share."""

from __future__ import annotations

import weakref
from datetime import date
from functools import cached_property

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime import settings

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS, refused_keys
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.days import date_of_run


class Run:
    """A run of a program. Its first use checks the configuration."""

    def __init__(self) -> None:
        check_configuration()
        #: The resource names by kind and identity.
        self.declared: dict[tuple[str, ...], str] = {}

    @cached_property
    def today(self) -> date:
        """The UTC date of this run, with a warning if the stack configures it."""
        configured = pulumi.Config(NAMESPACE).get("today")
        try:
            found = date_of_run(configured)
        except ConfigurationError as error:
            raise pulumi.RunError(str(error)) from None
        if configured is not None:
            pulumi.log.warn(f"metapixel:today is configured, so {found} counts as the current date")
        return found


def check_configuration() -> None:
    """Raise pulumi.RunError if a key is unknown or a secret is in plain text."""
    # In a project with the name of the namespace, the program's own keys have it too.
    names = {*runtime_config.get_config_env(), *runtime_config.CONFIG.get()}
    if pulumi.get_project() == NAMESPACE:
        names.clear()
    for name in sorted(names):
        namespace, _, key = name.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            # This is an error and not a warning, because the misspelt key may contain a secret in
            # plain text.
            is_secret = pulumi.runtime.is_config_secret(name)
            raise pulumi.RunError(refused_keys.unknown(name, is_secret))
    config = pulumi.Config(NAMESPACE)
    for key in SECRET_KEYS:
        # The whole of `credentials` is secret if any part of it is secret.
        if not pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}"):
            refusal = refused_keys.in_plain_text(key, config.get(key))
            if refusal:
                raise pulumi.RunError(refusal)


_runs: weakref.WeakKeyDictionary[object, Run] = weakref.WeakKeyDictionary()


def current_run() -> Run:
    """Return the current run. Raise pulumi.RunError if the configuration is wrong."""
    monitor = settings.get_monitor()
    found = _runs.get(monitor)
    if found is None:
        found = _runs[monitor] = Run()
    return found
