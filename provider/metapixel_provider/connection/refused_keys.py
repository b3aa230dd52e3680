"""The refusal of unknown keys in a stack's configuration, and of secrets in plain text."""

from __future__ import annotations

import json
from contextlib import suppress

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS
from metapixel_provider.connection.environment import TOKEN, VARIABLES, environment_suffix
from metapixel_provider.texts import most_similar, one_line

#: The least similarity of a misspelt key and the key that is meant.
ALIKE = 0.8


def unknown(name: str, is_secret: bool) -> str:
    """Return the sentence that refuses an unknown key. `name` includes the namespace."""
    from shlex import quote

    key = name.removeprefix(f"{NAMESPACE}:")
    meant = most_similar(key, KEYS, ALIKE)
    advice = f"one of {', '.join(f'{NAMESPACE}:{each}' for each in KEYS)}"
    if meant:
        advice = f"{NAMESPACE}:{meant} instead"
    if "." in key:
        advice += " (a key with dots needs --path)"
    if meant in SECRET_KEYS and not is_secret:
        advice += "; then revoke the value, which was readable in plain text"
    shown = one_line(name, 80)
    return (
        f"{shown} is configured, but it is not a known key: remove it with `pulumi config rm "
        f"{quote(shown)}`, and set {advice}"
    )


def in_plain_text(key: str, value: object) -> str:
    """Return the sentence that refuses the first secret in a key of `SECRET_KEYS`.

    `value` is the value of the key, which is not encrypted. Return "" if it contains no secret.
    """
    path = f"{NAMESPACE}:{key}"
    if key in VARIABLES:
        if not value:
            return ""
        secret, setting, variable = key, path, VARIABLES[key]
    else:
        found = _secret_in_sets(value)
        if found is None:
            return ""
        set_name, secret = found
        path = f"{path}.{set_name}.{secret}"
        setting = f"--path {path}"
        variable = f"{VARIABLES[secret]}_{environment_suffix(set_name)}"
    revoke = "revoke the token" if VARIABLES[secret] == TOKEN else "reset the app secret"
    return (
        f"{path} is configured in plain text, where everybody who can read the repository "
        f"or the state can read it: run `pulumi config set --secret {setting}`, or export "
        f"{variable} instead; then {revoke} that was readable"
    )


def _secret_in_sets(credentials: object) -> tuple[str, str] | None:
    """Return the name of a credential set and the key of its first secret, or None.

    For a value outside of a set, the name is the placeholder `NAME`.
    """
    sets = credentials
    if isinstance(credentials, str):
        with suppress(ValueError):
            sets = json.loads(credentials)
    if not isinstance(sets, dict):
        sets = {"NAME": sets}
    for name, held in sets.items():
        # A value in place of a set may be a token. An unknown key may be a misspelt `accessToken`.
        values: dict[str, object] = held if isinstance(held, dict) else {"accessToken": held}
        for key, value in values.items():
            if value:
                secret = key if key in VARIABLES else "accessToken"
                return one_line(name, 40), secret
    return None
