"""The shares and permissions of an estate that a stack can take over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from metapixel_cli.words import with_id
from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    Estate,
    Part,
    PixelAccess,
)
from metapixel_provider.sharing.ids import permission_id, share_id
from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.tasks import in_order

T = TypeVar("T")

#: The group of the permissions on pixels whose owner Meta does not return.
UNKNOWN_CLIENT = "unknown"


@dataclass(frozen=True)
class Access:
    """A share, or the permission of an ad account, that Meta lists.

    `agency` is None for a permission, and `account` for a share. `business_name` is empty if it is
    unknown. `client_id` is empty unless an agency imports the permission.
    """

    pixel: PixelAccess
    business_id: str
    business_name: str
    agency: Agency | None
    account: AdAccount | None = None
    client_id: str = ""

    @property
    def group(self) -> str:
        """The business with which a program declares the access."""
        return self.client_id or self.business_id

    @property
    def id(self) -> str:
        """The resource id."""
        if self.account is None:
            return share_id(self.pixel.id, self.business_id)
        return permission_id(self.pixel.id, self.business_id, self.account.id)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of a share that Meta lists."""
        return self.agency.tasks if self.agency else ()

    @property
    def title(self) -> str:
        pixel = with_id(self.pixel.name, self.pixel.id)
        if self.account is None:
            return f"pixel {pixel} with agency {with_id(self.business_name, self.business_id)}"
        return f"ad account {with_id(self.account.name, self.account.id)} on pixel {pixel}"


@dataclass(frozen=True)
class NotImported:
    """Access, an open request or a part of the estate that was not read, and the reason.

    `is_gap` is False if no import is possible: Meta does not return the pixel of a request.
    `is_part` is True for a part of the estate.
    """

    title: str
    reason: str
    is_gap: bool = True
    is_part: bool = False


@dataclass(frozen=True)
class Filter:
    """The pixels and agencies to import, by their ids. An empty set selects all of them."""

    pixels: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    ad_accounts: bool = True

    def has(self, access: Access) -> bool:
        return (
            (self.ad_accounts or access.account is None)
            and (not self.pixels or access.pixel.id in self.pixels)
            and (not self.agencies or access.business_id in self.agencies)
        )


@dataclass(frozen=True)
class Selection:
    """The access to import, by resource id, and all access that is left out, with the reasons.

    `business` is the id and the name of the business that was read. `managed` are the ids of the
    selected access that a stack manages already. The names cover all pixels and all businesses with
    access, selected or not, because labels must not depend on the selection.
    """

    business: tuple[str, str]
    access: Mapping[str, Access]
    pixel_names: Mapping[str, str]
    business_names: Mapping[str, str]
    managed: tuple[str, ...] = ()
    left_out: tuple[NotImported, ...] = ()

    def only(self, ids: Collection[str]) -> Selection:
        return replace(self, access={id_: self.access[id_] for id_ in self.access if id_ in ids})


def select(estates: Sequence[Estate], chosen: Filter, managed: Collection[str]) -> Selection:
    """Return the selected access that no stack manages. `managed` are resource ids.

    An owner has one estate. An agency has one for each client.
    """
    access: dict[str, Access] = {}
    left_out: list[NotImported] = []
    already: list[str] = []
    businesses: dict[str, str] = {}
    for estate in estates:
        names = {UNKNOWN_CLIENT: "Unknown client", **estate.business_names}
        if client := _client(estate):
            businesses[client] = names.get(client, "")
        for each in _access(estate, names):
            businesses.setdefault(each.group, names.get(each.group, ""))
            if not chosen.has(each):
                continue
            if each.id in managed:
                already.append(each.id)
            elif reason := _doubt(each, estate):
                left_out.append(NotImported(each.title, reason))
            else:
                access[each.id] = each
    requests = (each for estate in estates for each in _requests(estate, chosen))
    # An error in a list of an agency is part of each of its estates.
    not_read = dict.fromkeys(each for estate in estates for each in _not_read(estate, chosen))
    return Selection(
        estates[0].reader,
        access,
        {pixel.id: pixel.name for estate in estates for pixel in estate.pixels.value},
        businesses,
        tuple(already),
        (*left_out, *requests, *_absent(estates, chosen), *not_read),
    )


