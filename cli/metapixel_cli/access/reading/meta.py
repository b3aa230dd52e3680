"""Reads of businesses from Meta."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from metapixel_cli.access.reading.observed import EstateRead
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.estate.clients import read_clients
from metapixel_provider.sharing.estate.observe import read_estate, token_holder

#: A function that gets the id of a business, the number of answered calls, and the number of calls
#: that are known so far.
Progress = Callable[[str, int, int], None]


def read_businesses(
    businesses: Sequence[tuple[str, Client]], also: Iterable[str], progress: Progress
) -> tuple[EstateRead, ...]:
    """Read the estates of businesses, each with its client.

    `also` are businesses whose ad accounts and users are read even if they have no share.
    """
    others = sorted(set(also))
    return tuple(
        EstateRead(
            read_estate(client, business, others, partial(progress, business)),
            token_holder(client),
        )
        for business, client in businesses
    )


def read_clients_of(
    agency: str, client: Client, owners: Iterable[str], progress: Progress
) -> tuple[EstateRead, ...]:
    """Read the estates of an agency's clients, who can be among the `owners`."""
    found = read_clients(client, agency, owners, partial(progress, agency))
    token_of = token_holder(client)
    return tuple(EstateRead(each, token_of) for each in found)
