"""The writes that the domain sends, each with its call and the data that depend on it.

Only this module knows the parameters of writes. `sending.send` sends a write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.tasks import Task, in_order

if TYPE_CHECKING:
    from metapixel_provider.sharing.status import RequestStatus

_EDIT_ADVICE = (
    "only apps on Meta's allow list can grant EDIT: ask Meta to add the app, or remove EDIT"
)


@dataclass(frozen=True)
class Write:
    """A write that has not been sent.

    `keys` are the ids of the data that it changes: the share, permission or request, and the lists
    of a business. `operation` describes the write in messages. `if_forbidden` is the first advice
    if the token may not send this write. If the write `may_open_request`, Meta can open a sharing
    request for the agency.
    """

    call: Call
    keys: tuple[str, ...]
    operation: str
    if_forbidden: str = ""
    may_open_request: bool = False


def share(pixel_id: str, agency_business_id: str, tasks: Iterable[Task]) -> Write:
    """Share a pixel (guide, step 1)."""
    names = in_order(tasks)
    params = {"business": agency_business_id, "permitted_tasks": json.dumps(names)}
    return Write(
        Call("POST", f"{pixel_id}/agencies", params),
        # The lists of the agency change too, with a request or with the pixel.
        keys=(ids.share_id(pixel_id, agency_business_id), agency_business_id),
        operation=f"share pixel {pixel_id} with agency {agency_business_id} for {', '.join(names)}",
        # Only apps on Meta's allow list can grant EDIT (guide). Meta documents no separate error
        # code for the other apps.
        if_forbidden=_EDIT_ADVICE if Task.EDIT in names else "",
        may_open_request=True,
    )


def unshare(pixel_id: str, agency_business_id: str) -> Write:
    """Delete the connection between a pixel and an agency (guide, last step)."""
    return Write(
        Call("DELETE", f"{pixel_id}/agencies", {"business": agency_business_id}),
        # The lists of the agency change too, with a request or with the pixel.
        keys=(ids.share_id(pixel_id, agency_business_id), agency_business_id),
        operation=f"remove agency {agency_business_id} from pixel {pixel_id}",
    )


def permit(pixel_id: str, business_id: str, ad_account_id: str) -> Write:
    operation = f"permit ad account {ad_account_id} on pixel {pixel_id}"
    return _permission("POST", pixel_id, business_id, ad_account_id, operation)


def withdraw(pixel_id: str, business_id: str, ad_account_id: str) -> Write:
    operation = f"withdraw ad account {ad_account_id} from pixel {pixel_id}"
    return _permission("DELETE", pixel_id, business_id, ad_account_id, operation)


def answer(request_id: str, request_status: RequestStatus, agency_business_id: str) -> Write:
    """Answer a request in lower case, as the guide does (step 2). An unknown agency is ""."""
    return Write(
        Call("POST", request_id, {"request_status": request_status.lower()}),
        # An approval gives the agency pixels, whose lists are read again because of this key.
        keys=(request_id, ids.answers_id(agency_business_id)),
        operation=f"{request_status.lower()} sharing request {request_id}",
    )


def _permission(
    method: str, pixel_id: str, business_id: str, ad_account_id: str, operation: str
) -> Write:
    # The guide calls the parameter `ad_account`. The reference and Meta's SDKs call it
    # `account_id`. Both parameters are sent, as digits, because either name may be right.
    params = {"business": business_id, "account_id": ad_account_id, "ad_account": ad_account_id}
    edge = f"{pixel_id}/shared_accounts"
    key = ids.permission_id(pixel_id, business_id, ad_account_id)
    return Write(Call(method, edge, params), (key,), operation)
