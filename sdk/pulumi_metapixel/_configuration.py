"""Checks of a stack's configuration before anything runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

import pulumi
from pulumi.runtime import config as runtime_config

from metapixel_provider.connection.environment import APP_SECRET, TOKEN, environment_suffix
from metapixel_provider.errors import one_line
from pulumi_metapixel._stack_file import configured

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

#: Secrets, with the variable that can hold each and the advice once it was readable: in plain text
#: they would be in state and in git. `credentials` has sets of the same keys.
_SECRET_KEYS = {
    "accessToken": (TOKEN, "revoke the token"),
    "appSecret": (APP_SECRET, "reset the app secret"),
}


def check_configuration() -> None:
    """Raises pulumi.RunError when a key is unknown or a secret is in plain text."""
    _refuse_unknown_keys()
    _refuse_plain_secrets()


def _refuse_unknown_keys() -> None:
    if pulumi.get_project() == _NAMESPACE:
        return  # There the program's own keys have this namespace too.
    for name in sorted({*runtime_config.get_config_env(), *runtime_config.CONFIG.get()}):
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
        path = f"{_NAMESPACE}:{key}"
        if config.get(key) and not pulumi.runtime.is_config_secret(path):
            _refuse_plain_text(path, path, key)
    path = f"{_NAMESPACE}:credentials"
    sets = config.get("credentials")
    if sets:
        # One secret in it makes the whole value secret to the engine: then only the file tells.
        is_secret = pulumi.runtime.is_config_secret(path)
        for name, key in _plain_texts(configured(path) if is_secret else _parsed(sets)):
            nested = f"{path}.{name}.{key}"
            _refuse_plain_text(nested, f"--path {nested}", key, f"_{environment_suffix(name)}")


def _refuse_plain_text(path: str, option: str, key: str, suffix: str = "") -> NoReturn:
    variable, revoke = _SECRET_KEYS[key]
    raise pulumi.RunError(
        f"{path} is configured in plain text, where everybody who reads the repository or "
        f"the state sees it: run `pulumi config set --secret {option}`, or export "
        f"{variable}{suffix} instead; then {revoke} that was readable"
    )


def _plain_texts(sets: object) -> Iterator[tuple[str, str]]:
    """Each credential set with a value in plain text, and the key of the value.

    Text that belongs to no set is named NAME.
    """
    if _is_encrypted(sets):
        return
    for name, held in (sets if isinstance(sets, dict) else {"NAME": sets}).items():
        values = held if isinstance(held, dict) and not _is_encrypted(held) else {"": held}
        for key, value in values.items():
            if value and not _is_encrypted(value):
                # Another key may be a token's, misspelt.
                yield one_line(name, 40), key if key in _SECRET_KEYS else "accessToken"


def _is_encrypted(value: object) -> bool:
    """True for the form in which the stack's file holds a secret."""
    return isinstance(value, dict) and [*value] == ["secure"] and isinstance(value["secure"], str)


def _parsed(credentials: str) -> object:
    try:
        return json.loads(credentials)
    except ValueError:
        return credentials
