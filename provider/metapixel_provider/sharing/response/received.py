"""The sharing requests that an agency received from one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    InvalidParameterError,
    NotVisibleError,
    PermissionMissingError,
    RefusedError,
)

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest

#: The errors with which Meta may refuse a filter that makes no sense.
_REFUSALS = (InvalidParameterError, NotVisibleError, PermissionMissingError)


def requests_from(meta: Meta, agency_business_id: str, owner_id: str) -> list[SharingRequest]:
    """Return the requests that an agency received from an owner, open or ended.

    Raises RefusedError if Meta ignored the filter, because then the list contains requests of other
    owners too. A business sends no request to itself, so its own id shows whether Meta filters.
    """
    found = meta.received_requests(agency_business_id, owner_id)
    if not found:
        return found
    others = {each.sender_id for each in found} - {"", owner_id}
    if others or not _filters(meta, agency_business_id):
        raise RefusedError(
            f"Nothing was answered, because Meta did not limit the requests that business "
            f"{agency_business_id} received to those from business {owner_id}; accept the requests "
            f"of this owner in Business Settings, under Requests"
        )
    return found


def _filters(meta: Meta, agency_business_id: str) -> bool:
    try:
        return not meta.received_requests(agency_business_id, agency_business_id)
    except _REFUSALS:
        return True
