"""The reads of shares and estates, each with its path, its fields and its conversion of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.paging import object_in
from metapixel_provider.sharing import ids, nodes
from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser, Member, SentRequest
from metapixel_provider.sharing.tasks import Task

T = TypeVar("T", covariant=True)

PIXEL_FIELDS = f"id,name,{nodes.OWNER}{{id,name}}"
_PIXEL_IN_ESTATE = f"id,name,last_fired_time,{nodes.OWNER}{{id,name}}"
_REQUEST_FIELDS = "id,request_status"
_LIMIT = "200"
#: The page size of the lists of an estate.
_LIMIT_IN_ESTATE = "100"
#: In place of a business, for a list that is not about one business.
NO_BUSINESS = ""


@dataclass(frozen=True)
class Read(Generic[T]):
    """A read of an object, or of the nodes of an edge, that has not been sent.

    `operation` describes the read in messages. `convert` converts a node, or raises
    OutcomeUnknownError. `keys` are the ids of the data that the read returns: after a write to one
    of them, the data are read again. `plain` is the call with fewer fields, which is sent instead
    if the other fields can be the reason for an error.
    """

    call: Call
    operation: str
    convert: Callable[[Node], T]
    keys: tuple[str, ...] = ()
    plain: Call | None = None

    def with_fields(self, expansion: str) -> Read[T]:
        """Return the read with more fields, which its `plain` call does not have."""
        fields = f"{self.call.params['fields']},{expansion}"
        call = replace(self.call, params={**self.call.params, "fields": fields})
        return replace(self, call=call, plain=self.call)


@dataclass(frozen=True)
class ListKind:
    """A list that an estate contains. `name` is its noun in messages.

    The list of a pixel or ad account has the parameter `business`, unless it lists agencies.
    """

    name: str
    edge: str
    fields: str
    convert: Callable[[Node], Any]

    def expansion(self, business_id: str = NO_BUSINESS) -> str:
        """Return the field that includes this list in another read (Meta, field expansion)."""
        of_business = f".business({business_id})" if business_id != NO_BUSINESS else ""
        return f"{self.edge}{of_business}.limit({_LIMIT_IN_ESTATE}){{{self.fields}}}"


def _ad_account(node: Node) -> AdAccount:
    owner_id = nodes.optional_id_in(object_in(node, "business"), "id")
    return AdAccount(nodes.ad_account_in(node), nodes.text(node, "name"), owner_id)


def _user(node: Node) -> AssignedUser:
    return AssignedUser(
        id=nodes.id_in(node, "id"),
        name=nodes.text(node, "name"),
        is_system_user="SYSTEM" in nodes.text(node, "user_type").upper(),
        tasks=nodes.tasks_in(node, "tasks"),
    )


def _member(node: Node) -> Member:
    _, _, domain = nodes.text(node, "email").rpartition("@")
    return Member(nodes.id_in(node, "id"), domain.lower())


AGENCIES = ListKind("agencies", "agencies", "id,name,permitted_tasks", nodes.agency_of)
AD_ACCOUNTS = ListKind("ad accounts", "shared_accounts", "account_id,name", _ad_account)
AD_ACCOUNTS_WITH_OWNER = replace(AD_ACCOUNTS, fields="account_id,name,business{id}")
USERS = ListKind("assigned users", "assigned_users", "id,name,user_type,tasks", _user)
#: The businesses that an ad account is shared with.
CLIENTS = ListKind("agencies", "agencies", "id,name", nodes.business_of)
#: The lists of a business.
PARTNERS = ListKind("partners", "agencies", "id,name", nodes.business_of)
PEOPLE = ListKind("people", "business_users", "id,email", _member)
INVITATIONS = ListKind("invitations", "pending_users", "id,email", _member)
SYSTEM_USERS = ListKind("system users", "system_users", "id", _member)


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
    return _object(request_id, _REQUEST_FIELDS, operation, nodes.request_of)


def business(business_id: str) -> Read[nodes.Agency]:
    return _object(business_id, "id,name", f"read business {business_id}", nodes.business_of)


def agencies(pixel_id: str, agency_business_id: str) -> Read[nodes.Agency]:
    """Return the read of a pixel's agencies, for this agency. Source: Meta, AdsPixel/agencies."""
    call = _edge(pixel_id, AGENCIES.edge, AGENCIES.fields)
    key = ids.share_id(pixel_id, agency_business_id)
    return Read(call, f"read the agencies of pixel {pixel_id}", nodes.agency_of, (key,))


def ad_accounts(pixel_id: str, business_id: str, ad_account_id: str) -> Read[str]:
    """Return the read of the ids of a business's ad accounts on a pixel (guide, step 3)."""
    permission = ids.permission_id(pixel_id, business_id, ad_account_id)
    # A write to the share may end permissions.
    keys = (permission, ids.share_id(pixel_id, business_id))
    operation = f"read the ad accounts of business {business_id} on pixel {pixel_id}"
    call = _edge(pixel_id, AD_ACCOUNTS.edge, "id,account_id", business=business_id)
    return Read(call, operation, nodes.ad_account_in, keys)


