"""What every read of an estate needs: counted calls, and parts with the reasons of their errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import PermissionMissingError, UnknownAnswerError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    AssignedUser,
    Part,
    PixelAccess,
    ReadOutcome,
)
from metapixel_provider.sharing.estate.lists import is_refusal
from metapixel_provider.sharing.estate.routes import AD_ACCOUNTS, USERS
from metapixel_provider.sharing.nodes import text

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Answer
    from metapixel_provider.graph.client import Client
    from metapixel_provider.sharing.estate.pixels import Pixel

T = TypeVar("T")

#: A function that gets the number of answered calls, and the number of calls known so far.
Report = Callable[[int, int], None]


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
        return part_of(value, advised, self._client.credentials.redact)


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


def part_of(value: T, errors: Sequence[GraphError], redact: Callable[[str], str]) -> Part[T]:
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
