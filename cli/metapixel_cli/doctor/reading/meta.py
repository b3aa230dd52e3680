"""The reads of a diagnosis from Meta. They change nothing.

Only this module of the command knows paths and fields of the Graph API. Source: Meta,
"Debug-Token", "User Permissions", "Business" and the pages that `sharing/meta.py` uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import TypeVar

from metapixel_cli.doctor.reading.sets import Named, Pixel, SetRead, TokenData
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import (
    ConfigurationError,
    GraphError,
    PermissionMissingError,
)
from metapixel_provider.graph.calls import Answer, Call, Node
from metapixel_provider.graph.classify import classify
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter, Usage
from metapixel_provider.graph.paging import nodes
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.nodes import OWNER, id_in, optional_id_in, text

T = TypeVar("T")

#: The maximum number of businesses of a token whose roles are read. Each costs two calls.
MOST_BUSINESSES = 25
#: Edges of a business. Only admins may read the first one. Meta refuses the second one to apps with
#: limited access.
_EDGES = ("initiated_sharing_agreements", "client_pixels")
_ONE = {"fields": "id", "limit": "1"}
#: The code for a user without the required role. Source: docs/simulator-reference.md, "Errors".
_NO_ROLE = 10
#: The time for an answer in seconds, unless the setting `timeout` contains another one.
TIMEOUT = 20.0
_ATTEMPTS, _LIMIT_WAIT = 2, 10.0


def connect(
    name: str | None, configuration: Configuration, limiter: RateLimiter, clock: Clock
) -> tuple[SetRead, Client | None]:
    """Return a credential set before its reads, and its client if the set has a usable token.

    The client gives up earlier than the client of a deployment.
    """
    sources = configuration.sets.sources(name)
    found = SetRead(name, *sources, unused_source=configuration.sets.unused(name))
    try:
        credentials = configuration.sets.credentials(name)
    except ConfigurationError as error:
        return replace(found, problem=error), None
    found = replace(found, sends_proof=bool(credentials.app_secret))
    patience = Patience(
        timeout=configuration.seconds("timeout", TIMEOUT),
        read_attempts=_ATTEMPTS,
        limit_wait=_LIMIT_WAIT,
    )
    address, version = configuration.graph_url, configuration.api_version
    host = configuration.host
    return found, Client(credentials, address, version, patience, limiter, clock, host=host)


def read_token(found: SetRead, client: Client, pixels: Sequence[str]) -> SetRead:
    """Read what Meta knows about the token, and the pixels with their owners."""
    token = client.credentials.access_token
    fields = {"fields": f"id,name,{OWNER}{{id,name}}"}
    answers = client.get_many(
        [
            Call("GET", "me", {"fields": "id,name"}),
            Call("GET", "debug_token", {"input_token": token}),
            Call("GET", "me/permissions"),
            Call("GET", "me/businesses", {"fields": "id,name", "limit": "100"}),
            *(Call("GET", pixel, fields) for pixel in pixels),
        ]
    )
    user, about, permissions, own, *of_pixels = answers
    found = replace(
        found,
        user=_converted(user, _named),
        token=_converted(about, _token),
        permissions=_converted(permissions, _permissions),
        businesses=_converted(own, lambda node: tuple(map(_named, nodes(node)))),
        pixels={
            pixel: _converted(each, _pixel) for pixel, each in zip(pixels, of_pixels, strict=True)
        },
    )
    return _with_limits(found, answers)


def read_roles(found: SetRead, client: Client, businesses: Sequence[str]) -> SetRead:
    """Read the role of the token's user in these businesses, and in those of the token.

    An id that is not readable as a pixel may be the id of a business.
    """
    listed = found.businesses if isinstance(found.businesses, tuple) else ()
    unread = [id_ for id_, read in found.pixels.items() if isinstance(read, GraphError)]
    of_token = (each.id for each in listed[:MOST_BUSINESSES])
    ids = list(dict.fromkeys([*businesses, *of_token, *unread]))
    calls = [Call("GET", f"{business}/{edge}", _ONE) for business in ids for edge in _EDGES]
    answers = client.get_many(calls) if calls else []
    roles = {each: _is_admin(answer) for each, answer in zip(ids, answers[0::2], strict=True)}
    return _with_limits(replace(found, is_admin=roles), answers)


def _converted(answer: Answer, convert: Callable[[Node], T]) -> T | GraphError:
    """Return the converted node of an answer, or the error of the read or of the conversion."""
    if answer.error is not None:
        return answer.error
    try:
        return convert(answer.node)
    except GraphError as error:
        return error


def _is_admin(answer: Answer) -> bool | GraphError:
    error = answer.error
    if isinstance(error, PermissionMissingError) and error.fault.code == _NO_ROLE:
        return False
    return error if error is not None else True


def _with_limits(found: SetRead, answers: Sequence[Answer]) -> SetRead:
    """Add the errors of answers, and the usage of limits that their headers report."""
    errors = (answer.error for answer in answers if answer.error is not None)
    usage = reduce(Usage.fullest, (answer.usage for answer in answers), found.usage)
    return replace(found, errors=(*found.errors, *errors), usage=usage)


def _named(node: Node) -> Named:
    return Named(id_in(node, "id"), text(node, "name"))


def _pixel(node: Node) -> Pixel:
    owner = node.get(OWNER)
    return Pixel(_named(node), _named(owner) if isinstance(owner, dict) else None)


def _permissions(node: Node) -> frozenset[str]:
    return frozenset(
        text(each, "permission") for each in nodes(node) if each.get("status") == "granted"
    )


def _token(node: Node) -> TokenData:
    """Return Meta's data about a token. Raise GraphError if Meta reports an error in them."""
    data = node.get("data")
    held = data if isinstance(data, dict) else {}
    error = held.get("error")
    if isinstance(error, dict):
        subcode = error.get("error_subcode", error.get("subcode"))
        raise classify({**error, "error_subcode": subcode}, 200)
    scopes = held.get("scopes")
    return TokenData(
        kind=text(held, "type"),
        app=Named(optional_id_in(held, "app_id"), text(held, "application")),
        expires_at=_time(held.get("expires_at")),
        data_access_expires_at=_time(held.get("data_access_expires_at")),
        states_data_access="data_access_expires_at" in held,
        scopes=frozenset(map(str, scopes)) if isinstance(scopes, list) else None,
    )


def _time(value: object) -> datetime | None:
    """Return the time of a Unix timestamp. Meta returns 0 for a token that never expires."""
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value else None
    except (OverflowError, ValueError, OSError):
        return None
