"""The reads with a credential set. A field whose read failed contains the error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from metapixel_provider.errors import ConfigurationError, Fault, GraphError, RateLimitedError
from metapixel_provider.graph.limits import Usage

#: Meta's code for a version that is too old or does not exist.
WRONG_VERSION = 2635
#: The reason of a field before its read.
NOT_READ = GraphError(Fault("the command made no such read"))


@dataclass(frozen=True)
class Named:
    id: str
    name: str = ""


@dataclass(frozen=True)
class TokenData:
    """Meta's data about a token. A time is None if the token has no such end.

    `kind` is Meta's type, such as `SYSTEM_USER` or `USER`. `states_data_access` is False if Meta
    returned no end of the data access.
    """

    kind: str
    app: Named
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    states_data_access: bool
    scopes: frozenset[str] | None


@dataclass(frozen=True)
class Pixel:
    """A pixel and its owner. The owner is None if Meta did not return it."""

    pixel: Named
    owner: Named | None


@dataclass(frozen=True)
class SetRead:
    """The reads with one credential set. `None` is the name of the default set.

    `unused_source` is the variable with a token that the stack's configuration replaces, or empty.
    `problem` is the reason why the set has no usable token. `is_admin` maps a business to True if
    the token's user may read data that only admins may read. Each id that was given as a business
    was read as a pixel too, and each unreadable pixel as a business. `errors` are the errors of all
    reads.
    """

    name: str | None
    token_source: str = ""
    app_secret_source: str = ""
    unused_source: str = ""
    sends_proof: bool = False
    problem: ConfigurationError | None = None
    user: Named | GraphError = NOT_READ
    token: TokenData | GraphError = NOT_READ
    permissions: frozenset[str] | GraphError = NOT_READ
    businesses: tuple[Named, ...] | GraphError = NOT_READ
    pixels: Mapping[str, Pixel | GraphError] = field(default_factory=dict)
    is_admin: Mapping[str, bool | GraphError] = field(default_factory=dict)
    errors: tuple[GraphError, ...] = ()
    usage: Usage = field(default_factory=Usage)

    @property
    def obstacle(self) -> ConfigurationError | GraphError | None:
        """The reason why the set cannot be judged.

        The set has no usable token, Meta refused every read about the token, limits the calls, or
        refuses the version.
        """
        if self.problem is not None:
            return self.problem
        about_token = (self.user, self.token, self.permissions, self.businesses)
        refused = [each for each in about_token if isinstance(each, GraphError)]
        if len(refused) == len(about_token):
            return refused[0]
        ends = (
            each
            for each in self.errors
            if isinstance(each, RateLimitedError) or each.fault.code == WRONG_VERSION
        )
        return next(ends, None)

    @property
    def scopes(self) -> frozenset[str] | GraphError:
        if isinstance(self.token, TokenData) and self.token.scopes is not None:
            return self.token.scopes
        return self.permissions

    @property
    def owners(self) -> list[str]:
        """The businesses that own the pixels."""
        reads = [each for each in self.pixels.values() if isinstance(each, Pixel)]
        return [each.owner.id for each in reads if each.owner]

    @property
    def administered(self) -> list[str]:
        """The businesses of which the token's user is an admin."""
        return [business for business, role in self.is_admin.items() if role is True]
