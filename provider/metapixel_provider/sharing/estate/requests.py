"""The sharing requests that a business sent, with their recipients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, InvalidParameterError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import SentRequest
from metapixel_provider.sharing.estate.lists import PAGE, Listed, Wanted, read_lists
from metapixel_provider.sharing.nodes import optional_id_in, request_of, text

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany


@dataclass
class Requests:
    """The sharing requests of a business, open and ended. `errors` concern the open ones."""

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


def wanted_requests(business_id: str, *more: str, **params: str) -> Wanted[SentRequest]:
    """Return the list of requests of a business, as an argument of `read_lists`."""
    fields = ",".join(("id", "request_status", *(f"{each}{{id,name}}" for each in more)))
    return Wanted(
        Call(
            "GET",
            f"{business_id}/initiated_sharing_agreements",
            {"fields": fields, "limit": PAGE, **params},
        ),
        f"read the sharing requests of business {business_id}",
        _sent_request,
    )


def with_recipients(
    read: ReadMany, business_id: str, first: Listed[SentRequest], names: Mapping[str, str]
) -> Requests:
    """Return the requests with their recipients.

    `first` is the list as it was read with the field `recipient`. `names` maps the ids of possible
    recipients to their names.
    """
    if any(isinstance(error, InvalidParameterError) for error in first.errors):
        # The type of the node may lack the field `recipient`.
        (first,) = read_lists(read, [wanted_requests(business_id)])
    found = Requests(dict(first.items), list(first.errors))
    unknown = {key: it for key, it in found.sent.items() if not it.agency_business_id}
    if unknown:
        failed = _find_recipients(read, business_id, unknown, names)
        if any(each.request.is_open for each in unknown.values()):
            found.errors += failed
        found.sent |= unknown
    return found


def _find_recipients(
    read: ReadMany, business_id: str, requests: dict[str, SentRequest], names: Mapping[str, str]
) -> list[GraphError]:
    """Add recipients to requests. For each possible recipient, read the list of its requests.

    The recipient of a request may be none of the businesses in `names`.
    """
    businesses = sorted(names)
    wanted = [wanted_requests(business_id, receiving_business_id=each) for each in businesses]
    lists = dict(zip(businesses, read_lists(read, wanted), strict=True))
    others = frozenset(each for each, listed in lists.items() if not listed.errors)
    for key, sent in requests.items():
        found = [business for business, listed in lists.items() if key in listed.items]
        if len(found) == 1:
            requests[key] = SentRequest(sent.request, found[0], names[found[0]])
        elif not found:
            requests[key] = replace(sent, others=others)
    return [error for listed in lists.values() for error in listed.errors]


def _sent_request(node: Node) -> tuple[str, SentRequest]:
    recipient = node.get("recipient")
    business: Node = recipient if isinstance(recipient, dict) else {}
    found = SentRequest(request_of(node), optional_id_in(business, "id"), text(business, "name"))
    return found.request.id, found
