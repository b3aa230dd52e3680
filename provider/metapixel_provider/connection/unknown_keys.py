"""Unknown keys in a stack's configuration, which are often misspelt known keys."""

from __future__ import annotations

from collections.abc import Iterable

from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS
from metapixel_provider.errors import one_line

_ALIKE = 0.8


def meant(key: str, known: Iterable[str]) -> str:
    """Return the known key that is similar to an unknown one, or an empty string."""
    # This import takes 2 ms, and only a mistake needs it.
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(key.lower(), by_lower, n=1, cutoff=_ALIKE)
    return by_lower[found[0]] if found else ""


def refusal(name: str, is_secret: bool) -> str:
    """Return the sentence that refuses an unknown key. `name` includes the namespace."""
    from shlex import quote

    key = name.removeprefix(f"{NAMESPACE}:")
    similar = meant(key, KEYS)
    instead = (
        f"{NAMESPACE}:{similar} instead"
        if similar
        else f"one of {', '.join(f'{NAMESPACE}:{each}' for each in KEYS)}"
    )
    nested = " (a key with dots needs --path)" if "." in key else ""
    readable = similar in SECRET_KEYS and not is_secret
    revoke = "; then revoke the value, which was readable in plain text" if readable else ""
    shown = one_line(name, 80)
    return (
        f"{shown} is configured, but it is not a known key: remove it with `pulumi config rm "
        f"{quote(shown)}`, and set {instead}{nested}{revoke}"
    )
