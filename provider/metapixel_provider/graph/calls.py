"""Calls to the Graph API and their responses, as data."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError

#: An object of the Graph API, as JSON.
Node = dict[str, object]


@dataclass(frozen=True)
class Call:
    """A call: an HTTP method, a path, and parameters with Meta's names."""

    method: str
    path: str
    # A mapping has no hash, and few calls differ only in their parameters.
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Usage:
    """The seconds until calls are allowed again.

    `tier` is the access level of the app, such as `development_access`, or empty if Meta did not
    report it. Source: Meta, "Rate Limiting" (Marketing API).
    """

    wait: float = 0.0
    tier: str = ""


@dataclass(frozen=True)
class Response:
    """The response to a call: a node or an error, and the usage from the rate limit headers."""

    node: Node
    error: GraphError | None = None
    usage: Usage = field(default_factory=Usage)

    def found(self) -> Node:
        """Return the node, or raise the error.

        Several threads may raise the error of one response, and each needs its own instance.
        """
        if self.error is not None:
            raise copy(self.error)
        return self.node
