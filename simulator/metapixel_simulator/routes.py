"""The table of endpoints, and the functions that find the endpoint of a call."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from . import errors
from .auth import Caller
from .calls import Call
from .endpoints import Context, Json
from .graph_nodes import Nodes
from .nodes import Node
from .sharing import Sharing
from .world import World


@dataclass(frozen=True)
class Kind:
    """A kind of node.

    `ids` returns the ids of all nodes of this kind. `sees` returns True if a caller can see a node.
    """

    ids: Callable[[World], Container[str]]
    sees: Callable[[Caller, Sharing, str], bool]


def _sees_request(caller: Caller, sharing: Sharing, node: str) -> bool:
    request = sharing.world.requests[node]
    pair = (request.owner, request.agency)
    return sharing.is_readable(request) and any(map(caller.works_for, pair))


KINDS = {
    "pixel": Kind(lambda world: world.pixels, lambda caller, _, node: caller.sees_pixel(node)),
    "business": Kind(
        lambda world: world.businesses, lambda caller, _, node: caller.sees_business(node)
    ),
    "ad_account": Kind(
        lambda world: world.ad_accounts, lambda caller, _, node: caller.sees_ad_account(node)
    ),
    "request": Kind(lambda world: world.requests, _sees_request),
    "me": Kind(lambda _: ("me",), lambda *_: True),
    "debug_token": Kind(lambda _: ("debug_token",), lambda *_: True),
}


@dataclass(frozen=True)
class Route:
    """An endpoint.

    `kind` is the kind of the node, and `edge` is the path after the node's id. `place` replaces
    both in `name`, which identifies the endpoint in the request log and in faults.
    """

    method: str
    kind: str
    edge: str
    answer: Callable[[Context, str], Json]
    place: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.place or self.edge or self.kind}"

    @property
    def path(self) -> str:
        node = self.kind if self.kind in ("me", "debug_token") else f"{{{self.kind}}}"
        return f"/{node}/{self.edge}".rstrip("/")


def _of_business(
    read: Callable[[Nodes, str], Sequence[Node]],
) -> Callable[[Context, str], Json]:
    return lambda context, business: context.business_edge(read(context.nodes, business))


ROUTES = (
    Route("POST", "pixel", "agencies", Context.share),
    Route("GET", "pixel", "agencies", Context.agencies),
    Route("DELETE", "pixel", "agencies", Context.unshare),
    Route("POST", "pixel", "shared_accounts", Context.permit),
    Route("GET", "pixel", "shared_accounts", Context.accounts),
    Route("DELETE", "pixel", "shared_accounts", Context.withdraw),
    Route("GET", "pixel", "assigned_users", Context.assigned_users),
    Route("GET", "pixel", "", Context.pixel),
    Route("POST", "request", "", Context.answer),
    Route("GET", "request", "", Context.request),
    Route("GET", "business", "", Context.business),
    Route("GET", "business", "owned_pixels", _of_business(Nodes.owned_pixels)),
    Route("GET", "business", "client_pixels", _of_business(Nodes.client_pixels)),
    Route("GET", "business", "agencies", _of_business(Nodes.agencies_of), "business/agencies"),
    Route("GET", "business", "initiated_sharing_agreements", Context.initiated),
    Route("GET", "business", "received_sharing_agreements", Context.received),
    Route("GET", "ad_account", "", Context.ad_account),
    Route("GET", "me", "", Context.me),
    Route("GET", "me", "permissions", Context.my_permissions, "me/permissions"),
    Route("GET", "me", "businesses", Context.my_businesses, "me/businesses"),
    Route("GET", "debug_token", "", Context.debug_token),
)
BATCH = "POST batch"
ENDPOINTS = frozenset({BATCH, *(route.name for route in ROUTES)})

_TABLE = {(route.method, route.kind, route.edge): route for route in ROUTES}


@dataclass(frozen=True)
class Place:
    """The node and the edge of a call. `kind` is None if the node does not exist."""

    node: str
    kind: str | None
    edge: str

    def route(self, method: str) -> Route | None:
        return _TABLE.get((method, self.kind or "", self.edge))

    def name(self, method: str) -> str:
        """Return the name of the endpoint. The edge decides the name if the node does not exist."""
        route = self.route(method)
        if route:
            return route.name
        if not self.node and method == "POST":
            return BATCH
        for each in ROUTES:
            if self.kind is None and self.edge and (each.method, each.edge) == (method, self.edge):
                return each.name
        return f"{method} {self.edge or self.kind or 'unknown'}"


def locate(call: Call, sharing: Sharing) -> Place:
    """Return the node and the edge of a call. Ids are unique across all kinds of nodes."""
    node, _, edge = call.path.partition("/")
    node = node.removeprefix("act_")
    found = (name for name, kind in KINDS.items() if node in kind.ids(sharing.world))
    return Place(node, next(found, None), edge)


def dispatch(call: Call, caller: Caller, sharing: Sharing) -> Json:
    """Carry out a call and return its answer. Raise GraphError if the call is refused."""
    place = locate(call, sharing)
    route = place.route(call.method)
    if place.kind is None or not KINDS[place.kind].sees(caller, sharing, place.node):
        raise errors.unknown_object(call.method, place.node)
    if route is None:
        if any((each.kind, each.edge) == (place.kind, place.edge) for each in ROUTES):
            raise errors.unknown_object(call.method, place.node)
        raise errors.unknown_path(place.edge)
    return route.answer(Context(call, caller, sharing), place.node)
