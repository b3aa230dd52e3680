"""The shares and permissions that Meta lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from metapixel_cli.grants.grant import Key
from metapixel_cli.words import with_id
from metapixel_provider.sharing.estate.estate import AdAccount, Estate, PixelAccess
from metapixel_provider.sharing.ids import permission_id, share_id
from metapixel_provider.sharing.nodes import Agency

#: The group of the permissions on pixels whose owner Meta does not return.
UNKNOWN_CLIENT = "unknown"


@dataclass(frozen=True)
class ListedAccess:
    """A share, or the permission of an ad account, that Meta lists."""

    estate: Estate
    pixel: PixelAccess
    business_id: str
    agency: Agency | None = None
    """The agency of a share."""
    account: AdAccount | None = None
    """The ad account of a permission."""

    @property
    def key(self) -> Key:
        return Key(self.business_id, self.pixel.id, self.account.id if self.account else "")

    @property
    def id(self) -> str:
        if self.account is None:
            return share_id(self.pixel.id, self.business_id)
        return permission_id(self.pixel.id, self.business_id, self.account.id)

    @property
    def title(self) -> str:
        pixel = with_id(self.pixel.name, self.pixel.id)
        if self.account is None:
            name = self.agency.name if self.agency else ""
            return f"pixel {pixel} with agency {with_id(name, self.business_id)}"
        return f"ad account {with_id(self.account.name, self.account.id)} on pixel {pixel}"

    @property
    def group(self) -> str:
        """The business with which a program declares the access. For an agency it is the owner."""
        if self.estate.agency_business_id:
            return self.estate.business_id or UNKNOWN_CLIENT
        return self.business_id

    @property
    def open_requests(self) -> tuple[str, ...]:
        """The ids of the open sharing requests that may be for this share."""
        sent = self.estate.requests.value
        return tuple(each.id for each in sent if each.may_be_for(self.business_id))

    @property
    def tasks(self) -> tuple[str, ...]:
        return self.agency.tasks if self.agency else ()


def listed_in(estates: Iterable[Estate]) -> Iterator[ListedAccess]:
    """Yield the shares, and then the permissions, of each estate."""
    for estate in estates:
        for pixel in estate.pixels.value:
            for agency in pixel.agencies.value.values():
                yield ListedAccess(estate, pixel, agency.id, agency=agency)
        for pixel in estate.pixels.value:
            for business_id, accounts in pixel.ad_accounts.value.items():
                for account in accounts:
                    yield ListedAccess(estate, pixel, business_id, account=account)
