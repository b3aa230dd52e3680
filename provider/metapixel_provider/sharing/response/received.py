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

#: The errors that Meta may return for a list of the requests from an agency to itself.
_REFUSALS = (InvalidParameterError, NotVisibleError, PermissionMissingError)


def requests_from(meta: Meta, agency_business_id: str, owner_id: str) -> list[SharingRequest]:
    """Return the requests that an agency received from an owner, open or ended.

    Raises RefusedError if Meta ignored the filter, because then the list contains requests of other
    owners too. To test the filter, the agency's own id is the owner: no business sends a request to
    itself, so this list must be empty.
    """
    found = meta.received_requests(agency_business_id, owner_id)
    if not found:
        return found
    others = {each.sender_id for each in found} - {"", owner_id}
    if others or not _filters(meta, agency_business_id):
        raise RefusedError(
            f"No request was answered, because Meta did not limit the requests that it listed, and "
            f"they can be from other businesses than {owner_id}; accept the requests from business "
            f"{owner_id} to business {agency_business_id} in Business Settings, under Requests"
        )
    return found


def _filters(meta: Meta, agency_business_id: str) -> bool:
    try:
        return not meta.received_requests(agency_business_id, agency_business_id)
    except _REFUSALS:
        return True
