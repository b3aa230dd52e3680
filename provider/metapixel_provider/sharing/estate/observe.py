"""Reads of a whole estate. Even a large estate needs only a few requests.

A page of pixels includes their agencies through field expansion. A second read of the pixels, for
each business, includes the ad accounts and the assigned users of the business. A list that these
pages lack, or contain only in part, is read alone. Source: Meta, "Using the Graph API" (field
expansion), "Batch Requests".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import (
    BlockedError,
    Fault,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    PermissionMissingError,
    RateLimitedError,
    TokenError,
    TooMuchDataError,
    UnknownAnswerError,
)
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.paging import Edge, next_page, nodes, read_edges
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.estate.estate import (
    AdAccount,
    AssignedUser,
    Estate,
    Identity,
    Part,
    PixelAccess,
    ReadOutcome,
    SentRequest,
)
from metapixel_provider.sharing.estate.lists import Listed, Wanted, read_lists, smaller
from metapixel_provider.sharing.estate.routes import AD_ACCOUNTS, USERS, Route
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.meta import AGENCIES, AGENCY_FIELDS
from metapixel_provider.sharing.nodes import (
    Agency,
    agency_of,
    id_in,
    optional_id_in,
    request_of,
    text,
    time_in,
)

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.graph.calls import Answer, Node
    from metapixel_provider.graph.client import Client

T = TypeVar("T")
Item = TypeVar("Item", Agency, AdAccount | AssignedUser)

#: A function that gets the number of answered calls, and the number of calls known so far.
Report = Callable[[int, int], None]

_PAGE = "100"
_MOST_CONFIRMATIONS = 3
_PIXEL_FIELDS = f"id,name,last_fired_time,{PIXEL.owner}{{id,name}}"
_ROUTES = (AD_ACCOUNTS, USERS)
#: The maximum number of ad account lists and user lists that are read alone.
_MOST_ALONE = 5000
#: The number of such lists of a business that Meta must refuse before the rest counts as refused.
_TRIALS = 2


def read_estate(
    client: Client,
    business_id: str,
    also: Iterable[str] = (),
    report: Report = lambda answered, known: None,
) -> Estate:
    """Read the estate of a business. Errors of Meta are part of the result.

    The ad accounts and users are read of the owner, of every agency of a pixel, of every business
    that received a request, open or ended, and of the businesses in `also`. Meta lists them only
    for a named business, and they can outlive the share of their business. Raises ValueError for an
    id that does not consist of digits.
    """
    return _Reader(client, digits(business_id), frozenset(map(digits, also)), report).read()


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


@dataclass
class _Pixel:
    """A pixel while it is read. `agencies` is None until its agencies are read."""

    id: str
    name: str = ""
    owner_id: str = ""
    owner_name: str = ""
    last_fired: datetime | None = None
    agencies: dict[str, Agency] | None = None
    agency_errors: list[GraphError] = field(default_factory=list)
    #: The ad accounts and users by business. A business is a key if its list was read completely.
    held: dict[Route, dict[str, tuple[AdAccount | AssignedUser, ...]]] = field(
        default_factory=lambda: {route: {} for route in _ROUTES}
    )
    held_errors: dict[Route, list[GraphError]] = field(
        default_factory=lambda: {route: [] for route in _ROUTES}
    )


class _Reader:
    def __init__(
        self, client: Client, business_id: str, also: frozenset[str], report: Report
    ) -> None:
        self._client = client
        self._id = business_id
        self._also = also
        self._report = report
        self._answered = self._known = 0
        self._pixels: dict[str, _Pixel] = {}
        self._pixel_errors: list[GraphError] = []
        #: The businesses that received a request, open or ended.
        self._recipients: set[str] = set()
        self._ended_to_unknown: tuple[str, ...] = ()
        self._several_pages = False
        self._page_size = 0
        #: The pixels that each complete read of the list of pixels returned.
        self._readings: list[frozenset[str]] = []
        #: The pixels that the first read of the list omitted.
        self._late: list[str] = []
        #: The errors of lists of a business on all pixels that were not read yet.
        self._refused: dict[tuple[Route, str], GraphError] = {}

    def read(self) -> Estate:
        listed = self._read_pixels()
        self._read_agencies(self._pixels.values())
        requests = self._read_requests(listed)
        businesses = self._read_businesses()
        self._read_alone(businesses)
        return Estate(
            self._id,
            self._business_name(),
            self._part(tuple(map(self._access, self._pixels.values())), self._pixel_errors),
            self._part(tuple(requests.items.values()), requests.errors),
            self._ended_to_unknown,
        )

    # Pixels and agencies

    def _read_pixels(self) -> Listed[_Pixel | SentRequest]:
        """Read the pixels. Return the requests, whose first page is in the same batch."""
        pixels, requests = read_lists(
            self._get_many, [self._wanted_pixels(AGENCIES), self._wanted_requests("recipient")]
        )
        if pixels.errors and any(map(_may_be_of_a_part, pixels.errors)):
            # One pixel can be the reason. Without their agencies, the pixels may be readable.
            (plain,) = read_lists(self._get_many, [self._wanted_pixels("")])
            plain.items = {**plain.items, **pixels.items}
            pixels = plain
        self._pixels = {key: it for key, it in pixels.items.items() if isinstance(it, _Pixel)}
        self._pixel_errors += pixels.errors
        self._several_pages, self._page_size = pixels.several, pixels.page_size
        if not pixels.errors:
            self._readings.append(frozenset(self._pixels))
        return requests

    def _wanted_pixels(self, agencies: str) -> Wanted[_Pixel | SentRequest]:
        fields = ",".join(filter(None, (_PIXEL_FIELDS, agencies)))
        edge = Edge(f"{self._id}/owned_pixels", {"fields": fields, "limit": _PAGE})
        return Wanted(edge, self._reading_pixels, self._pixel, confirm=False)

    @property
    def _reading_pixels(self) -> str:
        return f"read the pixels of business {self._id}"

    def _pixel(self, node: Node) -> tuple[str, _Pixel]:
        found = _Pixel(id_in(node, "id"), text(node, "name"))
        try:
            owner = node.get(PIXEL.owner)
            if isinstance(owner, dict):
                found.owner_id, found.owner_name = optional_id_in(owner, "id"), text(owner, "name")
            found.last_fired = time_in(node, "last_fired_time")
        except OutcomeUnknownError as error:
            self._pixel_errors.append(error.during(f"read pixel {found.id}"))
        agencies = _expanded(node, PIXEL.edge, partial(agency_of, PIXEL))
        if agencies is not None:
            found.agencies = {agency.id: agency for agency in agencies}
        return found.id, found

    def _read_agencies(self, pixels: Iterable[_Pixel]) -> None:
        """Read the agencies that the pages of pixels lack.

        Such a page lacks a list that is long, that is empty, or that the token may not read.
        """
        left = [pixel for pixel in pixels if pixel.agencies is None]
        params = {"fields": AGENCY_FIELDS, "limit": _PAGE, "summary": "true"}
        wanted = [
            Wanted(
                Edge(f"{pixel.id}/{PIXEL.edge}", params),
                f"read the agencies of pixel {pixel.id}",
                _by_id(partial(agency_of, PIXEL)),
            )
            for pixel in left
        ]
        for pixel, listed in zip(left, read_lists(self._get_many, wanted), strict=True):
            pixel.agencies, pixel.agency_errors = listed.items, listed.errors

    # Requests

    def _wanted_requests(self, *more: str, **params: str) -> Wanted[_Pixel | SentRequest]:
        fields = ",".join(("id", "request_status", *(f"{each}{{id,name}}" for each in more)))
        return Wanted(
            Edge(
                f"{self._id}/initiated_sharing_agreements",
                {"fields": fields, "limit": _PAGE, **params},
            ),
            f"read the sharing requests of business {self._id}",
            _sent_request,
        )

    def _read_requests(self, first: Listed[_Pixel | SentRequest]) -> Listed[SentRequest]:
        """Return the open requests, with the businesses that received them."""
        if any(isinstance(error, InvalidParameterError) for error in first.errors):
            # The type of the node may lack the field `recipient`.
            (first,) = read_lists(self._get_many, [self._wanted_requests()])
        sent = {key: it for key, it in first.items.items() if isinstance(it, SentRequest)}
        errors = first.errors
        unknown = {key: it for key, it in sent.items() if not it.agency_business_id}
        if unknown:
            failed = self._find_recipients(unknown)
            if any(each.request.is_open for each in unknown.values()):
                errors = errors + failed
            sent |= unknown
        self._recipients = {each.agency_business_id for each in sent.values()}
        found = {key: it for key, it in sent.items() if it.request.is_open}
        self._ended_to_unknown = tuple(
            key for key, it in sent.items() if key not in found and not it.agency_business_id
        )
        return Listed(found, errors)

    def _find_recipients(self, requests: dict[str, SentRequest]) -> list[GraphError]:
        """Add the receiving businesses to requests, with a list of requests for each business.

        The business that received a request may be none of those that are known.
        """
        names = self._agency_names()
        businesses = sorted(names.keys() | self._also)
        wanted = [self._wanted_requests(receiving_business_id=each) for each in businesses]
        lists = dict(zip(businesses, read_lists(self._get_many, wanted), strict=True))
        read = frozenset(each for each, listed in lists.items() if not listed.errors)
        for key, sent in requests.items():
            found = [business for business, listed in lists.items() if key in listed.items]
            if len(found) == 1:
                requests[key] = SentRequest(sent.request, found[0], names.get(found[0], ""))
            elif not found:
                requests[key] = replace(sent, others=read)
        return [error for listed in lists.values() for error in listed.errors]

    def _agency_names(self) -> dict[str, str]:
        return {
            agency.id: agency.name
            for pixel in self._pixels.values()
            for agency in (pixel.agencies or {}).values()
        }

    # Ad accounts and users

    def _read_businesses(self) -> frozenset[str]:
        """Read the ad accounts and the users of all businesses from pages of pixels.

        These pages also confirm the list of pixels. Returns the businesses.
        """
        others = self._recipients | {self._id} | self._also
        asked: frozenset[str] = frozenset()
        confirmations = 0
        while self._pixels:
            new = sorted((self._agency_names().keys() | others) - asked - {""})
            if new:
                self._read_pages(new)
                asked = asked.union(new)
            elif self._is_doubtful() and confirmations < _MOST_CONFIRMATIONS:
                confirmations += 1
                self._read_by_page([(self._id, ())], count=1 + confirmations)
            else:
                break
            self._read_late()
        if self._is_doubtful():
            fault = Fault("a list that changed while its pages were read")
            self._pixel_errors.append(OutcomeUnknownError(fault, self._reading_pixels))
        return asked

    def _is_doubtful(self) -> bool:
        """Return True if another read has to confirm the list of pixels."""
        whole = frozenset(self._pixels)
        agreed = self._readings.count(whole)
        several = self._several_pages or any(each != whole for each in self._readings)
        return not self._pixel_errors and several and agreed < 2

    def _read_pages(self, businesses: Sequence[str]) -> None:
        failed = self._read_by_page([(business, _ROUTES) for business in businesses])
        # The reason may be one of the two lists, so each is read without the other.
        alone = [(each, (route,)) for each, error in failed.items() for route in _ROUTES]
        alone = [each for each in alone if _may_be_of_a_part(failed[each[0]])]
        for business, error in failed.items():
            self._refused |= {(route, business): error for route in _ROUTES}
        for route in _ROUTES:
            again = [each for each in alone if each[1] == (route,)]
            for business, _ in again:
                del self._refused[route, business]
            for business, error in self._read_by_page(again).items():
                if _is_refusal(error) or not _may_be_of_a_part(error):
                    self._refused[route, business] = error

    def _read_by_page(
        self, asked: Sequence[tuple[str, Sequence[Route]]], count: int = 1
    ) -> dict[str, GraphError]:
        """Read lists of businesses on all pixels. Return the error of each business that failed.

        `count` is the number of earlier readings of the list of pixels with other page sizes.
        """
        edges = []
        for business, routes in asked:
            fields = ",".join(("id", *(route.expansion(business) for route in routes)))
            edge = Edge(f"{self._id}/owned_pixels", {"fields": fields, "limit": _PAGE})
            edges.append(smaller(edge, self._page_size, count) if self._several_pages else edge)
        found: list[set[str]] = [set() for _ in asked]
        failed: dict[str, GraphError] = {}
        for page in read_edges(self._get_many, edges):
            business, routes = asked[page.position]
            for node in page.nodes:
                pixel = self._pixel_of(node)
                if pixel is None:
                    continue
                found[page.position].add(pixel.id)
                for route in routes:
                    items = _expanded(node, route.edge, partial(route.convert, business))
                    if items is not None:
                        pixel.held[route][business] = items
            if page.error is not None:
                failed[business] = page.error
            elif page.is_last:
                self._readings.append(frozenset(found[page.position]))
        return failed

    def _pixel_of(self, node: Node) -> _Pixel | None:
        try:
            found = id_in(node, "id")
        except OutcomeUnknownError as error:
            self._pixel_errors.append(error.during(self._reading_pixels))
            return None
        if found not in self._pixels:
            self._pixels[found] = _Pixel(found)
            self._late.append(found)
        return self._pixels[found]

    def _read_late(self) -> None:
        """Read the pixels that the first read of the list omitted."""
        late, self._late = self._late, []
        calls = [Call("GET", each, {"fields": f"{_PIXEL_FIELDS},{AGENCIES}"}) for each in late]
        for key, answer in zip(late, self._get_many(calls), strict=True):
            try:
                if answer.error is not None:
                    raise answer.error
                _, found = self._pixel(answer.node)
            except GraphError as error:
                self._pixel_errors.append(error.during(f"read pixel {key}"))
                continue
            found.id, found.held = key, self._pixels[key].held
            self._pixels[key] = found
        self._read_agencies([self._pixels[key] for key in late])

    def _read_alone(self, businesses: Iterable[str]) -> None:
        """Read the lists that the pages of pixels lack, each with a call of its own.

        Such a page lacks a list that is long, that is empty, or that the token may not read.
        """
        missing: defaultdict[tuple[Route, str], list[_Pixel]] = defaultdict(list)
        for pixel in self._pixels.values():
            for route in _ROUTES:
                for business in businesses:
                    if business in pixel.held[route]:
                        continue
                    error = self._refused.get((route, business))
                    if error is None:
                        missing[route, business].append(pixel)
                    else:
                        pixels = f"the pixels of business {self._id}"
                        about = f"read the {route.name} of business {business} on {pixels}"
                        pixel.held_errors[route].append(error.during(about))
        # If Meta refuses the first lists of a business, it is not asked for the others.
        first = {key: lacking[:_TRIALS] for key, lacking in missing.items()}
        refusals = self._read_each([(*key, each) for key, them in first.items() for each in them])
        rest: list[tuple[Route, str, _Pixel]] = []
        for (route, business), lacking in missing.items():
            refused = refusals[route, business]
            if len(refused) < _TRIALS:
                rest += [(route, business, pixel) for pixel in lacking[_TRIALS:]]
                continue
            for pixel in lacking[_TRIALS:]:
                pixel.held_errors[route].append(refused[0])
        self._read_each(rest[:_MOST_ALONE])
        for route, business, pixel in rest[_MOST_ALONE:]:
            fault = Fault(f"pages of pixels without the {route.name} of business {business}")
            error = OutcomeUnknownError(fault, advice="read fewer businesses at once")
            pixel.held_errors[route].append(error)

    def _read_each(
        self, missing: Sequence[tuple[Route, str, _Pixel]]
    ) -> dict[tuple[Route, str], list[GraphError]]:
        """Read lists, each with a call of its own. Return the refusals for each business."""
        refusals: defaultdict[tuple[Route, str], list[GraphError]] = defaultdict(list)
        wanted = [
            Wanted(
                Edge(
                    f"{pixel.id}/{route.edge}",
                    {"fields": route.fields, "business": business, "limit": _PAGE},
                ),
                f"read the {route.name} of business {business} on pixel {pixel.id}",
                _by_id(partial(route.convert, business)),
            )
            for route, business, pixel in missing
        ]
        for (route, business, pixel), listed in zip(
            missing, read_lists(self._get_many, wanted), strict=True
        ):
            items = tuple(listed.items.values())
            if items or not listed.errors:
                pixel.held[route][business] = items
            pixel.held_errors[route] += listed.errors
            refusals[route, business] += filter(_is_refusal, listed.errors)
        return refusals

    # Results

    def _access(self, pixel: _Pixel) -> PixelAccess:
        accounts = {
            business: tuple(each for each in items if isinstance(each, AdAccount))
            for business, items in pixel.held[AD_ACCOUNTS].items()
        }
        users = tuple(
            each
            for items in pixel.held[USERS].values()
            for each in items
            if isinstance(each, AssignedUser)
        )
        return PixelAccess(
            pixel.id,
            pixel.name,
            pixel.owner_id or self._id,
            pixel.owner_name,
            pixel.last_fired,
            self._part(pixel.agencies or {}, pixel.agency_errors),
            # An unknown agency was not asked for its ad accounts and users.
            self._part(accounts, pixel.agency_errors + pixel.held_errors[AD_ACCOUNTS]),
            self._part(users, pixel.agency_errors + pixel.held_errors[USERS]),
        )

    def _part(self, value: T, errors: Sequence[GraphError]) -> Part[T]:
        # An admin of the owner may also read the lists of every other business.
        advice = (
            f"use the token of an admin of the owner, business {self._id}, with the scopes "
            f"business_management and ads_management"
        )
        advised = [
            error.during("", advice) if isinstance(error, PermissionMissingError) else error
            for error in errors
        ]
        return _part(value, advised, self._client.credentials.redact)

    def _business_name(self) -> str:
        names = (it.owner_name for it in self._pixels.values() if it.owner_id == self._id)
        found = next(filter(None, names), "")
        if found:
            return found
        (answer,) = self._get_many([Call("GET", self._id, {"fields": "id,name"})])
        return text(answer.node, "name")

    def _get_many(self, calls: Sequence[Call]) -> Sequence[Answer]:
        if not calls:
            return []
        self._known += len(calls)
        self._report(self._answered, self._known)
        answers = self._client.get_many(calls)
        self._answered += len(calls)
        self._report(self._answered, self._known)
        return answers


def _expanded(node: Node, edge: str, convert: Callable[[Node], T]) -> tuple[T, ...] | None:
    """Return the items of an expanded edge, or None if the node does not contain all of them.

    A node that lacks the edge proves nothing: Meta omits an edge that is empty, and also an edge
    that the token may not read.
    """
    page = node.get(edge)
    try:
        if not isinstance(page, dict) or next_page(page) is not None:
            return None
        return tuple(map(convert, nodes(page)))
    except OutcomeUnknownError:
        return None


def _by_id(convert: Callable[[Node], Item]) -> Callable[[Node], tuple[str, Item]]:
    def converted(node: Node) -> tuple[str, Item]:
        item = convert(node)
        return item.id, item

    return converted


def _sent_request(node: Node) -> tuple[str, SentRequest]:
    recipient = node.get("recipient")
    business: Node = recipient if isinstance(recipient, dict) else {}
    found = SentRequest(request_of(node), optional_id_in(business, "id"), text(business, "name"))
    return found.request.id, found


def _is_refusal(error: GraphError) -> bool:
    """Return True if Meta refused a call, and False if the call may succeed later."""
    return not isinstance(error, OutcomeUnknownError | RateLimitedError | TooMuchDataError)


def _may_be_of_a_part(error: GraphError) -> bool:
    """Return True if the same call for a part of the data may succeed."""
    of_all = isinstance(error, TokenError | BlockedError | RateLimitedError)
    return not of_all and error.fault.code != 0


def _part(value: T, errors: Sequence[GraphError], redact: Callable[[str], str]) -> Part[T]:
    """Return a part with its errors. `redact` removes secrets from unknown answers."""
    if not errors:
        return Part(value)
    outcome = ReadOutcome.REFUSED if all(map(_is_refusal, errors)) else ReadOutcome.FAILED
    revealed = [
        error.revealed(redact) if isinstance(error, UnknownAnswerError) else error
        for error in errors
    ]
    sentences = list(dict.fromkeys(map(str, revealed)))
    others = len(sentences) - 1
    more = f"; {others} more reads failed" if others > 1 else "; 1 more read failed" * others
    return Part(value, outcome, sentences[0] + more)
