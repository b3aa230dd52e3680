"""Checks of the stack's configuration, made before the first resource is registered."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pulumi
from pulumi.runtime import config as runtime_config

from metapixel_provider.connection import KEYS, plain_text
from metapixel_provider.connection.environment import environment_suffix
from metapixel_provider.connection.unknown_keys import refusal
from metapixel_provider.errors import one_line
from pulumi_metapixel._stack_file import configured

_NAMESPACE = "metapixel"


def check_configuration() -> None:
    """Raise pulumi.RunError if a key is unknown or a secret is in plain text."""
    _refuse_unknown_keys()
    _refuse_plain_secrets()


def _refuse_unknown_keys() -> None:
    if pulumi.get_project() == _NAMESPACE:
        return  # The program's own keys have the same namespace in such a project.
    for name in sorted({*runtime_config.get_config_env(), *runtime_config.CONFIG.get()}):
        namespace, _, key = name.partition(":")
        if namespace != _NAMESPACE or key in KEYS:
            continue
        # This is an error and not a warning, because the misspelt key may contain a secret in plain
        # text.
        raise pulumi.RunError(refusal(name, pulumi.runtime.is_config_secret(name)))


def _refuse_plain_secrets() -> None:
    config = pulumi.Config(_NAMESPACE)
    for key in plain_text.SECRETS:
        path = f"{_NAMESPACE}:{key}"
        if config.get(key) and not pulumi.runtime.is_config_secret(path):
            raise pulumi.RunError(plain_text.refusal(path, path, key))
    path = f"{_NAMESPACE}:credentials"
    sets = config.get("credentials")
    if sets:
        # The engine treats the whole value as secret if any part of the value is secret. Only the
        # stack's file shows which parts are encrypted.
        is_secret = pulumi.runtime.is_config_secret(path)
        for name, key in _plain_texts(configured(path) if is_secret else _parsed(sets)):
            nested = f"{path}.{name}.{key}"
            suffix = f"_{environment_suffix(name)}"
            raise pulumi.RunError(plain_text.refusal(nested, f"--path {nested}", key, suffix))


def _plain_texts(sets: object) -> Iterator[tuple[str, str]]:
    """Yield a credential set's name and a key for each value in plain text.

    For a value outside of a set, the name is the placeholder `NAME`.
    """
    if _is_encrypted(sets):
        return
    for name, held in (sets if isinstance(sets, dict) else {"NAME": sets}).items():
        values = held if isinstance(held, dict) and not _is_encrypted(held) else {"": held}
        for key, value in values.items():
            if value and not _is_encrypted(value):
                # An unknown key may be a misspelt `accessToken`.
                yield one_line(name, 40), key if key in plain_text.SECRETS else "accessToken"


def _is_encrypted(value: object) -> bool:
    """Return whether a value has the form of a secret in the stack's file."""
    return isinstance(value, dict) and [*value] == ["secure"] and isinstance(value["secure"], str)


def _parsed(credentials: str) -> object:
    try:
        return json.loads(credentials)
    except ValueError:
        return credentials
