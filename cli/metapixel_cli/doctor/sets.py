"""A credential set, and its reads from Meta, which change nothing.

This module contains the paths and fields of the reads about a token.
Source: Meta, "Debug-Token", "User Permissions", "Business".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from metapixel_cli.secrets import hide
from metapixel_cli.words import with_id
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import (
    ConfigurationError,
    Fault,
    GraphError,
    PermissionMissingError,
    RateLimitedError,
)
from metapixel_provider.graph.calls import Call, Node, Response
from metapixel_provider.graph.classify import classify
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.paging import nodes
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing import edges
from metapixel_provider.sharing.days import moment
from metapixel_provider.sharing.nodes import OWNER, id_in, optional_id_in, text

T = TypeVar("T")

#: The maximum number of businesses of a token whose roles are read. Each costs two calls.
MOST_BUSINESSES = 25
_ONE = {"fields": "id", "limit": "1"}
#: The code for a user without the required role. Source: docs/simulator-reference.md, "Errors".
_NO_ROLE = 10
#: The time for a response in seconds, unless the setting `timeout` contains another one.
TIMEOUT = 20.0
_ATTEMPTS = 2
#: The reason of a field before its read.
_NOT_READ = GraphError(Fault("the command made no such read"))


@dataclass(frozen=True)
class TokenData:
    """Meta's data about a token. `expires_at` is None if the token never expires.

    `kind` is Meta's type, such as `SYSTEM_USER` or `USER`. `app` is a name with an id, or empty.
    """

    kind: str
    app: str
    expires_at: datetime | None
    scopes: frozenset[str] | None


@dataclass(eq=False)
class CredentialSet:
    """A credential set and what its reads returned. A field whose read failed has the error.

    `name` is None for the default set of a `configuration`. `client` is the reason if the set has
    no usable token. Other objects are ids, whose names are in `names` if any set has read them.
    `owners` maps a pixel to its owner, or to an empty string if Meta did not return it. `is_admin`
    maps a business to True if the token's user may read data that only admins may read. `errors`
    are the errors of all reads. `tier` is the access level of the app (`Usage`).
    """

    name: str | None
    configuration: Configuration
    client: Client | ConfigurationError
    names: dict[str, str] = field(default_factory=dict)
    user: str | GraphError = _NOT_READ
    token: TokenData | GraphError = _NOT_READ
    permissions: frozenset[str] | GraphError = _NOT_READ
    businesses: tuple[str, ...] | GraphError = _NOT_READ
    owners: dict[str, str | GraphError] = field(default_factory=dict)
    is_admin: dict[str, bool | GraphError] = field(default_factory=dict)
    errors: list[GraphError] = field(default_factory=list)
    tier: str = ""

    def read_token(self, pixels: Sequence[str]) -> None:
        """Read what Meta knows about the token, if there is one, and the pixels' owners."""
        if isinstance(self.client, ConfigurationError):
            return
        calls = [
            Call("GET", "me", {"fields": "id,name"}),
            Call("GET", "debug_token", {"input_token": self.client.credentials.access_token}),
            Call("GET", "me/permissions"),
            Call("GET", "me/businesses", {"fields": "id,name", "limit": "100"}),
        ]
        calls += [Call("GET", pixel, {"fields": edges.PIXEL_FIELDS}) for pixel in pixels]
        user, about, permissions, businesses, *of_pixels = self._responses(self.client, calls)
        self.user = _converted(user, self._record)
        self.token = _converted(about, _token)
        self.permissions = _converted(permissions, _permissions)
        self.businesses = _converted(businesses, lambda page: tuple(map(self._record, nodes(page))))
        for pixel, response in zip(pixels, of_pixels, strict=True):
            self.owners[pixel] = _converted(response, self._record_owner)

    def read_roles(self, businesses: Iterable[str]) -> None:
        """Read the role of the token's user in these businesses, and in those of the token."""
        if isinstance(self.client, ConfigurationError) or self.obstacle is not None:
            return
        # An id that is not readable as a pixel may be the id of a business.
        unread = [id_ for id_, read in self.owners.items() if isinstance(read, GraphError)]
        ids = list(dict.fromkeys([*businesses, *self.listed[:MOST_BUSINESSES], *unread]))
        for_admins, for_full_access = list[Call](), list[Call]()
        for id_ in ids:
            sent_requests = edges.requests(edges.SENT, id_)
            received_pixels, _ = edges.pixels_of(id_)
            for_admins.append(Call("GET", sent_requests.call.path, _ONE))
            for_full_access.append(Call("GET", received_pixels.call.path, _ONE))
        # Of the responses for full access, only errors count, which `app_access` finds in `errors`.
        responses = self._responses(self.client, for_admins + for_full_access)
        for id_, response in zip(ids, responses[: len(ids)], strict=True):
            self.is_admin[id_] = _is_admin(response)

    def _responses(self, client: Client, calls: Sequence[Call]) -> list[Response]:
        """Return the responses to calls, and record their errors and the tier of the app."""
        responses = client.get_many(calls)
        for response in responses:
            if response.error is not None:
                self.errors.append(response.error)
            if response.usage.tier:
                self.tier = response.usage.tier
        return responses

    def _record(self, node: Node) -> str:
        """Record the name of an object, and return its id."""
        id_, name = id_in(node, "id"), text(node, "name")
        if name:
            self.names[id_] = name
        return id_

    def _record_owner(self, pixel: Node) -> str:
        """Return the id of a pixel's owner, or an empty string if Meta did not return it."""
        self._record(pixel)
        owner = pixel.get(OWNER)
        return self._record(owner) if isinstance(owner, dict) else ""

    @property
    def title(self) -> str:
        """The name. One in parentheses cannot be mistaken for a configured name."""
        if provider := self.configuration.provider:
            return f"(provider {provider})"
        return self.name or "(default)"

    @property
    def obstacle(self) -> ConfigurationError | GraphError | None:
        """The reason why the set cannot be checked: its token, all reads about it, or a limit."""
        if isinstance(self.client, ConfigurationError):
            return self.client
        others = (self.token, self.permissions, self.businesses)
        all_others_failed = all(isinstance(read, GraphError) for read in others)
        if isinstance(self.user, GraphError) and all_others_failed:
            return self.user
        for error in self.errors:
            if isinstance(error, RateLimitedError):
                return error
        return None

    @property
    def listed(self) -> Sequence[str]:
        """The businesses that Meta lists for the token's user."""
        return () if isinstance(self.businesses, GraphError) else self.businesses

    @property
    def administered(self) -> list[str]:
        """The businesses of which the token's user is an admin."""
        return [id_ for id_, role in self.is_admin.items() if role is True]


