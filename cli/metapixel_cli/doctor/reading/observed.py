"""The data that the checks judge.

A field whose read failed contains the error. A field that was not read is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from metapixel_cli.stacks.errors import StackError
from metapixel_provider.errors import ConfigurationError, GraphError
from metapixel_provider.graph.limits import Usage


@dataclass(frozen=True)
class Versions:
    """The installed versions. `engine` is empty if `pulumi` was not found.

    `packages` maps each package to its version, and `too_old` maps a package to the requirement
    that it does not meet.
    """

    engine: str
    python: str
    packages: Mapping[str, str]
    too_old: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """A mistake in a setting. The sentence contains no secret."""

    sentence: str
    advice: str = "correct the setting"


@dataclass(frozen=True)
class Settings:
    """The settings of a run.

    `sources` maps each setting to its variable, key or option. `problem` is the reason why the
    stack's configuration was not read. If no call can be made with these settings, `api_version` is
    empty. `warnings` are settings that are probably not meant.
    """

    sources: Mapping[str, str]
    mistakes: tuple[Mistake, ...] = ()
    problem: StackError | None = None
    api_version: str = ""
    stack: str = ""
    warnings: tuple[Mistake, ...] = ()


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
    """The reads with one credential set.

    `unused_source` is the variable with a token that the stack's configuration replaces, or empty.
    `name` is None for the default set. `problem` is the reason why the set has no usable token.
    `is_admin` maps a business to True if the token's user may read data that only admins may read.
    `client_pixels` maps a business to the error of a read that Meta refuses to apps with limited
    access, or to None. `mistaken` maps an id to `pixel` or `business` if the option named the other
    kind.
    """

    name: str | None
    token_source: str = ""
    unused_source: str = ""
    app_secret_source: str = ""
    sends_proof: bool = False
    problem: ConfigurationError | None = None
    user: Named | GraphError | None = None
    token: TokenData | GraphError | None = None
    permissions: frozenset[str] | GraphError | None = None
    businesses: tuple[Named, ...] | GraphError | None = None
    pixels: Mapping[str, Pixel | GraphError] = field(default_factory=dict)
    is_admin: Mapping[str, bool | GraphError] = field(default_factory=dict)
    client_pixels: Mapping[str, GraphError | None] = field(default_factory=dict)
    mistaken: Mapping[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)

    @property
    def refusal(self) -> GraphError | None:
        """The error of the set's first read, if no read about the token succeeded."""
        about_token = (self.user, self.token, self.permissions, self.businesses)
        errors = [each for each in about_token if isinstance(each, GraphError)]
        return errors[0] if len(errors) == len(about_token) else None

    @property
    def is_accepted(self) -> bool:
        """True if Meta answered a read with this token."""
        return self.user is not None and self.refusal is None

    @property
    def scopes(self) -> frozenset[str] | GraphError | None:
        if isinstance(self.token, TokenData) and self.token.scopes is not None:
            return self.token.scopes
        return self.permissions

    def errors(self) -> Iterator[GraphError]:
        reads = (
            self.user,
            self.token,
            self.permissions,
            self.businesses,
            *self.pixels.values(),
            *self.is_admin.values(),
            *self.client_pixels.values(),
        )
        yield from (each for each in reads if isinstance(each, GraphError))


@dataclass(frozen=True)
class Observed:
    """Everything that a diagnosis read.

    `now` is Meta's time. `clock_difference` is Meta's time minus the local time, or None if no
    answer has reported Meta's time.
    """

    now: datetime
    settings: Settings
    versions: Versions | None = None
    sets: tuple[SetRead, ...] = ()
    businesses: tuple[str, ...] = ()
    pixels: tuple[str, ...] = ()
    clock_difference: timedelta | None = None