def _access(estate: Estate, names: Mapping[str, str]) -> Iterator[Access]:
    """Yield the shares, and then the permissions. Only the owner can declare a share."""
    client = _client(estate)
    for pixel in () if client else estate.pixels.value:
        for agency in pixel.agencies.value.values():
            yield Access(pixel, agency.id, agency.name, agency)
    for pixel in estate.pixels.value:
        for business, accounts in pixel.ad_accounts.value.items():
            name = names.get(business, "")
            for account in accounts:
                yield Access(pixel, business, name, None, account, client)


def _client(estate: Estate) -> str:
    """Return the owner if an agency read the estate, or an empty string."""
    return (estate.business_id or UNKNOWN_CLIENT) if estate.agency_business_id else ""


def _doubt(access: Access, estate: Estate) -> str:
    """Return the reason why access cannot be recorded now, or an empty string."""
    if access.account is not None:
        return ""
    if not in_order(access.tasks):
        return "Meta lists only tasks that a program cannot declare"
    if not estate.requests.is_complete:
        return "the open requests were not read, and one of them may be for this share"
    requests = [each.id for each in estate.requests.value if each.may_be_for(access.business_id)]
    if requests:
        return (
            f"sharing request {', '.join(requests)} is open and may be for this share; import the "
            f"share after the agency has accepted the request"
        )
    return ""


def _requests(estate: Estate, chosen: Filter) -> Iterator[NotImported]:
    for sent in estate.requests.value:
        if chosen.agencies and not any(map(sent.may_be_for, chosen.agencies)):
            continue
        if estate.agency_business_id:
            other = f"from business {with_id(estate.business_name, estate.business_id)}"
            reason = "it waits for an answer of the agency"
        else:
            other = f"to business {with_id(sent.agency_name, sent.agency_business_id)}"
            reason = (
                "Meta does not return the pixels of a request; if the program declares the share, "
                "the next update adopts the share"
            )
        yield NotImported(f"sharing request {sent.id} {other}", reason, is_gap=False)


def _absent(estates: Sequence[Estate], chosen: Filter) -> Iterator[NotImported]:
    """Yield each chosen pixel and agency that no estate contains."""
    if not all(estate.pixels.is_complete for estate in estates):
        return
    found = {pixel.id: pixel for estate in estates for pixel in estate.pixels.value}
    reader, _ = estates[0].reader
    businesses = {reader} | {
        business
        for pixel in found.values()
        for business in (*pixel.agencies.value, *pixel.ad_accounts.value)
    }
    for id_ in sorted(chosen.pixels - found.keys()):
        yield NotImported(f"pixel {id_}", f"business {reader} has no pixel with this id")
    for id_ in sorted(chosen.agencies - businesses):
        yield NotImported(f"business {id_}", "Meta lists no access of this business")


def _not_read(estate: Estate, chosen: Filter) -> Iterator[NotImported]:
    business = f"business {estate.reader[0]}"
    yield from _gap(f"the pixels of {business}", estate.pixels)
    yield from _gap(f"the sharing requests of {business}", estate.requests)
    unknown = (*estate.open_to_unknown, *estate.ended_to_unknown)
    if unknown and chosen.ad_accounts and not chosen.agencies:
        title = f"the ad accounts of a business that received a sharing request of {business}"
        reason = (
            f"Meta did not return who received {len(unknown):,} of them, for example {unknown[0]}; "
            f"look the business up in Business Settings, and import its access with --agency"
        )
        yield NotImported(title, reason, is_part=True)
    for pixel in estate.pixels.value:
        if chosen.pixels and pixel.id not in chosen.pixels:
            continue
        named = f"pixel {with_id(pixel.name, pixel.id)}"
        yield from _gap(f"the agencies of {named}", pixel.agencies)
        if chosen.ad_accounts:
            yield from _gap(f"the ad accounts on {named}", pixel.ad_accounts)


def _gap(title: str, part: Part[T]) -> Iterator[NotImported]:
    if not part.is_complete:
        yield NotImported(title, part.reason, is_part=True)
