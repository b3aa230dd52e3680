"""The table of the access that Meta lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metapixel_cli.access.judging.declarations import Declaration, Declared
from metapixel_cli.access.judging.report import UNKNOWN, Route
from metapixel_cli.grants.grant import Key
from metapixel_cli.grants.table import Missing, Table
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus


@dataclass(frozen=True)
class AtMeta:
    """An access or a request at Meta. The status says whether Meta lists it."""

    route: Route
    status: str
    subject_id: str = ""
    subject_name: str = ""
    tasks: tuple[str, ...] = ()
    was_read: bool = True
    """False if a list that was not read may contain the access."""


def at_meta(estates: Sequence[Estate], declared: Declared) -> Table[AtMeta]:
    """Return the shares and permissions that Meta lists."""
    pixels = {pixel.id: pixel for estate in estates for pixel in estate.pixels.value}
    # The complete list of an agency proves that it has no other pixel.
    lists_all = all(each.agency_business_id and each.pixels.is_complete for each in estates)

    def was_read(key: Key) -> bool:
        pixel = pixels.get(key.pixel_id or "")
        if pixel is None:
            return lists_all
        return (pixel.ad_accounts if key.ad_account_id else pixel.agencies).is_complete

    return Table(dict(_listed(estates, declared)), was_read)


def _listed(estates: Sequence[Estate], declared: Declared) -> Iterator[tuple[Key, AtMeta]]:
    for estate in estates:
        for pixel in estate.pixels.value:
            for agency in pixel.agencies.value.values():
                key = Key(agency.id, pixel.id)
                status = _status(key, estate, declared)
                yield key, AtMeta(Route.SHARE, status, tasks=agency.tasks)
            for business_id, accounts in pixel.ad_accounts.value.items():
                for account in accounts:
                    active = PermissionStatus.ACTIVE.value
                    found = AtMeta(Route.AD_ACCOUNT, active, account.id, account.name)
                    yield Key(business_id, pixel.id, account.id), found


def _status(key: Key, estate: Estate, declared: Declared) -> str:
    """Return the status of a share.

    Meta may list a share that the agency has not accepted yet, except in the agency's own list. So
    a share without a confirmed record is active only if no request to the agency is open.
    """
    entry = declared.access.get(key)
    is_confirmed = isinstance(entry, Declaration) and entry.status == ShareStatus.ACTIVE
    if is_confirmed or estate.agency_business_id:
        return ShareStatus.ACTIVE.value
    requests = estate.requests
    possible = [each for each in requests.value if each.may_be_for(key.business_id or "")]
    if any(each.agency_business_id for each in possible):
        return UNKNOWN if entry is Missing.NOT_READ else ShareStatus.UNCONFIRMED.value
    return UNKNOWN if possible or not requests.is_complete else ShareStatus.ACTIVE.value
