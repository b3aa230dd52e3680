"""The shares and permissions of an estate that a stack can take over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metapixel_cli.grants.listed import UNKNOWN_CLIENT, ListedAccess, listed_in
from metapixel_cli.grants.unread import AD_ACCOUNTS, REQUESTS, USERS, UnreadPart, unread_of
from metapixel_cli.words import with_id
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.tasks import in_order


@dataclass(frozen=True)
class NotImported:
    """Access or an open request, and the reason.

    `is_gap` is False if no import is possible: Meta does not return the pixel of a request.
    """

    title: str
    reason: str
    is_gap: bool = True


@dataclass(frozen=True)
class Filter:
    """The pixels and agencies to import, by their ids. An empty collection selects all."""

    pixels: Collection[str] = ()
    agencies: Collection[str] = ()
    ad_accounts: bool = True

    def selects(self, access: ListedAccess) -> bool:
        """Return whether a share, or the permission of an ad account, is selected."""
        if self.pixels and access.pixel.id not in self.pixels:
            return False
        if self.agencies and access.business_id not in self.agencies:
            return False
        if access.account:
            return self.ad_accounts
        # An agency cannot declare a share, which it only received. An owner's estate has no agency.
        return access.estate.agency_business_id == ""


@dataclass(frozen=True)
class Selection:
    """The access to import, by resource id, and all access that is left out or was not read.

    `business` is the id and the name of the business that was read. `managed` are the ids of the
    selected access that a stack manages already. The names cover all pixels and all businesses with
    access, selected or not, because labels must not depend on the selection.
    """

    business: tuple[str, str]
    access: Mapping[str, ListedAccess]
    pixel_names: Mapping[str, str]
    business_names: Mapping[str, str]
    managed: tuple[str, ...] = ()
    left_out: tuple[NotImported, ...] = ()
    unread: tuple[UnreadPart, ...] = ()

    def only(self, ids: Collection[str]) -> Selection:
        return replace(self, access={id_: self.access[id_] for id_ in self.access if id_ in ids})


def select(estates: Sequence[Estate], chosen: Filter, managed: Collection[str]) -> Selection:
    """Return the selected access that no stack manages. `managed` are resource ids.

    An owner has one estate. An agency has one for each client.
    """
    listed = list(listed_in(estates))
    selected = list(filter(chosen.selects, listed))
    access: dict[str, ListedAccess] = {}
    left_out: list[NotImported] = []
    for each in selected:
        if each.id in managed:
            continue
        if reason := _reason_against(each):
            left_out.append(NotImported(each.title, reason))
        else:
            access[each.id] = each
    unread: list[UnreadPart] = []
    for estate in estates:
        left_out += _open_requests(estate, chosen)
        unread += [part for part in unread_of(estate) if _is_needed(part, estate, chosen)]
    # Each estate has the same reader: the owner, or the agency.
    reader_id, reader_name = estates[0].reader
    pixels = {pixel.id: pixel.name for estate in estates for pixel in estate.pixels.value}
    if all(estate.pixels.is_complete for estate in estates):
        left_out += _absent(reader_id, chosen, pixels, listed)
    return Selection(
        business=(reader_id, reader_name),
        access=access,
        pixel_names=pixels,
        business_names=_group_names(estates, listed),
        managed=tuple(each.id for each in selected if each.id in managed),
        left_out=tuple(left_out),
        # An error in a list of an agency is in each of its estates.
        unread=tuple(dict.fromkeys(unread)),
    )


def _group_names(estates: Sequence[Estate], listed: Sequence[ListedAccess]) -> dict[str, str]:
    """Return the names by group. An owner declares access by agency, and an agency by owner."""
    names = {UNKNOWN_CLIENT: "Unknown client"}
    for estate in estates:
        names |= estate.business_names
    return {each.group: names.get(each.group, "") for each in listed}


def _reason_against(access: ListedAccess) -> str:
    """Return the reason why access cannot be recorded now, or an empty string."""
    if access.account:
        return ""
    if not in_order(access.tasks):
        return "Meta lists only tasks that a program cannot declare"
    if not access.estate.requests.is_complete:
        return "the open requests were not read, and one of them may be for this share"
    return ""


def _open_requests(estate: Estate, chosen: Filter) -> Iterator[NotImported]:
    for sent in estate.requests.value:
        if chosen.agencies and not any(map(sent.may_be_for, chosen.agencies)):
            continue
        is_received = estate.agency_business_id != ""
        if is_received:
            other = f"from business {with_id(estate.business_name, estate.business_id)}"
            reason = "it waits for an answer of the agency"
        else:
            other = f"to business {with_id(sent.agency_name, sent.agency_business_id)}"
            reason = (
                "Meta does not return its pixels, so the shares of this business are recorded as "
                "UNCONFIRMED; once the agency has answered, run `pulumi up --refresh`"
            )
        yield NotImported(f"sharing request {sent.id} {other}", reason, is_gap=False)


def _absent(
    reader: str, chosen: Filter, pixels: Collection[str], listed: Sequence[ListedAccess]
) -> Iterator[NotImported]:
    """Yield each chosen pixel and agency that no estate contains."""
    with_access = {reader, *(access.business_id for access in listed)}
    for id_ in sorted(set(chosen.pixels).difference(pixels)):
        yield NotImported(f"pixel {id_}", f"business {reader} has no pixel with this id")
    for id_ in sorted(set(chosen.agencies) - with_access):
        yield NotImported(f"business {id_}", "Meta lists no access of this business")


def _is_needed(part: UnreadPart, estate: Estate, chosen: Filter) -> bool:
    """Return whether an unread part, of a pixel or the business read, may have selected access."""
    business, _ = estate.reader
    is_of_pixel = part.subject_id != business
    is_of_other_pixel = is_of_pixel and chosen.pixels and part.subject_id not in chosen.pixels
    if is_of_other_pixel or part.part == USERS:  # No program declares users.
        return False
    if part.part == REQUESTS:
        # In a complete list, only recipients can be unknown, and each such request is listed.
        return not estate.requests.is_complete
    if part.part == AD_ACCOUNTS:
        # Without a pixel, it lacks only the accounts of unknown agencies. Chosen ones were read.
        may_lack_selected = is_of_pixel or not chosen.agencies
        return chosen.ad_accounts and may_lack_selected
    return True