def requests(
    direction: Direction, business_id: str, other_id: str = ""
) -> Read[nodes.SharingRequest]:
    """Return the read of a business's requests, or only of those to or from one other business."""
    params = {direction.party_filter: other_id} if other_id else {}
    call = _edge(business_id, direction.edge, _REQUEST_FIELDS, **params)
    return Read(call, direction.operation(business_id), nodes.request_of, (business_id,))


def requests_in_estate(
    direction: Direction, business_id: str, other_id: str = ""
) -> Read[SentRequest]:
    """Return the read of the same requests, with the other business of each."""

    def convert(node: Node) -> SentRequest:
        party = object_in(node, direction.party)
        party_id, name = nodes.optional_id_in(party, "id"), nodes.text(party, "name")
        return SentRequest(nodes.request_of(node), party_id, name)

    call = requests(direction, business_id, other_id).call
    params = {**call.params, "limit": _LIMIT_IN_ESTATE}
    read = Read(replace(call, params=params), direction.operation(business_id), convert)
    # Meta may refuse the field of the other business, because the type of the node may lack it.
    return read if other_id else read.with_fields(f"{direction.party}{{id,name}}")


def pixels_of(business_id: str) -> tuple[Read[tuple[str, ...]], ...]:
    """Return the reads of a business's tasks: on the pixels that it received, and on its own."""
    # A write to a share of the business changes its pixels, and so does an answer to a request.
    keys = (business_id, ids.answers_id(business_id))
    operation = f"read the pixels of business {business_id}"
    received = _edge(business_id, "client_pixels", "id,permitted_tasks")
    owned = _edge(business_id, "owned_pixels", "id")
    tasks_on_received = Read(received, operation, nodes.tasks_in, keys)
    tasks_on_owned = Read(owned, operation, lambda _: tuple(Task), keys)
    return tasks_on_received, tasks_on_owned


def owned_pixels(business_id: str, convert: Callable[[Node], T]) -> Read[T]:
    """Return the read of a business's pixels, with the agencies of each."""
    kind = ListKind("pixels", "owned_pixels", _PIXEL_IN_ESTATE, convert)
    return list_of_business(kind, business_id).with_fields(AGENCIES.expansion())


def ids_of_owned_pixels(business_id: str, convert: Callable[[Node], T]) -> Read[T]:
    return list_of_business(ListKind("pixels", "owned_pixels", "id", convert), business_id)


def received_pixels(agency_id: str, convert: Callable[[Node], T]) -> Read[T]:
    """Return the read of an agency's pixels, with its tasks and ad accounts on each."""
    kind = ListKind("pixels", "client_pixels", f"{_PIXEL_IN_ESTATE},permitted_tasks", convert)
    operation = f"read the pixels that business {agency_id} received"
    read = replace(list_of_business(kind, agency_id), operation=operation)
    return read.with_fields(AD_ACCOUNTS.expansion(agency_id))


def owned_ad_accounts(business_id: str, convert: Callable[[Node], T]) -> Read[T]:
    """Return the read of a business's ad accounts, with the agencies of each."""
    kind = ListKind("ad accounts", "owned_ad_accounts", "account_id,name", convert)
    return list_of_business(kind, business_id).with_fields(CLIENTS.expansion())


def list_of_business(kind: ListKind, business_id: str) -> Read[Any]:
    return list_of_asset(kind, business_id, f"business {business_id}")


def list_of_asset(
    kind: ListKind, path: str, title: str, business_id: str = NO_BUSINESS
) -> Read[Any]:
    """Return the read of a list, and of its total, of an asset with this title in messages."""
    params = {"fields": kind.fields, "limit": _LIMIT_IN_ESTATE, "summary": "true"}
    if business_id != NO_BUSINESS:
        params = {"business": business_id, **params}
        title = f"business {business_id} on {title}"
    call = Call("GET", f"{path}/{kind.edge}", params)
    return Read(call, f"read the {kind.name} of {title}", kind.convert)


def lists_of_assets(assets: Read[Any], business_id: str, kinds: Iterable[ListKind]) -> Call:
    """Return the call for assets again, with these lists of a business in place of other fields."""
    expansions = [kind.expansion(business_id) for kind in kinds]
    params = {"fields": ",".join(["id", *expansions]), "limit": _LIMIT_IN_ESTATE}
    return Call("GET", assets.call.path, params)


def _object(id_: str, fields: str, operation: str, convert: Callable[[Node], T]) -> Read[T]:
    return Read(Call("GET", id_, {"fields": fields}), operation, convert, (id_,))


def _edge(object_id: str, edge: str, fields: str, **params: str) -> Call:
    return Call("GET", f"{object_id}/{edge}", {"fields": fields, "limit": _LIMIT, **params})
