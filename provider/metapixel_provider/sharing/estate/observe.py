"""Reads of a whole estate. Even a large estate needs only a few requests.

The pixels are read with their agencies (`pixels.py`), then the requests (`requests.py`), and then
the ad accounts and users of all businesses (`holders.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from metapixel_provider.errors import (
    GraphError,
    OutcomeUnknownError,
    PermissionMissingError,
)
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import (
    AssignedUser,
    Estate,
    Part,
    PixelAccess,
)
from metapixel_provider.sharing.estate.holders import Holders
from metapixel_provider.sharing.estate.lists import Wanted, read_lists
from metapixel_provider.sharing.estate.pixels import Pixel, errors_of, owned_pixels, read_agencies
from metapixel_provider.sharing.estate.requests import find_parties, wanted_requests
from metapixel_provider.sharing.estate.routes import AD_ACCOUNTS, USERS
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import id_in, text
from metapixel_provider.sharing.request_lists import SENT

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Answer
    from metapixel_provider.graph.client import Client

T = TypeVar("T")

#: A function that gets the number of answered calls, and the number of calls known so far.
Report = Callable[[int, int], None]


def read_estate(
    client: Client,
    business_id: str,
    also: Iterable[str] = (),
    report: Report = lambda answered, known: None,
) -> Estate:
    """Read the estate of a business. Errors of Meta are part of the result.

    The result contains the ad accounts and users of the owner, of all agencies of its pixels, of
    the recipients of open and ended requests, and of the businesses in `also`. Ad accounts and
    users can remain on a pixel after the share of their business has ended. Meta lists them only
    for a given business. Raises ValueError for an id that does not consist of digits.
    """
    owner, others = digits(business_id), frozenset(map(digits, also))
    reading = Reading(client, owner, "owner", report)
    # The first pages of both lists are in the same batch.
    wanted: list[Wanted[Any]] = [owned_pixels(owner), wanted_requests(SENT, owner)]
    pixels, sent = read_lists(reading.get_many, wanted)
    found = pixels.items.values()
    read_agencies(reading.get_many, found)
    agencies = (agency for pixel in found for agency in (pixel.agencies or {}).values())
    names = dict.fromkeys(others, "") | {agency.id: agency.name for agency in agencies}
    find_parties(reading.get_many, owner, SENT, sent, names)
    requests = sent.items.values()
    if found:
        recipients = {each.agency_business_id for each in requests} - {""}
        Holders(reading.get_many, owner, pixels).read({owner, *names, *recipients})
    own_names = (each.owner_name for each in found if each.owner_id == owner)
    return Estate(
        owner,
        next(filter(None, own_names), "") or reading.business_name(owner),
        reading.part(tuple(map(reading.access, found)), errors_of(pixels)),
        reading.part(tuple(each for each in requests if each.request.is_open), sent.errors),
        tuple(
            each.id for each in requests if not (each.request.is_open or each.agency_business_id)
        ),
    )


def token_holder(client: Client) -> str:
    """Return the name and the id of the user to whom a token belongs, or "" if it is unknown."""
    (answer,) = client.get_many([Call("GET", "me", {"fields": "id,name"})])
    try:
        return f"{text(answer.node, 'name')} ({id_in(answer.node, 'id')})"
    except OutcomeUnknownError:
        return ""


class Reading:
    """Reads for one business. `role` is the word for the business in advice, such as `owner`."""

    def __init__(self, client: Client, business_id: str, role: str, report: Report) -> None:
        self._client = client
        self._id = business_id
        self._role = role
        self._report = report
        self._answered = self._known = 0

    def get_many(self, calls: Sequence[Call]) -> Sequence[Answer]:
        if not calls:
            return []
        self._known += len(calls)
        self._report(self._answered, self._known)
        answers = self._client.get_many(calls)
        self._answered += len(calls)
        self._report(self._answered, self._known)
        return answers

    def business_name(self, business_id: str) -> str:
        (answer,) = self.get_many([Call("GET", business_id, {"fields": "id,name"})])
        return text(answer.node, "name")

    def access(self, pixel: Pixel) -> PixelAccess:
        accounts, users = pixel.lists[AD_ACCOUNTS], pixel.lists[USERS]
        every_user = (user for items in users.read.values() for user in items)
        # The ad accounts and users of an agency that is missing here were not read.
        missing = pixel.agency_errors
        return PixelAccess(
            pixel.id,
            pixel.name,
            pixel.last_fired,
            self.part(pixel.agencies or {}, missing),
            self.part(accounts.read, missing + accounts.errors),
            self.part(_one_each(every_user), missing + users.errors),
        )

    def part(self, value: T, errors: Sequence[GraphError]) -> Part[T]:
        """Return a part with its errors. They contain no secret."""
        if not errors:
            return Part(value)
        sentences = list(dict.fromkeys(str(self._advised(each)) for each in errors))
        others = len(sentences) - 1
        more = f"; {others} more reads failed" if others > 1 else "; 1 more read failed" * others
        return Part(value, sentences[0] + more)

    def _advised(self, error: GraphError) -> GraphError:
        if not isinstance(error, PermissionMissingError):
            return error
        # An admin of the owner may also read the lists of every other business.
        return error.during(
            "",
            f"use the token of an admin of the {self._role}, business {self._id}, with the scopes "
            f"business_management and ads_management",
        )


def _one_each(users: Iterable[AssignedUser]) -> tuple[AssignedUser, ...]:
    """Return each user once. Meta lists a user for each business in which the user has a role."""
    found: dict[str, AssignedUser] = {}
    for user in users:
        same = found.get(user.id, user)
        found[user.id] = replace(
            same,
            business_ids=tuple(sorted({*same.business_ids, *user.business_ids})),
            tasks=tuple(dict.fromkeys(same.tasks + user.tasks)),
        )
    return tuple(found.values())
