"""An estate: all shares and permissions of a business, and its other routes to a pixel.

The read of a part of an estate can fail. Each part records why it was not read, so that an
unread part is never treated as a part without access.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.sharing.nodes import Agency, SharingRequest

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """A part of an estate.

    If there is a `reason`, the sentence of an error, `value` contains only the items that arrived.
    """

    value: T
    reason: str = ""

    @property
    def is_complete(self) -> bool:
        """True if `value` contains everything that Meta lists."""
        return not self.reason


@dataclass(frozen=True)
class AdAccount:
    """An ad account. `id` consists of digits. `owner_id` is empty unless the owner was read."""

    id: str
    name: str
    owner_id: str = ""


@dataclass(frozen=True)
class AssignedUser:
    """A person or system user with tasks of their own on a pixel."""

    id: str
    name: str
    is_system_user: bool
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """A person, a system user or an invited person, with the domain of the email address or ""."""

    id: str
    domain: str


@dataclass(frozen=True)
class PixelAccess:
    """A pixel and everyone who can use it.

    `agencies` maps business ids to agencies. `ad_accounts` and `users` map the ids of the
    businesses that were read to their ad accounts on the pixel, and to the users with a role in
    them, who remain when the share of the business ends. If `agencies` is incomplete, the other
    parts are incomplete too, because they were not read for the missing agencies. `last_fired` is
    the time of the pixel's last event in UTC, or None if Meta returns no time.
    """

    id: str
    name: str
    last_fired: datetime | None
    agencies: Part[Mapping[str, Agency]]
    ad_accounts: Part[Mapping[str, tuple[AdAccount, ...]]]
    users: Part[Mapping[str, tuple[AssignedUser, ...]]]


@dataclass(frozen=True)
class SentRequest:
    """A sharing request that a business sent. Meta does not return its pixels or its date.

    `agency_business_id` is empty if Meta does not return the recipient. In that case, `others`
    lists businesses that are certainly not the recipient.
    """

    request: SharingRequest
    agency_business_id: str
    agency_name: str
    others: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return self.request.id

    def may_be_for(self, business_id: str) -> bool:
        """Return whether a business may be the recipient. The `others` certainly are not."""
        if self.agency_business_id:
            return self.agency_business_id == business_id
        return business_id not in self.others


@dataclass(frozen=True)
class Estate:
    """The estate of one business. `requests` contains the requests that are open.

    `ended_to_unknown` lists the ids of ended requests without a known recipient. The recipient of
    such a request may still have ad accounts and users on a pixel, which were not read.

    If an agency read the estate, `agency_business_id` is its id, and the estate contains only its
    access and its requests, without users. `own_pixels` are the ids of the pixels that the agency
    owns. `business_id` is empty for everything whose owner Meta does not return.

    `partners` are the partners of the owner, if they were asked for. `looked_at` are the businesses
    whose ad accounts and users were read, unless a part is incomplete.
    """

    business_id: str
    business_name: str
    pixels: Part[tuple[PixelAccess, ...]]
    requests: Part[tuple[SentRequest, ...]]
    ended_to_unknown: tuple[str, ...] = ()
    agency_business_id: str = ""
    agency_name: str = ""
    own_pixels: frozenset[str] = frozenset()
    partners: Part[tuple[Agency, ...]] = Part(())
    looked_at: tuple[str, ...] = ()

    @property
    def reader(self) -> tuple[str, str]:
        """The id and the name of the business whose lists were read."""
        if self.agency_business_id:
            return self.agency_business_id, self.agency_name
        return self.business_id, self.business_name

    @property
    def nothing_read(self) -> str:
        """The reason why neither a pixel nor a request was read, or an empty string."""
        was_read = any(part.is_complete or part.value for part in (self.pixels, self.requests))
        return "" if was_read else self.pixels.reason

    @property
    def business_names(self) -> dict[str, str]:
        """The names of the owner, agencies and recipients of open requests, by their ids."""
        named = [(sent.agency_business_id, sent.agency_name) for sent in self.requests.value]
        agencies = [*self.partners.value]
        for pixel in self.pixels.value:
            agencies += pixel.agencies.value.values()
        named += [(agency.id, agency.name) for agency in agencies]
        named += [self.reader, (self.business_id, self.business_name)]
        return {business: name for business, name in named if name}

    @property
    def open_to_unknown(self) -> tuple[str, ...]:
        """The ids of the open requests without a known recipient."""
        return tuple(it.request.id for it in self.requests.value if not it.agency_business_id)
