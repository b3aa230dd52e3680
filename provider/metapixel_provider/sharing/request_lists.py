"""The lists of sharing requests that a business sent, or that it received."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from metapixel_provider.errors import REFUSALS

REQUEST_FIELDS = "id,request_status"


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

    def operation(self, business_id: str) -> str:
        """Return the read of the list, for errors."""
        return f"read the sharing requests that business {business_id} {self.verb}"


SENT = Direction("initiated_sharing_agreements", "sent", "recipient", "receiving_business_id")
RECEIVED = Direction(
    "received_sharing_agreements", "received", "initiator", "requesting_business_id"
)


def is_selective(read_own: Callable[[], Collection[object]]) -> bool:
    """Return whether Meta applies the parameter `only`, or lists all requests in spite of it.

    `read_own` returns the requests from a business to itself. No business sends such a request, so
    the list has to be empty. Raises GraphError if the list cannot be read. A refusal proves that
    Meta applies the parameter.
    """
    try:
        return not read_own()
    except REFUSALS:
        return True
