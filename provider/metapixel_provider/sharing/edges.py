"""The reads that the domain sends, each with its path, its fields and the conversion of its nodes.

The exception is the package `estate`, which reads a whole estate in calls of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.sharing import ids, nodes
from metapixel_provider.sharing.tasks import Task

T = TypeVar("T", covariant=True)

AGENCY_FIELDS = "id,name,permitted_tasks"
REQUEST_FIELDS = "id,request_status"
_LIMIT = "200"


@dataclass(frozen=True)
class Read(Generic[T]):
    """A read of an object, or of the nodes of an edge, that has not been sent.

    `keys` are the ids of the data that the read returns: after a write to one of them, the data are
    read again. `operation` describes the read in messages. `convert` converts a node.
    """

    call: Call
    keys: tuple[str, ...]
    operation: str
    convert: Callable[[Node], T]


@dataclass(frozen=True)
class Direction:
    """The requests that a business sent, or those that it received.

    `party` is the field with the other business, which only some types of nodes have. The parameter
    `party_filter` selects the requests of one other business.
    """

    edge: str
    verb: str
    party: str
    party_filter: str

    def operation(self, business_id: str) -> str:
        """Return the read of the list, for errors."""
        return f"read the sharing requests that business {business_id} {self.verb}"


SENT = Direction("initiated_sharing_agreements", "sent", "recipient", "receiving_business_id")
RECEIVED = Direction(
    "received_sharing_agreements", "received", "initiator", "requesting_business_id"
)


def pixel(pixel_id: str) -> Read[nodes.Pixel]:
    fields = f"id,name,{nodes.OWNER}{{id}}"
    return _object(pixel_id, fields, f"read pixel {pixel_id}", nodes.pixel_of)


def request(request_id: str) -> Read[nodes.SharingRequest]:
    operation = f"read sharing request {request_id}"
    return _object(request_id, REQUEST_FIELDS, operation, nodes.request_of)


def business(business_id: str) -> Read[nodes.Agency]:
    return _object(business_id, "id,name", f"read business {business_id}", nodes.business_of)


def agencies(pixel_id: str, agency_business_id: str) -> Read[nodes.Agency]:
    """Return the read of a pixel's agencies, for this agency. Source: Meta, AdsPixel/agencies."""
    call = _edge(pixel_id, "agencies", AGENCY_FIELDS)
    key = ids.share_id(pixel_id, agency_business_id)
    return Read(call, (key,), f"read the agencies of pixel {pixel_id}", nodes.agency_of)


def ad_accounts(pixel_id: str, business_id: str, ad_account_id: str) -> Read[str]:
    """Return the read of the ids of a business's ad accounts on a pixel (guide, step 3)."""
    permission = ids.permission_id(pixel_id, business_id, ad_account_id)
    # A write to the share may end permissions.
    keys = (permission, ids.share_id(pixel_id, business_id))
    operation = f"read the ad accounts of business {business_id} on pixel {pixel_id}"
    call = _edge(pixel_id, "shared_accounts", "id,account_id", business=business_id)
    return Read(call, keys, operation, nodes.ad_account_in)


def requests(
    direction: Direction, business_id: str, other_id: str = ""
) -> Read[nodes.SharingRequest]:
    """Return the read of a business's requests, or only of those to or from one other business."""
    params = {direction.party_filter: other_id} if other_id else {}
    call = _edge(business_id, direction.edge, REQUEST_FIELDS, **params)
    return Read(call, (business_id,), direction.operation(business_id), nodes.request_of)


def pixels_of(business_id: str) -> tuple[Read[tuple[str, ...]], ...]:
    """Return the reads of a business's tasks: on the pixels that it received, and on its own."""
    # A write to a share of the business changes its pixels, and so does an answer to a request.
    keys = (business_id, ids.answers_id(business_id))
    operation = f"read the pixels of business {business_id}"
    received = _edge(business_id, "client_pixels", "id,permitted_tasks")
    owned = _edge(business_id, "owned_pixels", "id")
    tasks_on_received = Read(received, keys, operation, nodes.tasks_in)
    tasks_on_owned = Read(owned, keys, operation, lambda _: tuple(Task))
    return tasks_on_received, tasks_on_owned


def _object(id_: str, fields: str, operation: str, convert: Callable[[Node], T]) -> Read[T]:
    return Read(Call("GET", id_, {"fields": fields}), (id_,), operation, convert)


def _edge(object_id: str, edge: str, fields: str, **params: str) -> Call:
    return Call("GET", f"{object_id}/{edge}", {"fields": fields, "limit": _LIMIT, **params})
