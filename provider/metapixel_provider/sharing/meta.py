"""The domain's reads and writes at Meta. `edges` and `writes` know their paths and fields."""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    Fault,
    GraphError,
    OutcomeUnknownError,
    PermissionMissingError,
)
from metapixel_provider.graph.calls import Call, Node, Response
from metapixel_provider.graph.paging import every_page
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.graph.send_queue import SendQueue
from metapixel_provider.sharing import edges, ids, nodes
from metapixel_provider.sharing.nodes import Agency, Pixel, SharingRequest, WriteResult

if TYPE_CHECKING:
    # At run time, this import would load an HTTP library in every program that declares a resource.
    from metapixel_provider.graph.client import Client
    from metapixel_provider.sharing.edges import Direction, Read
    from metapixel_provider.sharing.writes import Write

T = TypeVar("T")
Object = TypeVar("Object", Agency, Pixel, SharingRequest)


class Meta:
    """The Graph API with one credential set. All callers share its reads.

    Every method raises GraphError, which names the operation and the pixel.
    """

    def __init__(self, client: Client, reads: SharedReads | None = None) -> None:
        self.patience = client.patience
        self._client = client
        self._reads = reads or SharedReads(client.patience.valid)
        # The client itself divides the calls of a group into batches, so no group is too large.
        self._queue = SendQueue(client.get_many, most=sys.maxsize, quiet=client.patience.gathering)
        self._turn_to_read_the_clock = threading.Lock()
        #: By edge and number of a page: its latest read, and the same nodes by id.
        self._indexes: dict[tuple[Call, int], tuple[list[Node], dict[str, Node]]] = {}

    def pixel(self, pixel_id: str) -> Pixel:
        """Return the name and the owner of a pixel. One read serves all shares of the pixel."""
        return self._object(edges.pixel(pixel_id))

    def agency(
        self, pixel_id: str, agency_business_id: str, with_pixel: bool = False
    ) -> Agency | None:
        """Return the access of an agency to a pixel, from the pixel's list of agencies, or None.

        One read serves all shares of the pixel. The result for this agency is not older than the
        last write to the share. With `with_pixel`, the read of `pixel` is sent in the same batch.
        """
        if with_pixel:
            pixel = edges.pixel(pixel_id)
            self._reads.prefetch(self._queue, pixel.call, *pixel.keys)
        agencies = edges.agencies(pixel_id, agency_business_id)
        found, pages = self._find(agencies, agency_business_id)
        if found is None and pages > 1:
            # A list that changes while its pages are read can omit an agency.
            self.invalidate(ids.share_id(pixel_id, agency_business_id))
            found, _ = self._find(agencies, agency_business_id)
        return found

    def wait_for_replicas(self, key: str) -> bool:
        """Wait until replicas have the last write to a key. Return True if it had to wait."""
        left = self.patience.lag - self._reads.since_write(key)
        if left > 0:
            time.sleep(left)
        return left > 0

    def permits(self, pixel_id: str, business_id: str, ad_account_id: str) -> bool:
        """Return whether an ad account of a business is permitted on a pixel (guide, step 3)."""
        return ad_account_id in self._items(edges.ad_accounts(pixel_id, business_id, ad_account_id))

    def request(self, request_id: str) -> SharingRequest:
        return self._object(edges.request(request_id))

    def requests(
        self, direction: Direction, business_id: str, other_id: str = ""
    ) -> list[SharingRequest]:
        """Return the requests that a business sent or received, open or ended, for any pixels.

        With `other_id`, Meta is asked for only the requests to or from this other business. Its
        nodes do not contain the other business, so this filter is the only link to it.
        """
        return self._items(edges.requests(direction, business_id, other_id))

    def tasks_of(self, business_id: str, pixel_id: str) -> tuple[str, ...] | None:
        """Return a business's tasks on a pixel, from its own lists. The owner has all tasks."""
        for listed in edges.pixels_of(business_id):
            tasks, _ = self._find(listed, pixel_id)
            if tasks is not None:
                return tasks
        return None

    def business_name(self, business_id: str) -> str:
        """Return the name of a business, or "" if this token may not see it."""
        return self._object(edges.business(business_id)).name

    def invalidate(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of an id. See `SharedReads.invalidate` for `pause`."""
        self._reads.invalidate(key, pause)

    def wrote_lately(self, key: str) -> bool:
        """Return whether replicas might not have the last write to this key yet."""
        return self._reads.since_write(key) < self.patience.valid

    def write(self, write: Write) -> WriteResult:
        """Send a write once. After an OutcomeUnknownError, read before you write again."""
        self._check_clock(write.operation)
        try:
            with self._reads.writing(write.keys):
                answer = self._client.write(write.call)
                return nodes.accepted_of(answer, write.may_open_request)
        except GraphError as error:
            raise self._named(_advised(error, write), write.operation) from None

    def _object(self, read: Read[Object]) -> Object:
        try:
            response = self._reads.get(self._queue, read.call, *read.keys)
            found = read.convert(response.found())
            if found.id != read.call.path:
                raise OutcomeUnknownError(Fault("an answer about another object"))
            return found
        except GraphError as error:
            raise self._named(error, read.operation) from None

    def _items(self, read: Read[T]) -> list[T]:
        try:
            return [read.convert(node) for page in self._pages(read) for node in page]
        except GraphError as error:
            raise self._named(error, read.operation) from None

    def _find(self, read: Read[T], id_: str) -> tuple[T | None, int]:
        """Return the converted node with this id on an edge, and the number of the edge's pages."""
        try:
            pages = self._pages(read)
            # Every page is indexed, because a node without an id is an error on any page.
            indexes = [self._index(read.call, number, page) for number, page in enumerate(pages)]
            for nodes_by_id in indexes:
                if id_ in nodes_by_id:
                    return read.convert(nodes_by_id[id_]), len(pages)
            return None, len(pages)
        except GraphError as error:
            raise self._named(error, read.operation) from None

    def _index(self, edge: Call, number: int, page: list[Node]) -> dict[str, Node]:
        """Return the nodes of a page by id. All shares of a pixel look up one read of the page."""
        indexed_page, nodes_by_id = self._indexes.get((edge, number), (None, {}))
        if indexed_page is not page:
            # Of several nodes with the same id, the first counts.
            nodes_by_id = {nodes.id_in(node, "id"): node for node in reversed(page)}
            self._indexes[edge, number] = page, nodes_by_id
        return nodes_by_id

    def _pages(self, read: Read[T]) -> list[list[Node]]:
        read_many = partial(self._reads.get_many, self._queue, read.keys)
        return list(every_page(read_many, read.call))

    def start_to_read_the_clock(self) -> None:
        """Start the read that the first write waits for, if no answer has reported Meta's time."""
        # The lock is never released, so only one thread gets it.
        if not self._client.clock.answered and self._turn_to_read_the_clock.acquire(blocking=False):
            threading.Thread(target=self._read_the_clock, daemon=True).start()

    def _read_the_clock(self) -> Response:
        return self._reads.get(self._queue, Call("GET", "me", {"fields": "id"}), "me")

    def _check_clock(self, operation: str) -> None:
        """Raise WrongClockError if the clock is too wrong for a write.

        If no answer of Meta has reported the time yet, one read does. An error of this read is
        raised only if Meta did not answer it.
        """
        clock = self._client.clock
        if not clock.answered:
            answer = self._read_the_clock()
            # After any answer of Meta, also an error, the clock is `answered`.
            if answer.error is not None and not clock.answered:
                raise self._named(answer.error, operation)
        clock.check(operation)

    def _named(self, error: GraphError, operation: str) -> GraphError:
        return error.during(operation).with_origin(self._client.origin)


def _advised(error: GraphError, write: Write) -> GraphError:
    if isinstance(error, OutcomeUnknownError):
        return error.during(advice=MAY_HAVE_TAKEN_EFFECT)
    if isinstance(error, PermissionMissingError) and write.if_forbidden:
        advice = f"{write.if_forbidden}; otherwise {error.advice}"
        return PermissionMissingError(error.fault, error.action, advice)
    return error
