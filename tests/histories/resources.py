"""The resources of a program, which the real engine runs as text and the model's as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tests.support import programs

Properties = Mapping[str, object]
#: The provider of a resource that the native plugin does not serve.
DYNAMIC = "dynamic"
#: `later` is a value that a preview does not know, such as an output of a stack without state. The
#: SDK for Python refuses the option of `imported`, because the dynamic provider cannot import.
_HELPERS = """
import asyncio
def imported(id):
    return lambda args: pulumi.ResourceTransformationResult(
        args.props, pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(import_=id))
    )
def later(value):
    known = asyncio.Future()
    known.set_result(not pulumi.runtime.is_dry_run())
    found = asyncio.Future()
    found.set_result(value)
    return pulumi.Output(set(), found, known)
"""


@dataclass(frozen=True)
class Output:
    """An output of another resource of the program."""

    name: str
    property: str


@dataclass(frozen=True)
class Options:
    """Options of a resource outside of a component, and the values that a preview hides.

    `secret` and `unknown` are names of inputs. An unknown one has its value only in an update.
    """

    retain: bool = False
    protect: bool = False
    imports: bool = False
    replace_on: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Options()


NO_OPTIONS = Options()


@dataclass(frozen=True)
class Resource:
    """A declared resource. `kind` is the SDK's class, `after` are the names it depends on.

    `alias` is a former name. With `in_component`, a share is the child of an `AgencyAccess` whose
    name is the part of the share's name before the hyphen. `provider` is the name of the one that
    the native plugin has, or the dynamic provider. With `only_read`, it is read by `.get()`. If it
    `has_ended`, the program has the component, but not the share.
    """

    kind: str
    name: str
    inputs: Properties
    after: tuple[str, ...] = ()
    delete_first: bool = False
    in_component: bool = False
    alias: str = ""
    provider: str = DYNAMIC
    options: Options = NO_OPTIONS
    only_read: bool = False
    has_ended: bool = False

    @property
    def imports(self) -> bool:
        """Whether the engine imports it, which it cannot do with the dynamic provider."""
        return self.options.imports and self.provider != DYNAMIC

    @property
    def id(self) -> str:
        """The id of a share."""
        return f"{self.inputs['pixel_id']}/{self.inputs['agency_business_id']}"

    @property
    def urn(self) -> str:
        """The URN that the engine makes of it, in the stack that `tests.support.stack` has."""
        return self._urn(self.name)

    @property
    def urns(self) -> tuple[str, ...]:
        """The URN and its aliases."""
        return (self.urn, *map(self._urn, filter(None, [self.alias])))

    def _urn(self, name: str) -> str:
        parent = "metapixel:index:AgencyAccess$" if self.in_component else ""
        return (
            f"urn:pulumi:test::project::{parent}pulumi-python:dynamic/metapixel:{self.kind}::{name}"
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the resources that it depends on."""
        given = (value.name for value in self.inputs.values() if isinstance(value, Output))
        return tuple(dict.fromkeys([*given, *self.after]))

    def needing(self, new: str, old: str) -> Resource:
        """The same, where a resource that it depends on has another name."""
        inputs = {
            key: Output(new, value.property)
            if isinstance(value, Output) and value.name == old
            else value
            for key, value in self.inputs.items()
        }
        after = tuple(new if name == old else name for name in self.after)
        return replace(self, inputs=inputs, after=after)

    def statement(self) -> str:
        """The resource as a statement of a Python program."""
        if self.only_read:
            return f"{_variable(self.name)} = {self.kind}.get({self.name!r}, {self.id!r})"
        values = {name: value for name, value in self.inputs.items() if value is not None}
        given = {name: self._code(name, value) for name, value in values.items()}
        if self.in_component:
            return self._component(given)
        options = [f"depends_on=[{', '.join(map(_variable, self.after))}]"] * bool(self.after)
        options += ["delete_before_replace=True"] * self.delete_first
        options += [f"aliases=[pulumi.Alias(name={self.alias!r})]"] * bool(self.alias)
        options += ["retain_on_delete=True"] * self.options.retain
        options += ["protect=True"] * self.options.protect
        if self.imports:
            options.append(f"transformations=[imported({self.id!r})]")
        options += [f"replace_on_changes={[*self.options.replace_on]}"]
        return programs.resource(self.kind, self.name, given, ", ".join(options))

    def _code(self, name: str, value: object) -> object:
        if isinstance(value, Output):
            return programs.Code(f"{_variable(value.name)}.{value.property}")
        code = repr(value)
        if name in self.options.unknown:
            code = f"later({code})"
        if name in self.options.secret:
            code = f"pulumi.Output.secret({code})"
        return programs.Code(code)

    def _component(self, given: dict[str, object]) -> str:
        component, label = self.name.split("-")
        first = {
            "agency_business_id": given.pop("agency_business_id"),
            "pixels": {label: given.pop("pixel_id")},
        }
        former = self.alias.partition("-")[0]
        opts = f"aliases=[pulumi.Alias(name={former!r})]" if former else ""
        access = programs.resource("AgencyAccess", component, first | given, opts)
        if self.has_ended:
            return access
        return f"{access}\n{_variable(self.name)} = {component}.shares[{label!r}]"


Resources = tuple[Resource, ...]


def name_of(urn: str) -> str:
    """The name of a resource, from its URN or itself."""
    return urn.rpartition("::")[2]


def text(resources: Iterable[Resource]) -> str:
    """A whole Python program. `resources` are in the order of their dependencies."""
    return programs.program(_HELPERS, *(resource.statement() for resource in resources))


def share(
    name: str,
    pixel: str,
    agency: str,
    *tasks: str,
    after: tuple[str, ...] = (),
    delete_first: bool = False,
    in_component: bool = False,
    alias: str = "",
    **inputs: object,
) -> Resource:
    """A share for ANALYZE unless tasks are given."""
    given = {
        "pixel_id": pixel,
        "agency_business_id": agency,
        "permitted_tasks": list(tasks or ("ANALYZE",)),
        **inputs,
    }
    return Resource("PixelAgencyShare", name, given, after, delete_first, in_component, alias)


def only_read_share(name: str, pixel: str, agency: str) -> Resource:
    """A share that the program reads by `.get()`."""
    ids = {"pixel_id": pixel, "agency_business_id": agency}
    return Resource("PixelAgencyShare", name, ids, only_read=True)


def permission(
    name: str, pixel: str, business: str, account: str, *after: str, **inputs: object
) -> Resource:
    given = {"pixel_id": pixel, "business_id": business, "ad_account_id": account, **inputs}
    return Resource("PixelAdAccountPermission", name, given, after)


def standing_response(
    name: str, owner: str, agency: str, *after: str, **inputs: object
) -> Resource:
    """The acceptance of all requests of an owner."""
    given = {"owner_business_id": owner, "agency_business_id": agency, **inputs}
    return Resource("PixelSharingStandingResponse", name, given, after)


def _variable(name: str) -> str:
    return name.replace("-", "_")
