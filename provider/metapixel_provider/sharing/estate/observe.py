"""Reads of a whole estate. Even a large estate needs only a few requests.

The pixels are read with their agencies (`pixels.py`), then the requests (`requests.py`), and then
the ad accounts and users of all businesses (`holders.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from metapixel_provider.errors import GraphError, PermissionMissingError, UnknownAnswerError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    AssignedUser,
    Estate,
    Identity,
    Part,
    PixelAccess,
    ReadOutcome,
)
from metapixel_provider.sharing.estate.holders import Holders
from metapixel_provider.sharing.estate.lists import Wanted, is_refusal, read_lists
from metapixel_provider.sharing.estate.pixels import OwnedPixels, Pixel
from metapixel_provider.sharing.estate.requests import SENT, with_parties
from metapixel_provider.sharing.estate.routes import AD_ACCOUNTS, USERS
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.meta import AGENCIES
from metapixel_provider.sharing.nodes import id_in, text

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
    pixels = OwnedPixels(reading.get_many, owner)
    # The first pages of both lists are in the same batch.
    wanted: list[Wanted[Any]] = [pixels.wanted(AGENCIES), SENT.wanted(owner)]
    listed, sent = read_lists(reading.get_many, wanted)
    pixels.take(listed)
    names = dict.fromkeys(others, "") | pixels.agency_names()
    requests = with_parties(reading.get_many, owner, SENT, sent, names)
    if pixels.found:
        Holders(reading.get_many, pixels).read({owner, *names, *requests.recipients})
    found = pixels.found.values()
    own_names = (each.owner_name for each in found if each.owner_id == owner)
    return Estate(
        owner,
        next(filter(None, own_names), "") or reading.business_name(owner),
        reading.part(tuple(map(reading.access, found)), pixels.errors),
        reading.part(requests.open, requests.errors),
        requests.ended_to_unknown,
    )


def read_identity(client: Client) -> Part[Identity | None]:
    """Read the person or system user to whom the token of a client belongs."""
    (answer,) = client.get_many([Call("GET", "me", {"fields": "id,name"})])
    try:
        if answer.error is not None:
            raise answer.error
        return Part(Identity(id_in(answer.node, "id"), text(answer.node, "name")))
    except GraphError as error:
        named = error.during("read the holder of the token")
        return _part(None, [named], client.credentials.redact)


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
        return PixelAccess(
            pixel.id,
            pixel.name,
            pixel.owner_id,
            pixel.owner_name,
            pixel.last_fired,
            self.part(pixel.agencies or {}, pixel.agency_errors),
            # The ad accounts and users of an agency that is missing here were not read.
            self.part(
                {
                    business: tuple(each for each in items if isinstance(each, AdAccount))
                    for business, items in accounts.read.items()
                },
                pixel.agency_errors + accounts.errors,
            ),
            self.part(
                _one_each(
                    each
                    for items in users.read.values()
                    for each in items
                    if isinstance(each, AssignedUser)
                ),
                pixel.agency_errors + users.errors,
            ),
        )

    def part(self, value: T, errors: Sequence[GraphError]) -> Part[T]:
        # An admin of the owner may also read the lists of every other business.
        advice = (
            f"use the token of an admin of the {self._role}, business {self._id}, with the scopes "
            f"business_management and ads_management"
        )
        advised = [
            error.during("", advice) if isinstance(error, PermissionMissingError) else error
            for error in errors
        ]
        return _part(value, advised, self._client.credentials.redact)


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


def _part(value: T, errors: Sequence[GraphError], redact: Callable[[str], str]) -> Part[T]:
    """Return a part with its errors. `redact` removes secrets from unknown answers."""
    if not errors:
        return Part(value)
    outcome = ReadOutcome.REFUSED if all(map(is_refusal, errors)) else ReadOutcome.FAILED
    revealed = [
        error.revealed(redact) if isinstance(error, UnknownAnswerError) else error
        for error in errors
    ]
    sentences = list(dict.fromkeys(map(str, revealed)))
    others = len(sentences) - 1
    more = f"; {others} more reads failed" if others > 1 else "; 1 more read failed" * others
    return Part(value, outcome, sentences[0] + more)
