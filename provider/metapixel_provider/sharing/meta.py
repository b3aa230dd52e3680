"""What the domain asks of Meta, in the domain's words; alone in knowing paths and fields."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    Fault,
    GraphError,
    OutcomeUnknownError,
    PermissionMissingError,
    TooMuchDataError,
)
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.paging import every_node, with_the_rest
from metapixel_provider.graph.reads import SharedReads, Voids
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.nodes import (
    Agency,
    SharedAsset,
    SharingRequest,
    ad_account_in,
    agencies_of,
    id_in,
    optional_id_in,
    request_of,
    shared_asset_of,
    tasks_in,
    text,
)
from metapixel_provider.sharing.tasks import Task

if TYPE_CHECKING:
    # At run time it would bring an HTTP library into every program that declares a resource.
    from metapixel_provider.graph.client import Client
    from metapixel_provider.graph.paging import ReadPage
    from metapixel_provider.sharing.asset import Asset
    from metapixel_provider.sharing.status import RequestStatus

AGENCY_FIELDS = "id,name,permitted_tasks"
#: The agencies of an asset by field expansion, as many as Meta takes in one page.
AGENCIES = f"agencies.limit(100){{{AGENCY_FIELDS}}}"
_LIMIT = "200"
#: A list of this many rows may have come on several pages.
_FULL_PAGE = 100
_EDIT_ADVICE = "EDIT needs an app that Meta allows it: ask your Meta representative, or drop it"


class Meta:
    """The Graph API with one credential set, its reads shared between the callers.

    Every method raises GraphError, saying what was tried on which asset.
    """

    def __init__(self, client: Client, voids: Voids | None = None) -> None:
        self.patience = client.patience
        self.credentials = client.credentials
        self._client = client
        self._reads = SharedReads(client.get_many, voids=voids)

    # Reads

    def asset(self, asset: Asset, agency_business_id: str) -> SharedAsset:
        """The asset, its owner and its agencies: one read serves every share of it.

        What it says of this agency is as new as the last write to that share.
        """
        key = ids.share_id(asset.id, agency_business_id)
        owner = f"id,name,{asset.kind.owner}{{id,name}}"
        with doing(f"read who has {asset}"):
            params = {"fields": AGENCY_FIELDS}
            paged = False

            def read_page(page: Mapping[str, str]) -> Node:
                nonlocal paged
                paged = True
                return self._read(asset.agencies, asset.id, key, **page)

            try:
                node = self._read(asset.path, asset.id, key, fields=f"{owner},{AGENCIES}")
                listed = expanded(node, asset.kind.edge, read_page, params)
            except TooMuchDataError:
                node = self._read(asset.path, asset.id, key, fields=owner)
                listed = list(every_node(read_page, params))
            found = shared_asset_of(asset.kind, node, listed, paged)
            if found.id != asset.id:
                raise OutcomeUnknownError(Fault(f"an answer about another {asset.kind.name}"))
        return found

    def agency(self, asset: Asset, agency_business_id: str) -> Agency | None:
        """What an agency has of an asset, None where it has not got it; read as `asset` is.

        One that is missing on several pages is looked for once more: a list that changes while
        its pages are read can leave out what stands.
        """
        found = self.asset(asset, agency_business_id)
        if found.paged and agency_business_id not in found.agencies:
            self.look_again(ids.share_id(asset.id, agency_business_id))
            found = self.asset(asset, agency_business_id)
        return found.agencies.get(agency_business_id)

    def listed_agency(self, asset: Asset, agency_business_id: str) -> Agency | None:
        """As `agency`, by the list itself: Meta leaves out of a node what a token may not see.

        The list is read again if it misses the agency and may be out of date: shortly after a
        write to this share, and where it came on several pages.
        """
        key = ids.share_id(asset.id, agency_business_id)

        def read() -> tuple[Agency | None, bool]:
            with doing(f"read the agencies of {asset}"):
                listed = self._list(asset.agencies, asset.id, AGENCY_FIELDS, key)
            agencies = agencies_of(asset.kind, listed)
            return agencies.get(agency_business_id), len(listed) >= _FULL_PAGE

        found, paged = read()
        young = self.wait_for_replicas(key) if found is None else False
        if found is None and (paged or young):
            self.look_again(key)
            found, _ = read()
        return found

    def wait_for_replicas(self, key: str, *others: str) -> bool:
        """Wait until a read no longer misses the last write to any of these; True if it waited."""
        left = self.patience.lag - self._reads.since_write(key, *others)
        if left > 0:
            time.sleep(left)
        return left > 0

    def permits(self, pixel_id: str, business_id: str, ad_account_id: str) -> bool:
        """Whether an ad account of a business is permitted on a pixel (guide, step 3).

        As new as the last write to that permission, and to the share, which may end permissions.
        """
        key = ids.permission_id(pixel_id, business_id, ad_account_id)
        share = ids.share_id(pixel_id, business_id)
        edge = f"{pixel_id}/shared_accounts"
        with doing(f"read the ad accounts of business {business_id} on pixel {pixel_id}"):
            listed = self._list(edge, edge, "id,account_id", key, share, business=business_id)
            return ad_account_id in map(ad_account_in, listed)

    def request(self, request_id: str) -> SharingRequest:
        """A sharing request (guide, step 2)."""
        with doing(f"read sharing request {request_id}"):
            node = self._read(request_id, request_id, request_id, fields="id,request_status")
            found = request_of(node)
            if found.id != request_id:
                raise OutcomeUnknownError(Fault("an answer about another request"))
        return found

    def requests_received(self, owner_id: str) -> frozenset[str]:
        """The requests from an owner to the businesses that this token belongs to."""
        params = {"requesting_business_id": owner_id}
        found: set[str] = set()
        with doing(f"read the sharing requests from business {owner_id}"):
            for business in self._list("me/businesses", "me", "id", "requests"):
                edge = f"{id_in(business, 'id')}/received_sharing_agreements"
                found |= {
                    id_in(node, "id") for node in self._list(edge, edge, "id", "requests", **params)
                }
        return frozenset(found)

    def open_requests(self, owner_id: str, agency_business_id: str) -> list[SharingRequest]:
        """The requests from an owner that an agency can still answer, whatever their pixels."""
        edge = f"{owner_id}/initiated_sharing_agreements"
        params = {"receiving_business_id": agency_business_id}
        with doing(f"read the sharing requests of business {owner_id}"):
            listed = self._list(edge, owner_id, "id,request_status", owner_id, **params)
            return [request for request in map(request_of, listed) if request.is_open]

    def tasks_of(self, business_id: str, pixel_id: str) -> tuple[str, ...] | None:
        """What a business may do with a pixel, seen from its own side; None without access.

        The owner may do everything. Looked at anew each time: a write to a share does not tell.
        """
        self.look_again(business_id)
        with doing(f"read the pixels of business {business_id}"):
            for edge, fields in (("client_pixels", "id,permitted_tasks"), ("owned_pixels", "id")):
                path = f"{business_id}/{edge}"
                for node in self._list(path, business_id, fields, business_id):
                    if id_in(node, "id") == pixel_id:
                        owned = edge == "owned_pixels"
                        return tuple(Task) if owned else tasks_in(node)
        return None

    def business_name(self, business_id: str) -> str:
        """The name of a business, as far as this token may see it."""
        with doing(f"read business {business_id}"):
            return text(self._read(business_id, business_id, business_id, fields="id,name"), "name")

    def look_again(self, key: str) -> None:
        """Forgets what was read of a share, a permission (their ids), a request or a business."""
        self._reads.void(key)

    # Writes: each is sent once; OutcomeUnknownError means that it has to be read back first.

    def share(self, asset: Asset, agency_business_id: str, tasks: Sequence[Task]) -> str:
        """Shares an asset (guide, step 1); the id of the request the agency must accept, or ""."""
        params = {"business": agency_business_id, "permitted_tasks": json.dumps(tasks)}
        key = ids.share_id(asset.id, agency_business_id)
        what = f"share {asset} with agency {agency_business_id} for {', '.join(tasks)}"
        try:
            node = self._write(Call("POST", asset.agencies, params), asset.id, key, what)
        except PermissionMissingError as error:
            if Task.EDIT not in tasks:
                raise
            # Meta keeps EDIT to apps on a list and says so with a code like any other (guide).
            raise error.during("", f"{_EDIT_ADVICE}; otherwise {error.advice}") from None
        return optional_id_in(node, "pending_request_id")

    def unshare(self, asset: Asset, agency_business_id: str) -> None:
        """Deletes the connection between an asset and an agency (guide, last step)."""
        key = ids.share_id(asset.id, agency_business_id)
        what = f"remove agency {agency_business_id} from {asset}"
        params = {"business": agency_business_id}
        self._write(Call("DELETE", asset.agencies, params), asset.id, key, what)

    def permit(self, pixel_id: str, business_id: str, ad_account_id: str) -> None:
        """Permits an ad account on a pixel (guide, step 3)."""
        key = ids.permission_id(pixel_id, business_id, ad_account_id)
        what = f"permit ad account {ad_account_id} on pixel {pixel_id}"
        params = _account_params(business_id, ad_account_id)
        edge = f"{pixel_id}/shared_accounts"
        self._write(Call("POST", edge, params), edge, key, what)

    def withdraw(self, pixel_id: str, business_id: str, ad_account_id: str) -> None:
        """Withdraws the permission of an ad account on a pixel."""
        key = ids.permission_id(pixel_id, business_id, ad_account_id)
        what = f"withdraw ad account {ad_account_id} from pixel {pixel_id}"
        params = _account_params(business_id, ad_account_id)
        edge = f"{pixel_id}/shared_accounts"
        self._write(Call("DELETE", edge, params), edge, key, what)

    def answer(self, request_id: str, request_status: RequestStatus) -> None:
        """Approves or declines a sharing request (guide, step 2), in the guide's lower case."""
        what = f"{request_status.lower()} sharing request {request_id}"
        params = {"request_status": request_status.lower()}
        self._write(Call("POST", request_id, params), request_id, request_id, what)

    def _read(self, path: str, about: str, *keys: str, **params: str) -> Node:
        return self._reads.get(Call("GET", path, params), about, *keys)

    def _write(self, call: Call, about: str, key: str, what: str) -> Node:
        with doing(what, MAY_HAVE_TAKEN_EFFECT), self._reads.writing(about, key):
            try:
                node = self._client.write(call)
                request_id = optional_id_in(node, "pending_request_id")
                if node.get("success") is not True and not request_id:
                    raise OutcomeUnknownError(Fault("an answer that does not say success"))
            except OutcomeUnknownError:
                self._reads.wrote(key)
                raise
            self._reads.wrote(key)
            return node

    def _list(self, edge: str, about: str, fields: str, *keys: str, **params: str) -> list[Node]:
        """Every node of an edge."""
        query = {"fields": fields, "limit": _LIMIT, **params}
        return list(every_node(lambda page: self._read(edge, about, *keys, **page), query))


@contextmanager
def doing(what: str, if_unknown: str = "") -> Iterator[None]:
    """Makes a GraphError name what was tried; `if_unknown` is the advice for an unknown outcome."""
    try:
        yield
    except OutcomeUnknownError as error:
        raise error.during(what, if_unknown) from None
    except GraphError as error:
        raise error.during(what) from None


def expanded(node: Node, edge: str, read: ReadPage, params: Mapping[str, str]) -> list[Node]:
    """The nodes of an edge that a node came with, and those beyond the first page."""
    page = node.get(edge)
    # Meta leaves an edge without nodes out.
    if page is None:
        return []
    first = page if isinstance(page, dict) else {}
    return with_the_rest(first, read, params)


def _account_params(business_id: str, ad_account_id: str) -> dict[str, str]:
    # The guide calls the parameter `ad_account`, the reference and Meta's SDKs `account_id`:
    # both are sent, as digits, so that either reading of Meta's is served.
    return {"business": business_id, "account_id": ad_account_id, "ad_account": ad_account_id}
