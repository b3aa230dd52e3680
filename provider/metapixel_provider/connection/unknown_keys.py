"""Unknown keys in a stack's configuration, which are often misspelt known keys."""

from __future__ import annotations

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS
from metapixel_provider.texts import one_line, similar

#: The least similarity of a misspelt key and the key that is meant.
ALIKE = 0.8


def refusal(name: str, is_secret: bool) -> str:
    """Return the sentence that refuses an unknown key. `name` includes the namespace."""
    from shlex import quote

    key = name.removeprefix(f"{NAMESPACE}:")
    meant = similar(key, KEYS, ALIKE)
    instead = (
        f"{NAMESPACE}:{meant} instead"
        if meant
        else f"one of {', '.join(f'{NAMESPACE}:{each}' for each in KEYS)}"
    )
    nested = " (a key with dots needs --path)" if "." in key else ""
    readable = meant in SECRET_KEYS and not is_secret
    revoke = "; then revoke the value, which was readable in plain text" if readable else ""
    shown = one_line(name, 80)
    return (
        f"{shown} is configured, but it is not a known key: remove it with `pulumi config rm "
        f"{quote(shown)}`, and set {instead}{nested}{revoke}"
    )
