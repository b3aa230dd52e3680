"""The table of endpoints, and the functions that find the endpoint of a call."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from . import errors
from .auth import READ_SCOPES, Caller
from .calls import Call
from .endpoints import Context, Json
from .sharing import Sharing
from .world import World


@dataclass(frozen=True)
class Kind:
    """A kind of node.

    `ids` returns the ids of all nodes of this kind. `sees` returns True if a caller can see a node.
    Each call needs a token with one of `scopes`, if there are any.
    """

    ids: Callable[[World], Container[str]]
    sees: Callable[[Caller, str], bool]
    scopes: tuple[str, ...] = READ_SCOPES


KINDS = {
    "pixel": Kind(lambda world: world.pixels, Caller.sees_pixel),
    "business": Kind(lambda world: world.businesses, Caller.sees_business),
    "ad_account": Kind(
        lambda world: world.ad_accounts, Caller.sees_ad_account, ("ads_management", "ads_read")
    ),
    "request": Kind(
        lambda world: world.requests,
        Caller.sees_request,
        ("business_management", "ads_management"),
    ),
    "me": Kind(lambda _: ("me",), lambda *_: True, ()),
    "debug_token": Kind(lambda _: ("debug_token",), lambda *_: True, ()),
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


ROUTES = (
    Route("POST", "pixel", "agencies", Context.share),
    Route("GET", "pixel", "agencies", Context.read_edge),
    Route("DELETE", "pixel", "agencies", Context.unshare),
    Route("POST", "pixel", "shared_accounts", Context.permit),
    Route("GET", "pixel", "shared_accounts", Context.read_edge),
    Route("DELETE", "pixel", "shared_accounts", Context.withdraw),
    Route("GET", "pixel", "assigned_users", Context.read_edge),
    Route("GET", "pixel", "", Context.read),
    Route("POST", "request", "", Context.answer),
    Route("GET", "request", "", Context.read),
    Route("GET", "business", "", Context.read),
    Route("GET", "business", "owned_pixels", Context.read_edge),
    Route("GET", "business", "client_pixels", Context.read_edge),
    Route("GET", "business", "owned_ad_accounts", Context.read_edge),
    Route("GET", "business", "agencies", Context.read_edge, "business/agencies"),
    Route("GET", "business", "business_users", Context.read_edge),
    Route("GET", "business", "pending_users", Context.read_edge),
    Route("GET", "business", "system_users", Context.read_edge),
    Route("GET", "business", "initiated_sharing_agreements", Context.read_edge),
    Route("GET", "business", "received_sharing_agreements", Context.read_edge),
    Route("GET", "ad_account", "", Context.read),
    Route("GET", "ad_account", "agencies", Context.read_edge, "ad_account/agencies"),
    Route("DELETE", "ad_account", "agencies", Context.unshare_account, "ad_account/agencies"),
    Route("GET", "ad_account", "assigned_users", Context.read_edge, "ad_account/assigned_users"),
    Route("DELETE", "ad_account", "assigned_users", Context.unassign, "ad_account/assigned_users"),
    Route("GET", "me", "", Context.read),
    Route("GET", "me", "permissions", Context.my_permissions, "me/permissions"),
    Route("GET", "me", "businesses", Context.read_edge, "me/businesses"),
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
        same = [each.name for each in ROUTES if (each.method, each.edge) == (method, self.edge)]
        if same and self.edge and self.kind is None:
            return same[0]
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
    kind = KINDS.get(place.kind or "")
    if kind is None or not kind.sees(caller, place.node):
        raise errors.unknown_object(call.method, place.node)
    if route is None:
        if any((each.kind, each.edge) == (place.kind, place.edge) for each in ROUTES):
            raise errors.unknown_object(call.method, place.node)
        raise errors.unknown_path(place.edge)
    if kind.scopes:
        caller.needs(*kind.scopes)
    return route.answer(Context(call, caller, sharing, route.kind, route.edge), place.node)
