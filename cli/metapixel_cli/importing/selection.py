"""The shares and permissions of an estate that a stack can take over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    Estate,
    Part,
    PixelAccess,
    ReadOutcome,
)
from metapixel_provider.sharing.ids import permission_id, share_id
from metapixel_provider.sharing.nodes import Agency

T = TypeVar("T")

#: The group of the permissions on pixels whose owner Meta does not return.
UNKNOWN_CLIENT = "unknown"


@dataclass(frozen=True)
class Share:
    pixel: PixelAccess
    agency: Agency

    @property
    def business_id(self) -> str:
        return self.agency.id

    @property
    def business_name(self) -> str:
        return self.agency.name

    @property
    def id(self) -> str:
        """The resource id, `PIXEL/AGENCY`."""
        return share_id(self.pixel.id, self.agency.id)

    @property
    def title(self) -> str:
        return f"pixel {_named(self.pixel)} with agency {_named(self.agency)}"


@dataclass(frozen=True)
class Permission:
    """A permission of an ad account that Meta lists.

    `business_name` is empty if it is unknown. `agency` is None if the owner of the pixel has the ad
    account, or if the business no longer has the pixel. `client_id` is empty unless an agency
    imports the permission.
    """

    pixel: PixelAccess
    business_id: str
    business_name: str
    account: AdAccount
    agency: Agency | None
    client_id: str = ""

    @property
    def group(self) -> str:
        """The business with which a program declares the permission."""
        return self.client_id or self.business_id

    @property
    def id(self) -> str:
        """The resource id, `PIXEL/BUSINESS/ACCOUNT`."""
        return permission_id(self.pixel.id, self.business_id, self.account.id)

    @property
    def title(self) -> str:
        return f"ad account {_named(self.account)} on pixel {_named(self.pixel)}"


Access = Share | Permission


@dataclass(frozen=True)
class NotImported:
    """Access, or an open request, that is not imported, and the reason.

    `is_gap` is False if no import is possible: Meta does not return the pixel of a request.
    """

    id: str
    title: str
    reason: str
    is_gap: bool = True


@dataclass(frozen=True)
class NotRead:
    """A part of the estate that could not be read completely."""

    title: str
    outcome: ReadOutcome
    reason: str


@dataclass(frozen=True)
class Filter:
    """The pixels and agencies to import, by their ids. An empty set selects all of them."""

    pixels: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    ad_accounts: bool = True

    def has(self, pixel_id: str, business_id: str) -> bool:
        return (not self.pixels or pixel_id in self.pixels) and (
            not self.agencies or business_id in self.agencies
        )


@dataclass(frozen=True)
class Selection:
    """The access to import, by resource id, and all access that is left out, with the reasons.

    `managed` are the ids of the selected access that a stack manages already. The names cover all
    pixels and all businesses with access, selected or not, because labels must not depend on the
    selection.
    """

    access: Mapping[str, Access]
    pixel_names: Mapping[str, str]
    business_names: Mapping[str, str]
    managed: tuple[str, ...] = ()
    left_out: tuple[NotImported, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    @property
    def shares(self) -> dict[str, Share]:
        return {id_: each for id_, each in self.access.items() if isinstance(each, Share)}

    @property
    def permissions(self) -> list[Permission]:
        return [each for each in self.access.values() if isinstance(each, Permission)]

    def only(self, ids: Collection[str]) -> Selection:
        return replace(self, access={id_: self.access[id_] for id_ in self.access if id_ in ids})


def select(estates: Sequence[Estate], chosen: Filter, managed: Collection[str]) -> Selection:
    """Return the selected access that no stack manages. `managed` are resource ids.

    An owner has one estate. An agency has one for each client.
    """
    access: dict[str, Access] = {}
    left_out: list[NotImported] = []
    already: list[str] = []
    for each, estate in _candidates(estates, chosen):
        if each.id in managed:
            already.append(each.id)
        elif reason := _doubt(each, estate):
            left_out.append(NotImported(each.id, each.title, reason))
        else:
            access[each.id] = each
    requests = (each for estate in estates for each in _requests(estate, chosen))
    # An error in a list of an agency is part of each of its estates.
    not_read = dict.fromkeys(each for estate in estates for each in _not_read(estate, chosen))
    return Selection(
        access,
        {pixel.id: pixel.name for estate in estates for pixel in estate.pixels.value},
        dict(named for estate in estates for named in _businesses(estate)),
        tuple(already),
        (*left_out, *requests, *_absent(estates, chosen)),
        tuple(not_read),
    )


def _candidates(estates: Sequence[Estate], chosen: Filter) -> Iterator[tuple[Access, Estate]]:
    for estate in estates:
        for pixel in estate.pixels.value:
            # Only the owner can declare a share.
            shares = () if estate.agency_business_id else pixel.agencies.value.values()
            yield from (
                (Share(pixel, each), estate) for each in shares if chosen.has(pixel.id, each.id)
            )
    for estate in estates if chosen.ad_accounts else ():
        for permission in _permissions(estate):
            if chosen.has(permission.pixel.id, permission.business_id):
                yield permission, estate


def _businesses(estate: Estate) -> Iterator[tuple[str, str]]:
    """Yield the id and the name of each business in a program. A business can be repeated."""
    if estate.agency_business_id:
        known = estate.business_id, estate.business_name
        yield known if estate.business_id else (UNKNOWN_CLIENT, "Unknown client")
        return
    names = estate.business_names
    for pixel in estate.pixels.value:
        with_accounts = (each for each, found in pixel.ad_accounts.value.items() if found)
        for business in (*pixel.agencies.value, *with_accounts):
            yield business, names.get(business, "")


def _permissions(estate: Estate) -> Iterator[Permission]:
    names = estate.business_names
    client = (estate.business_id or UNKNOWN_CLIENT) if estate.agency_business_id else ""
    for pixel in estate.pixels.value:
        for business_id, accounts in pixel.ad_accounts.value.items():
            agency = pixel.agencies.value.get(business_id)
            for account in accounts:
                name = names.get(business_id, "")
                yield Permission(pixel, business_id, name, account, agency, client)


def _doubt(access: Access, estate: Estate) -> str:
    """Return the reason why access cannot be recorded now, or an empty string."""
    if isinstance(access, Permission):
        return ""
    if not access.agency.settable:
        return "Meta lists only tasks that a program cannot declare"
    if not estate.requests.is_complete:
        return "the open requests were not read, and one of them may be for this share"
    requests = [each for each in estate.requests.value if each.may_be_for(access.agency.id)]
    if requests:
        ids = ", ".join(each.request.id for each in requests)
        return (
            f"sharing request {ids} is open and may be for this share; import the share "
            f"after the agency has accepted the request"
        )
    return ""


def _requests(estate: Estate, chosen: Filter) -> Iterator[NotImported]:
    for sent in estate.requests.value:
        if chosen.agencies and not any(map(sent.may_be_for, chosen.agencies)):
            continue
        title = f"sharing request {sent.request.id}"
        if estate.agency_business_id:
            title += f" from business {named(estate.business_name, estate.business_id)}"
            reason = "it waits for an answer of the agency"
        else:
            title += f" to business {named(sent.agency_name, sent.agency_business_id)}"
            reason = (
                "Meta does not return the pixels of a request; if the program declares the share, "
                "the next update adopts the share"
            )
        yield NotImported(sent.request.id, title, reason, is_gap=False)


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
        yield NotImported(id_, f"pixel {id_}", f"business {reader} has no pixel with this id")
    for id_ in sorted(chosen.agencies - businesses):
        yield NotImported(id_, f"business {id_}", "Meta lists no access of this business")


def _not_read(estate: Estate, chosen: Filter) -> Iterator[NotRead]:
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
        yield NotRead(title, ReadOutcome.FAILED, reason)
    for pixel in estate.pixels.value:
        if chosen.pixels and pixel.id not in chosen.pixels:
            continue
        yield from _gap(f"the agencies of pixel {_named(pixel)}", pixel.agencies)
        if chosen.ad_accounts:
            yield from _gap(f"the ad accounts on pixel {_named(pixel)}", pixel.ad_accounts)


def _gap(title: str, part: Part[T]) -> Iterator[NotRead]:
    if not part.is_complete:
        yield NotRead(title, part.outcome, part.reason)


def _named(node: PixelAccess | Agency | AdAccount) -> str:
    return named(node.name, node.id)


def named(name: str, id_: str) -> str:
    return f"{name} ({id_})" if name else id_ or "with an unknown id"
