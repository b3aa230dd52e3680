"""The sharing requests that a business sent or received, with the other business of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import Fault, GraphError, InvalidParameterError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import SentRequest
from metapixel_provider.sharing.estate.lists import PAGE, Listed, Wanted, is_refusal, read_lists
from metapixel_provider.sharing.nodes import optional_id_in, request_of, text

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany


@dataclass(frozen=True)
class Direction:
    """The requests that a business sent, or those that it received.

    `party` is the field with the other business, which only some types of nodes have. The parameter
    `only` selects the requests of one other business.
    """

    edge: str
    verb: str
    party: str
    only: str

    def wanted(self, business_id: str, party: bool = True, **params: str) -> Wanted[SentRequest]:
        """Return the list of requests, as an argument of `read_lists`."""
        fields = "id,request_status" + (f",{self.party}{{id,name}}" if party else "")
        path = f"{business_id}/{self.edge}"
        operation = f"read the sharing requests that business {business_id} {self.verb}"
        edge = Call("GET", path, {"fields": fields, "limit": PAGE, **params})
        return Wanted(edge, operation, self._request)

    def _request(self, node: Node) -> tuple[str, SentRequest]:
        party = node.get(self.party)
        business: Node = party if isinstance(party, dict) else {}
        other, name = optional_id_in(business, "id"), text(business, "name")
        found = SentRequest(request_of(node), other, name)
        return found.request.id, found


SENT = Direction("initiated_sharing_agreements", "sent", "recipient", "receiving_business_id")
RECEIVED = Direction(
    "received_sharing_agreements", "received", "initiator", "requesting_business_id"
)


@dataclass
class Requests:
    """The sharing requests of a business, open and ended. `errors` concern the open ones.

    For received requests, `agency_business_id` is the business that sent the request.
    """

    sent: dict[str, SentRequest] = field(default_factory=dict)
    errors: list[GraphError] = field(default_factory=list)

    @property
    def open(self) -> tuple[SentRequest, ...]:
        return tuple(each for each in self.sent.values() if each.request.is_open)

    @property
    def ended_to_unknown(self) -> tuple[str, ...]:
        ended = (each for each in self.sent.values() if not each.request.is_open)
        return tuple(each.request.id for each in ended if not each.agency_business_id)

    @property
    def recipients(self) -> frozenset[str]:
        """The businesses that received one of these requests."""
        found = {each.agency_business_id for each in self.sent.values()}
        return frozenset(found - {""})


def with_parties(
    read: ReadMany,
    business_id: str,
    direction: Direction,
    first: Listed[SentRequest],
    names: Mapping[str, str],
    ended: bool = True,
) -> Requests:
    """Return the requests with their other businesses.

    `first` is the list as it was read with the field `party`. `names` maps the ids of possible
    other businesses to their names. If `ended` is False, only open requests are returned.
    """
    if any(isinstance(error, InvalidParameterError) for error in first.errors):
        # The type of the node may lack the field.
        (first,) = read_lists(read, [direction.wanted(business_id, party=False)])
    wanted = {key: it for key, it in first.items.items() if ended or it.request.is_open}
    found = Requests(wanted, list(first.errors))
    unknown = {key: it for key, it in found.sent.items() if not it.agency_business_id}
    if unknown:
        failed = _find_parties(read, business_id, direction, unknown, names)
        if any(each.request.is_open for each in unknown.values()):
            found.errors += failed
        found.sent |= unknown
    return found


def _find_parties(
    read: ReadMany,
    business_id: str,
    direction: Direction,
    requests: dict[str, SentRequest],
    names: Mapping[str, str],
) -> list[GraphError]:
    """Add the other businesses to requests. Each possible one has a list of its requests.

    The other business may be none of those in `names`. No business sends a request to itself, so
    its own list proves whether Meta applies the parameter that selects a business.
    """
    businesses = sorted({*names, business_id})
    wanted = [
        direction.wanted(business_id, party=False, **{direction.only: each}) for each in businesses
    ]
    lists = dict(zip(businesses, read_lists(read, wanted), strict=True))
    own = lists.pop(business_id)
    if own.items:
        fault = Fault(f"it ignored the parameter {direction.only}")
        advice = "look these requests up in Business Settings"
        return [OutcomeUnknownError(fault, wanted[0].operation, advice)]
    if failed := [error for error in own.errors if not is_refusal(error)]:
        return failed
    others = frozenset(each for each, listed in lists.items() if not listed.errors)
    for key, sent in requests.items():
        found = [business for business, listed in lists.items() if key in listed.items]
        if len(found) == 1:
            requests[key] = SentRequest(sent.request, found[0], names[found[0]])
        elif not found:
            requests[key] = replace(sent, others=others)
    return [error for listed in lists.values() for error in listed.errors]
