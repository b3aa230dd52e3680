"""The names of the resources in an `AgencyAccess`, and checks of arguments that map names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pulumi

from metapixel_provider.access_file.model import permission_name, share_name
from metapixel_provider.texts import did_you_mean, one_line


def names(agency: str, ad_accounts: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the names of all shares and permissions.

    `ad_accounts` maps the label of each pixel to its ad accounts.
    """
    return frozenset(
        name
        for pixel, accounts in ad_accounts.items()
        for name in (
            share_name(agency, pixel),
            *(permission_name(agency, pixel, account) for account in accounts),
        )
    )


def check_keys(argument: str, keys: Iterable[str], known: Collection[str]) -> None:
    for sentence in unknown_keys(argument, keys, known):
        raise pulumi.RunError(sentence)


def unknown_keys(argument: str, keys: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Yield a sentence about each unknown key of an argument."""
    for key in keys:
        if key not in known:
            hint = did_you_mean(key, known)
            yield f"{argument}: there is no '{one_line(key, 64)}'{hint and '; '}{hint}"
