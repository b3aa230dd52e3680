"""What can be seen to be wrong with a stack's configuration before anything runs."""

from __future__ import annotations

import json

import pulumi
from pulumi.runtime import config as runtime_config

from metapixel_provider.connection.environment import environment_suffix

_NAMESPACE = "metapixel"

#: What the provider reads of a stack's configuration.
KEYS = (
    "accessToken",
    "appSecret",
    "credentials",
    "apiVersion",
    "graphUrl",
    "timeout",
    "rateLimitWait",
)

#: Of these, what holds secrets; in plain text it would be readable in state and in git.
_SECRET_KEYS = ("accessToken", "appSecret", "credentials")


def check_configuration() -> None:
    """Raises pulumi.RunError when a key is unknown or a secret is in plain text."""
    _refuse_unknown_keys()
    _refuse_plain_secrets()


def _refuse_unknown_keys() -> None:
    if pulumi.get_project() == _NAMESPACE:
        return  # There the program's own keys have this namespace too.
    configured = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    for name in sorted(configured):
        namespace, _, key = name.partition(":")
        if namespace != _NAMESPACE or key in KEYS:
            continue
        known = ", ".join(f"{_NAMESPACE}:{each}" for each in KEYS)
        nested = "; a name with dots is set with --path" if "." in key else ""
        # A secret under a misspelt name may be in plain text, and nobody would ask for it.
        raise pulumi.RunError(
            f"{name} is configured and nothing reads it: remove it with `pulumi config rm {name}` "
            f"and set the one that is meant of {known}{nested}"
        )


def _refuse_plain_secrets() -> None:
    config = pulumi.Config(_NAMESPACE)
    for key in _SECRET_KEYS:
        value = config.get(key)
        if not value or pulumi.runtime.is_config_secret(f"metapixel:{key}"):
            continue
        revoke = "reset the app secret" if key == "appSecret" else "revoke the token"
        if key == "credentials":
            holders = _sets_with_values(value)
            if not holders:
                continue
            path = f"metapixel:credentials.{holders[0]}.accessToken"
            command = f"--path {path}"
            variable = f"META_ACCESS_TOKEN_{environment_suffix(holders[0])}"
        else:
            path = command = f"metapixel:{key}"
            variable = "META_APP_SECRET" if key == "appSecret" else "META_ACCESS_TOKEN"
        raise pulumi.RunError(
            f"{path} is configured in plain text, where everybody who reads the repository or "
            f"the state sees it: run `pulumi config set --secret {command}`, or export "
            f"{variable} instead; then {revoke} that was readable"
        )


def _sets_with_values(credentials: str) -> list[str]:
    """The credential sets that hold something; NAME for a value that has no sets at all."""
    try:
        sets = json.loads(credentials)
    except ValueError:
        sets = None
    return [name for name, held in sets.items() if held] if isinstance(sets, dict) else ["NAME"]
