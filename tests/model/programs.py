"""Programs that the real engine runs as text and the model's engine as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.support import programs

#: An agency that works with the owner already, and one that has to accept first.

Properties = Mapping[str, object]

_TEXT: Mapping[str, Callable[..., str]] = {
    "PixelAgencyShare": programs.share,
    "PixelAdAccountPermission": programs.permission,
    "PixelSharingRequestResponse": programs.response,
}
#: The inputs that the functions above take by position.
_POSITIONAL = {
    "PixelAgencyShare": ("pixel_id", "agency_business_id"),
    "PixelAdAccountPermission": ("pixel_id", "business_id", "ad_account_id"),
    "PixelSharingRequestResponse": ("request_id", "request_status"),
}


@dataclass(frozen=True)
class Output:
    """An output of another resource of the program."""

    name: str
    property: str


@dataclass(frozen=True)
class Resource:
    """A declared resource. `kind` is the SDK's class, `after` are the names it depends on."""

    kind: str
    name: str
    inputs: Properties
    after: tuple[str, ...] = ()
    delete_first: bool = False

    @property
    def urn(self) -> str:
        """The URN that the engine makes of it, in the stack that `tests.support.stack` has."""
        return f"urn:pulumi:test::project::pulumi-python:dynamic/metapixel:{self.kind}::{self.name}"

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the resources that it depends on."""
        given = (value.name for value in self.inputs.values() if isinstance(value, Output))
        return tuple(dict.fromkeys([*given, *self.after]))

    def text(self) -> str:
        """The resource as a statement of a Python program."""
        given = {name: _code(value) for name, value in self.inputs.items()}
        first = [given.pop(name) for name in _POSITIONAL[self.kind]]
        tasks = given.pop("permitted_tasks", ())
        assert isinstance(tasks, Sequence)
        options = [f"depends_on=[{', '.join(map(_variable, self.after))}]"] * bool(self.after)
        options += ["delete_before_replace=True"] * self.delete_first
        return _TEXT[self.kind](self.name, *first, *tasks, opts=", ".join(options), **given)


@dataclass(frozen=True)
class Program:
    """The resources of a program, in the order of its dependencies."""

    resources: tuple[Resource, ...]

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def text(self) -> str:
        """The program as Python."""
        return programs.program(*(resource.text() for resource in self))


def program(*resources: Resource) -> Program:
    """A program of these resources."""
    return Program(resources)


def share(
    name: str,
    pixel: str,
    agency: str,
    *tasks: str,
    after: tuple[str, ...] = (),
    delete_first: bool = False,
    **inputs: object,
) -> Resource:
    """A share for ANALYZE unless tasks are given."""
    given = {
        "pixel_id": pixel,
        "agency_business_id": agency,
        "permitted_tasks": list(tasks or ("ANALYZE",)),
        **inputs,
    }
    return Resource("PixelAgencyShare", name, given, after, delete_first)


def permission(
    name: str, pixel: str, business: str, account: str, *after: str, **inputs: object
) -> Resource:
    """An ad account permission."""
    given = {"pixel_id": pixel, "business_id": business, "ad_account_id": account, **inputs}
    return Resource("PixelAdAccountPermission", name, given, after)


def response(name: str, request_id: object, status: str = "APPROVE", **inputs: object) -> Resource:
    """An answer to a request."""
    given = {"request_id": request_id, "request_status": status, **inputs}
    return Resource("PixelSharingRequestResponse", name, given)


def _code(value: object) -> object:
    if isinstance(value, Output):
        return programs.Code(f"{_variable(value.name)}.{value.property}")
    return value


def _variable(name: str) -> str:
    return name.replace("-", "_")
