"""The domain's reads and writes at Meta. Only this module and `writes` know paths and fields.

The exception is the package `estate`, which reads a whole estate in calls of its own.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    Fault,
    GraphError,
    OutcomeUnknownError,
    PermissionMissingError,
)
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.gathered import Gathered
from metapixel_provider.graph.paging import every_page
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.nodes import (
    OWNER,
    Accepted,
    Agency,
    Pixel,
    SharingRequest,
    accepted_of,
    ad_account_in,
    agency_of,
    id_in,
    pixel_of,
    request_of,
    tasks_in,
    text,
)
from metapixel_provider.sharing.request_lists import REQUEST_FIELDS, Direction
from metapixel_provider.sharing.tasks import Task

if TYPE_CHECKING:
    # At run time, this import would load an HTTP library in every program that declares a resource.
    from metapixel_provider.graph.client import Client
    from metapixel_provider.sharing.writes import Write

Object = TypeVar("Object", Pixel, SharingRequest)

AGENCY_FIELDS = "id,name,permitted_tasks"
_PIXEL_FIELDS = f"id,name,{OWNER}{{id}}"
_LIMIT = "200"


class Meta:
    """The Graph API with one credential set. All callers share its reads.

    Every method raises GraphError, which names the operation and the pixel.
    """

    def __init__(self, client: Client, reads: SharedReads | None = None) -> None:
        self.patience = client.patience
        self._client = client
        self._reads = reads or SharedReads(client.patience.valid)
        self._queue = Gathered(client.get_many, sys.maxsize, client.patience.gathering)

    # Reads

    def pixel(self, pixel_id: str) -> Pixel:
        """Return the name and the owner of a pixel. One read serves all shares of the pixel."""
        with self._doing(f"read pixel {pixel_id}"):
            return self._object(pixel_id, _PIXEL_FIELDS, pixel_of)

    def agency(
        self, pixel_id: str, agency_business_id: str, with_pixel: bool = False
    ) -> Agency | None:
        """Return the access of an agency to a pixel, from the pixel's list of agencies, or None.

        Only this list proves that an agency is absent. One read serves all shares of the pixel. The
        result for this agency is not older than the last write to the share. With `with_pixel`,
        the read that `pixel` returns is sent together with it.
        """
        with self._doing(f"read the agencies of pixel {pixel_id}"):
            key = ids.share_id(pixel_id, agency_business_id)
            edge = Call("GET", f"{pixel_id}/agencies", {"fields": AGENCY_FIELDS, "limit": _LIMIT})
            if with_pixel:
                pixel = Call("GET", pixel_id, {"fields": _PIXEL_FIELDS})
                self._reads.prefetch(self._queue, edge, key)
                self._reads.prefetch(self._queue, pixel, pixel_id)
            listed, pages = self._listed(edge, key)
            if agency_business_id not in listed and pages > 1:
                # A list that changes while its pages are read can omit an agency.
                self.invalidate(key)
                listed, _ = self._listed(edge, key)
            found = listed.get(agency_business_id)
            return agency_of(found) if found else None

    def wait_for_replicas(self, key: str) -> bool:
        """Wait until replicas have the last write to a key. Return True if it had to wait."""
        left = self.patience.lag - self._reads.since_write(key)
        if left > 0:
            time.sleep(left)
        return left > 0

    def permits(self, pixel_id: str, business_id: str, ad_account_id: str) -> bool:
        """Return whether an ad account of a business is permitted on a pixel (guide, step 3).

        The result is not older than the last write to the permission or to its share, because a
        write to the share may end permissions.
        """
        key = ids.permission_id(pixel_id, business_id, ad_account_id)
        share = ids.share_id(pixel_id, business_id)
        edge = f"{pixel_id}/shared_accounts"
        with self._doing(f"read the ad accounts of business {business_id} on pixel {pixel_id}"):
            listed = self._list(edge, "id,account_id", key, share, business=business_id)
            return ad_account_id in map(ad_account_in, listed)

    def request(self, request_id: str) -> SharingRequest:
        with self._doing(f"read sharing request {request_id}"):
            return self._object(request_id, REQUEST_FIELDS, request_of)

    def requests(
        self, direction: Direction, business_id: str, other_id: str = ""
    ) -> list[SharingRequest]:
        """Return the requests that a business sent or received, open or ended, for any pixels.

        With `other_id`, Meta is asked for only the requests to or from this other business. Its
        nodes do not contain the other business, so this filter is the only link to it.
        """
        params = {direction.only: other_id} if other_id else {}
        edge = f"{business_id}/{direction.edge}"
        with self._doing(direction.operation(business_id)):
            listed = self._list(edge, REQUEST_FIELDS, business_id, **params)
            return [request_of(node) for node in listed]

    def tasks_of(self, business_id: str, pixel_id: str) -> tuple[str, ...] | None:
        """Return the tasks of a business on a pixel, from the business's own lists.

        The owner has all tasks. Returns None if the business has no access. One read of the lists
        serves all pixels of the business. This read is not older than the last write to a share
        with this business, and not older than the last answer of this business.
        """
        keys = (business_id, ids.answers_id(business_id))
        with self._doing(f"read the pixels of business {business_id}"):
            for edge, fields in (("client_pixels", "id,permitted_tasks"), ("owned_pixels", "id")):
                path = f"{business_id}/{edge}"
                for node in self._list(path, fields, *keys):
                    if id_in(node, "id") == pixel_id:
                        owned = edge == "owned_pixels"
                        return tuple(Task) if owned else tasks_in(node)
        return None

    def business_name(self, business_id: str) -> str:
        """Return the name of a business, or "" if this token may not see it."""
        with self._doing(f"read business {business_id}"):
            return text(self._read(business_id, business_id, fields="id,name"), "name")

    def invalidate(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a share, permission, request or business, given its id.

        See `SharedReads.invalidate` for `pause`.
        """
        self._reads.invalidate(key, pause)

    def wrote_lately(self, key: str) -> bool:
        """Return whether replicas might not have the last write to this key yet."""
        return self._reads.since_write(key) < self.patience.valid

    def write(self, write: Write) -> Accepted:
        """Send a write once.

        After an OutcomeUnknownError, the caller has to read before it writes again.
        """
        self._check_clock(write.operation)
        try:
            with (
                self._doing(write.operation, MAY_HAVE_TAKEN_EFFECT),
                self._reads.writing(write.keys),
            ):
                return accepted_of(self._client.write(write.call), write.may_ask)
        except PermissionMissingError as error:
            if not write.if_forbidden:
                raise
            advice = f"{write.if_forbidden}; otherwise {error.advice}"
            named = PermissionMissingError(error.fault, error.action, advice)
            raise named.by(self._client.origin) from None

    def _object(self, object_id: str, fields: str, convert: Callable[[Node], Object]) -> Object:
        found = convert(self._read(object_id, object_id, fields=fields))
        if found.id != object_id:
            raise OutcomeUnknownError(Fault("an answer about another object"))
        return found

    def _read(self, path: str, *keys: str, **params: str) -> Node:
        return self._reads.get(self._queue, Call("GET", path, params), *keys).found()

    def _check_clock(self, operation: str) -> None:
        """Raise WrongClockError if the clock is too wrong for a write.

        If no answer of Meta has reported the time yet, one read does. An error of this read is
        raised only if Meta did not answer it.
        """
        clock = self._client.clock
        if not clock.answered:
            try:
                with self._doing(operation):
                    self._read("me", "me", fields="id")
            except GraphError:
                # An error of Meta's reports the time too.
                if not clock.answered:
                    raise
        clock.check(operation)

    @contextmanager
    def _doing(self, operation: str, advice_if_unknown: str = "") -> Iterator[None]:
        """Add the operation to a GraphError. An OutcomeUnknownError gets `advice_if_unknown`."""
        try:
            yield
        except GraphError as error:
            advice = advice_if_unknown if isinstance(error, OutcomeUnknownError) else ""
            raise error.during(operation, advice).by(self._client.origin) from None

    def _list(self, edge: str, fields: str, *keys: str, **params: str) -> list[Node]:
        query = {"fields": fields, "limit": _LIMIT, **params}
        return [node for page in self._pages(Call("GET", edge, query), *keys) for node in page]

    def _pages(self, edge: Call, *keys: str) -> list[list[Node]]:
        return list(every_page(partial(self._reads.get_each, self._queue, keys), edge))

    def _listed(self, edge: Call, key: str) -> tuple[dict[str, Node], int]:
        """Return the nodes of an edge by their ids, and the number of its pages."""
        pages = self._pages(edge, key)
        found: dict[str, Node] = {}
        for node in itertools.chain.from_iterable(pages):
            found.setdefault(id_in(node, "id"), node)
        return found, len(pages)
