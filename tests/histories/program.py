"""The programs of a history: shares, with the responses to them and the permissions on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tests.histories import resources
from tests.histories.estate import AD_TASKS, OWNER, Key
from tests.histories.resources import NO_OPTIONS, Options, Output, Resource

_BEFORE = date(2027, 1, 1)


def date_of(day: int) -> str:
    """The date of a day of a history, as the configuration and a program have it."""
    return (_BEFORE + timedelta(days=day)).isoformat()


class Written:
    """Data that is printed as the code which makes it, without empty values."""

    def __repr__(self) -> str:
        given = (f"{name}={value!r}" for name, value in vars(self).items() if value)
        return f"{type(self).__name__}({', '.join(given)})"


@dataclass(frozen=True, repr=False)
class Share(Written):
    """A share under its name, `COMPONENT-x`; `alias` is an older name.

    A share `in_component` is in an `AgencyAccess` of its own, which has no `delete_first` and no
    `options`, and may have a last day: `until` counts the days of the history from 1. With
    `only_read`, the program reads the share by `.get()`, and does not declare it.
    """

    name: str
    pixel: str
    agency: str
    tasks: tuple[str, ...]
    inputs: dict[str, object] = field(default_factory=dict)
    delete_first: bool = False
    in_component: bool = False
    alias: str = ""
    until: int = 0
    options: Options = NO_OPTIONS
    only_read: bool = False

    @property
    def key(self) -> Key:
        return self.pixel, self.agency

    def has_ended(self, day: int) -> bool:
        return self.in_component and not self.only_read and 0 < self.until < day

    def resource(self) -> Resource:
        if self.only_read:
            return resources.only_read_share(self.name, self.pixel, self.agency)
        made = resources.share(self.name, self.pixel, self.agency, *self.tasks)
        last = {"expires_on": date_of(self.until)} if self.in_component and self.until else {}
        return replace(
            made,
            inputs={**made.inputs, **self.inputs, **last},
            delete_first=self.delete_first and not self.in_component,
            in_component=self.in_component,
            alias=self.alias,
            options=NO_OPTIONS if self.in_component else self.options,
        )


@dataclass(frozen=True, repr=False)
class Response(Written):
    """The agency's program accepts all requests of the owner, or declines that of a share."""

    name: str
    share: str
    status: str = "APPROVE"

    def resource(self, agency: str) -> Resource:
        if self.status == "APPROVE":
            return resources.standing_response(
                self.name, OWNER, agency, self.share, credentials="agencies"
            )
        given = {
            "request_id": Output(self.share, "pending_request_id"),
            "request_status": self.status,
            "owner_business_id": OWNER,
            "agency_business_id": agency,
            "credentials": "agencies",
        }
        return Resource("PixelSharingRequestResponse", self.name, given)


@dataclass(frozen=True, repr=False)
class Permission(Written):
    """An ad account of an agency on a pixel, whether the program declares the share or not."""

    name: str
    pixel: str
    agency: str
    account: str

    @property
    def key(self) -> Key:
        return self.pixel, self.agency, self.account


@dataclass(frozen=True, repr=False)
class Program(Written):
    """Shares, responses and permissions, each by its name."""

    shares: tuple[Share, ...] = ()
    responses: tuple[Response, ...] = ()
    permissions: tuple[Permission, ...] = ()

    @property
    def names(self) -> set[str]:
        return {resource.name for resource in self.resources()}

    @property
    def keys(self) -> dict[str, Key]:
        """The access that is declared, by name; a response gives none of its own."""
        keys = {share.name: share.key for share in self.shares}
        return keys | {permission.name: permission.key for permission in self.permissions}

    def on(self, day: int) -> Program:
        """What the program declares on a day: no share past its last day, and no response to it."""
        declared = self
        for share in (*self.ended(day), *self.only_read()):
            declared = declared.without(share.name)
        return declared

    def only_read(self) -> tuple[Share, ...]:
        """The shares that the program only reads."""
        return tuple(share for share in self.shares if share.only_read)

    def ended(self, day: int) -> tuple[Share, ...]:
        """The shares past their last day, which the program still contains."""
        return tuple(share for share in self.shares if share.has_ended(day))

    def share(self, key: Key) -> Share | None:
        """The share that declares a pixel for an agency."""
        return next((share for share in self.shares if share.key == key[:2]), None)

    def resources(self) -> resources.Resources:
        """What the engines run, in the order of the dependencies."""
        return (
            *(share.resource() for share in self.shares),
            *(response.resource(agency) for agency, response in self._answers().items()),
            *self._permitted(),
        )

    def _answers(self) -> dict[str, Response]:
        """The first response of each agency; a second one would contradict or repeat it."""
        agencies = {share.name: share.agency for share in self.shares}
        found: dict[str, Response] = {}
        for response in self.responses:
            found.setdefault(agencies[response.share], response)
        return found

    def _permitted(self) -> Iterator[Resource]:
        answers = {response.share: response.name for response in self._answers().values()}
        for each in self.permissions:
            share = self.share(each.key)
            after = [share.name, answers.get(share.name)] if share else []
            yield resources.permission(
                each.name, *each.key, *filter(None, after), credentials="agencies"
            )

    def without(self, name: str) -> Program:
        """The program without a resource, and without the responses to it."""
        return Program(
            tuple(each for each in self.shares if each.name != name),
            tuple(each for each in self.responses if name not in (each.name, each.share)),
            tuple(each for each in self.permissions if each.name != name),
        )

    def at_the_end(self, day: int) -> Program:
        """What the program declares on a day, if its imports are done and nothing is protected."""
        declared = self.on(day)
        shares = (
            replace(share, options=replace(share.options, imports=False, protect=False))
            for share in declared.shares
        )
        return replace(declared, shares=tuple(shares))

    def with_shares(self, **inputs: object) -> Program:
        """The program with these inputs in each share."""
        shares = (replace(share, inputs={**share.inputs, **inputs}) for share in self.shares)
        return replace(self, shares=tuple(shares))

    def possible(self) -> Program:
        """The program without permissions that Meta refuses by rule: their share has no ads."""
        refused = {share.key for share in self.shares if not AD_TASKS & set(share.tasks)}
        left = tuple(each for each in self.permissions if each.key[:2] not in refused)
        return replace(self, permissions=left)
