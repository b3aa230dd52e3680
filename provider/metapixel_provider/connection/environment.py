"""Secrets from environment variables, and the address to which they may be sent."""

from __future__ import annotations

from collections.abc import Mapping

TOKEN = "META_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
APP_SECRET = "META_APP_SECRET"  # noqa: S105 - the name of a variable
#: The only address other than Meta's to which calls may go. Without it, every address is allowed.
ONLY_GRAPH_URL = "METAPIXEL_ONLY_GRAPH_URL"
#: The variable for each key of a credential set. The token comes first.
VARIABLES = {"accessToken": TOKEN, "appSecret": APP_SECRET}


def environment_suffix(name: str) -> str:
    return name.upper().replace("-", "_")


def suffixes(environment: Mapping[str, str], variable: str = TOKEN) -> frozenset[str]:
    """Return the suffix of each credential set that has `variable` in the environment."""
    start = f"{variable}_"
    given = {name.removeprefix(start) for name in environment if name.startswith(start)}
    # A variable in another form, such as one in lower case, belongs to no set.
    return frozenset(each for each in given if each and each == environment_suffix(each))