def named(kind: str, id_: str, names: Mapping[str, str]) -> str:
    return f"{kind} {with_id(names.get(id_), id_)}"


def connected(
    name: str | None, configuration: Configuration, limiter: RateLimiter, clock: Clock
) -> Client | ConfigurationError:
    """Return the client of a set, or the reason why the set has no usable token.

    The client gives up earlier than the client of a deployment. No output contains its secrets.
    """
    timeout = configuration.seconds("timeout", TIMEOUT)
    patience = Patience(timeout=timeout, read_attempts=_ATTEMPTS, outage=0.0, limit_wait=10.0)
    try:
        client = configuration.client(name, limiter, clock, patience)
    except ConfigurationError as error:
        return error
    hide(client.credentials.secrets)
    return client


def _converted(response: Response, convert: Callable[[Node], T]) -> T | GraphError:
    """Return the converted node of a response, or the error of the read or of the conversion."""
    try:
        return convert(response.found())
    except GraphError as error:
        return error


def _is_admin(response: Response) -> bool | GraphError:
    """Return whether a read for admins succeeded, or its error if that does not deny the role."""
    error = response.error
    if error is None:
        return True
    has_no_role = isinstance(error, PermissionMissingError) and error.fault.code == _NO_ROLE
    return False if has_no_role else error


def _permissions(page: Node) -> frozenset[str]:
    granted = [node for node in nodes(page) if node.get("status") == "granted"]
    return frozenset(text(node, "permission") for node in granted)


def _token(node: Node) -> TokenData:
    """Return Meta's data about a token. Raise GraphError if Meta reports an error in them."""
    data = node.get("data")
    if not isinstance(data, dict):
        data = {}
    error = data.get("error")
    if isinstance(error, dict):
        # This error names its subcode in another way than the error of a call.
        subcode = error.get("error_subcode", error.get("subcode"))
        raise classify({**error, "error_subcode": subcode}, 200)
    scopes, app = data.get("scopes"), optional_id_in(data, "app_id")
    if app:
        app = with_id(text(data, "application"), app)
    scopes = frozenset(map(str, scopes)) if isinstance(scopes, list) else None
    # Meta returns 0 for a token that never expires.
    return TokenData(text(data, "type"), app, moment(data.get("expires_at")), scopes)
