"""Estates as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    Estate,
    Part,
    PixelAccess,
    SentRequest,
)
from metapixel_provider.sharing.nodes import Agency, SharingRequest

OWNER = "1001"


def agency(id_: str, *tasks: str, name: str = "") -> Agency:
    return Agency(id_, name or f"Agency {id_}", tasks or ("ANALYZE",))


def pixel(
    id_: str,
    *agencies: Agency,
    name: str = "",
    accounts: Mapping[str, Iterable[str]] | None = None,
) -> PixelAccess:
    """Return a pixel. `accounts` are the ids of ad accounts by business."""
    listed = {
        business: tuple(AdAccount(account, f"Account {account}") for account in found)
        for business, found in (accounts or {}).items()
    }
    return PixelAccess(
        id_,
        name or f"Pixel {id_}",
        None,
        Part({each.id: each for each in agencies}),
        Part(listed),
        Part({}),
    )


def request(id_: str, agency_id: str) -> SentRequest:
    return SentRequest(SharingRequest(id_, "PENDING"), agency_id, f"Agency {agency_id}")


def estate(*pixels: PixelAccess, requests: Iterable[SentRequest] = ()) -> Estate:
    return Estate(OWNER, "Acme", Part(pixels), Part(tuple(requests)))
