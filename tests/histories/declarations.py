"""The programs of a history: plain data that is written out as a program's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.histories.estate import ACCOUNTS, AD_TASKS, OWNER, Key
from tests.support import programs
from tests.support.programs import Code


@dataclass(frozen=True)
class Share:
    """A share under its name, `COMPONENT-x`; `alias` is an older name.

    With `parent` it is in an `AgencyAccess` of its own, which has no `delete_before_replace`.
    """

    name: str
    pixel: str
    agency: str
    tasks: tuple[str, ...]
    inputs: dict[str, object] = field(default_factory=dict)
    delete_before_replace: bool = False
    parent: bool = False
    alias: str = ""

    @property
    def key(self) -> Key:
        return self.pixel, self.agency

    def option(self, name: str) -> object:
        """An optional input, None where the program leaves it out."""
        return self.inputs.get(name)

    @property
    def variable(self) -> str:
        """The variable of the share in the program."""
        return self.name.replace("-", "_")

    def text(self) -> str:
        if self.parent:
            return self._in_a_component()
        options = {
            "delete_before_replace=True": self.delete_before_replace,
            f"aliases=[pulumi.Alias(name={self.alias!r})]": self.alias,
        }
        opts = ", ".join(option for option, chosen in options.items() if chosen)
        return programs.share(
            self.name, self.pixel, self.agency, *self.tasks, opts=opts, **self.inputs
        )

    def _in_a_component(self) -> str:
        (component, label), former = self.name.split("-"), self.alias.partition("-")[0]
        opts = f"aliases=[pulumi.Alias(name={former!r})]" if former else ""
        access = programs.agency_access(
            component, self.agency, {label: self.pixel}, *self.tasks, opts=opts, **self.inputs
        )
        return f"{access}\n{self.variable} = {component}.shares[{label!r}]"


@dataclass(frozen=True)
class Response:
    """The agency's program accepts the request of a share."""

    name: str
    share: str

    def text(self) -> str:
        return programs.response(
            self.name,
            Code(f"{self.share.replace('-', '_')}.pending_request_id"),
            owner_business_id=OWNER,
            credentials="agencies",
        )


@dataclass(frozen=True)
class Permission:
    """The agency's ad account on the pixel of a share."""

    name: str
    share: str


@dataclass(frozen=True)
class Program:
    """Shares, the responses to them and the permissions on them, each by its name."""

    shares: tuple[Share, ...] = ()
    responses: tuple[Response, ...] = ()
    permissions: tuple[Permission, ...] = ()

    @property
    def names(self) -> set[str]:
        resources: tuple[Share | Response | Permission, ...] = (
            *self.shares,
            *self.responses,
            *self.permissions,
        )
        return {each.name for each in resources}

    @property
    def keys(self) -> dict[str, Key]:
        """The access that is declared, by name; a response gives none of its own."""
        keys = {share.name: share.key for share in self.shares}
        for permission in self.permissions:
            pixel, agency = keys[permission.share]
            keys[permission.name] = pixel, agency, ACCOUNTS[agency]
        return keys

    def share(self, key: Key) -> Share | None:
        """The share that declares a pixel for an agency."""
        return next((share for share in self.shares if share.key == key[:2]), None)

    def statements(self) -> list[str]:
        """The program's text without its imports."""
        return [
            *(share.text() for share in self.shares),
            *(response.text() for response in self.responses),
            *self._permission_texts(),
        ]

    def text(self) -> str:
        """The whole program."""
        return programs.program(*self.statements())

    def _permission_texts(self) -> Iterator[str]:
        answered = {response.share: response.name for response in self.responses}
        for permission in self.permissions:
            (share,) = (each for each in self.shares if each.name == permission.share)
            after = [share.variable, *filter(None, [answered.get(share.name)])]
            yield programs.permission(
                permission.name,
                share.pixel,
                share.agency,
                ACCOUNTS[share.agency],
                credentials="agencies",
                opts=f"depends_on=[{', '.join(after)}]",
            )


def possible(program: Program) -> Program:
    """The same program without what refers to a missing share, or to one without ads."""
    shares = {share.name: share for share in program.shares}
    return Program(
        program.shares,
        tuple(each for each in program.responses if each.share in shares),
        tuple(
            each
            for each in program.permissions
            if each.share in shares and AD_TASKS & set(shares[each.share].tasks)
        ),
    )
