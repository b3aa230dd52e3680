"""The shares and permissions that Meta lists, and the parts of estates that were not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from metapixel_cli.grants.grant import Key
from metapixel_provider.sharing.estate.estate import AdAccount, Estate, PixelAccess
from metapixel_provider.sharing.nodes import Agency


@dataclass(frozen=True)
class Listed:
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
    def tasks(self) -> tuple[str, ...]:
        """The tasks of a share."""
        return self.agency.tasks if self.agency else ()


def listed(estates: Iterable[Estate]) -> Iterator[Listed]:
    """Yield the shares, and then the permissions, of each estate."""
    for estate in estates:
        for pixel in estate.pixels.value:
            for agency in pixel.agencies.value.values():
                yield Listed(estate, pixel, agency.id, agency)
        for pixel in estate.pixels.value:
            for business_id, accounts in pixel.ad_accounts.value.items():
                for account in accounts:
                    yield Listed(estate, pixel, business_id, account=account)
