"""The names of the resources in an `AgencyAccess`, and arguments with such names as keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

import pulumi

from metapixel_provider.access_file.model import permission_name, share_name
from metapixel_provider.errors import one_line


def names(agency: str, ad_accounts: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the names of all shares and permissions. `ad_accounts` has the label of each pixel."""
    return frozenset(
        name
        for pixel, accounts in ad_accounts.items()
        for name in (
            share_name(agency, pixel),
            *(permission_name(agency, pixel, account) for account in accounts),
        )
    )


def check_keys(argument: str, keys: Iterable[str], known: Collection[str]) -> None:
    """Raise pulumi.RunError if an argument has a key that is not known."""
    for key in keys:
        if key not in known:
            near = get_close_matches(key, known, n=1) or sorted(known)[:1]
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise pulumi.RunError(f"{argument}: there is no '{one_line(key, 64)}'{hint}")
