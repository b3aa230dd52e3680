"""Estates as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from metapixel_cli.importing.selection import Filter, Selection, select
from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess, SentRequest
from metapixel_provider.sharing.nodes import Agency
from tests.cli.access import estates as of_access

OWNER = "1001"


def agency(id_: str, *tasks: str, name: str = "") -> Agency:
    return Agency(id_, name or f"Agency {id_}", tasks or ("ANALYZE",))


def pixel(
    id_: str, *agencies: Agency, name: str = "", accounts: Mapping[str, Sequence[str]] | None = None
) -> PixelAccess:
    """Return a pixel. `accounts` are the ids of ad accounts by business."""
    found = of_access.pixel(id_, accounts=accounts, name=name or f"Pixel {id_}", last_fired=None)
    return replace(found, agencies=Part({each.id: each for each in agencies}))


def request(id_: str, agency_id: str) -> SentRequest:
    return replace(of_access.request(id_, agency_id), agency_name=f"Agency {agency_id}")


def estate(*pixels: PixelAccess, requests: Iterable[SentRequest] = ()) -> Estate:
    return Estate(OWNER, "Acme", Part(pixels), Part(tuple(requests)))


def selected(*pixels: PixelAccess) -> Selection:
    """Return a selection of all access to these pixels."""
    return select([estate(*pixels)], Filter(), ())
