"""Checks of the stack's configuration, made before the first resource is registered."""

from __future__ import annotations

import pulumi
from pulumi.runtime import config as runtime_config

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS, plain_text
from metapixel_provider.connection.unknown_keys import refusal


def check_configuration() -> None:
    """Raise pulumi.RunError if a key is unknown or a secret is in plain text."""
    # In a project with the name of the namespace, the program's own keys have it too.
    names = {*runtime_config.get_config_env(), *runtime_config.CONFIG.get()}
    for name in sorted(names) if pulumi.get_project() != NAMESPACE else ():
        namespace, _, key = name.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            # This is an error and not a warning, because the misspelt key may contain a secret in
            # plain text.
            raise pulumi.RunError(refusal(name, pulumi.runtime.is_config_secret(name)))
    config = pulumi.Config(NAMESPACE)
    for key in SECRET_KEYS:
        # The whole of `credentials` is secret if any part of it is secret.
        if not pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}") and (
            reason := plain_text.refusal(key, config.get(key))
        ):
            raise pulumi.RunError(reason)
