"""The shares and permissions of an estate that a stack can take over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
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
from metapixel_provider.sharing.response.declared import StandingState

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


@dataclass(frozen=True)
class Answer:
    """A standing response of an agency to an owner, with the record of the requests so far."""

    owner_id: str
    agency_id: str
    owner_name: str
    state: StandingState

    @property
    def id(self) -> str:
        """The resource id, `OWNER/AGENCY`."""
        return f"{self.owner_id}/{self.agency_id}"

    @property
    def title(self) -> str:
        return f"standing response to business {named(self.owner_name, self.owner_id)}"


Access = Share | Permission | Answer


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

    shares: dict[str, Share]
    permissions: dict[str, Permission]
    pixel_names: Mapping[str, str]
    business_names: Mapping[str, str]
    managed: tuple[str, ...] = ()
    left_out: tuple[NotImported, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    answers: dict[str, Answer] = field(default_factory=dict)

    def all(self) -> Iterator[Access]:
        yield from self.answers.values()
        yield from self.shares.values()
        yield from self.permissions.values()

    def title(self, id_: str) -> str:
        return next(each.title for each in self.all() if each.id == id_)

    def only(self, ids: Collection[str]) -> Selection:
        return Selection(
            {id_: each for id_, each in self.shares.items() if id_ in ids},
            {id_: each for id_, each in self.permissions.items() if id_ in ids},
            self.pixel_names,
            self.business_names,
            answers={id_: each for id_, each in self.answers.items() if id_ in ids},
        )


def select(estate: Estate, chosen: Filter, managed: Collection[str]) -> Selection:
    """Return the selected access that no stack manages. `managed` are resource ids."""
    shares: dict[str, Share] = {}
    permissions: dict[str, Permission] = {}
    left_out: list[NotImported] = []
    already: list[str] = []
    names = estate.business_names
    of_agency = bool(estate.agency_business_id)
    for pixel in estate.pixels.value:
        # Only the owner can declare a share.
        for agency in () if of_agency else pixel.agencies.value.values():
            share = Share(pixel, agency)
            if not chosen.has(pixel.id, agency.id):
                continue
            if share.id in managed:
                already.append(share.id)
            elif reason := _doubt(share, estate):
                left_out.append(NotImported(share.id, share.title, reason))
            else:
                shares[share.id] = share
        client = (pixel.owner_id or UNKNOWN_CLIENT) if of_agency else ""
        for permission in _permissions(pixel, names, client):
            if not (chosen.ad_accounts and chosen.has(pixel.id, permission.business_id)):
                continue
            if permission.id in managed:
                already.append(permission.id)
            else:
                permissions[permission.id] = permission
    return Selection(
        shares,
        permissions,
        {pixel.id: pixel.name for pixel in estate.pixels.value},
        {business: names.get(business, "") for business in _businesses(estate)},
        tuple(already),
        (*left_out, *_requests(estate, chosen), *_absent(estate, chosen)),
        tuple(_not_read(estate, chosen)),
    )


def _businesses(estate: Estate) -> Iterator[str]:
    """Yield each business with access, perhaps several times."""
    for pixel in estate.pixels.value:
        yield from pixel.agencies.value
        yield from (business for business, found in pixel.ad_accounts.value.items() if found)


def _permissions(pixel: PixelAccess, names: Mapping[str, str], client: str) -> Iterator[Permission]:
    for business_id, accounts in pixel.ad_accounts.value.items():
        agency = pixel.agencies.value.get(business_id)
        for account in accounts:
            name = names.get(business_id, "")
            yield Permission(pixel, business_id, name, account, agency, client)


def _doubt(share: Share, estate: Estate) -> str:
    """Return the reason why a share cannot be recorded as active, or an empty string."""
    if not share.agency.settable:
        return "Meta lists only tasks that a program cannot declare"
    if not estate.requests.is_complete:
        return "the open requests were not read, and one of them may be for this share"
    requests = [each for each in estate.requests.value if each.may_be_for(share.agency.id)]
    if requests:
        ids = ", ".join(each.request.id for each in requests)
        return (
            f"sharing request {ids} is open and may be for this share; import the share "
            f"after the agency has accepted the request"
        )
    return ""


def _requests(estate: Estate, chosen: Filter) -> Iterator[NotImported]:
    for sent in estate.requests.value:
        if not chosen.agencies or any(map(sent.may_be_for, chosen.agencies)):
            name = named(sent.agency_name, sent.agency_business_id)
            yield NotImported(
                sent.request.id,
                f"sharing request {sent.request.id} to business {name}",
                "Meta does not return the pixels of a request; if the program declares the share, "
                "the next update adopts the share",
                is_gap=False,
            )


def _absent(estate: Estate, chosen: Filter) -> Iterator[NotImported]:
    """Yield each chosen pixel and agency that the estate does not contain."""
    if not estate.pixels.is_complete:
        return
    pixels = {pixel.id for pixel in estate.pixels.value}
    businesses = {estate.business_id} | {
        business
        for pixel in estate.pixels.value
        for business in (*pixel.agencies.value, *pixel.ad_accounts.value)
    }
    for id_ in sorted(chosen.pixels - pixels):
        reason = f"business {estate.business_id} has no pixel with this id"
        yield NotImported(id_, f"pixel {id_}", reason)
    for id_ in sorted(chosen.agencies - businesses):
        yield NotImported(id_, f"business {id_}", "Meta lists no access of this business")


def _not_read(estate: Estate, chosen: Filter) -> Iterator[NotRead]:
    business = f"business {estate.business_id}"
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
