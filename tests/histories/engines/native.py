"""The real engine with the native plugin, for the same programs.

Its states and URNs are translated, so that the oracle judges them like those of the dynamic
provider.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

from metapixel_simulator import Simulator
from tests.histories.engines.real import RealEngine
from tests.histories.estate import AGENCIES_TOKEN, OWNER_TOKEN
from tests.histories.history import Command, History, Killed
from tests.histories.moment import Record
from tests.histories.resources import Output, Resource, Resources
from tests.support import programs
from tests.support.native_form import camel, native_properties
from tests.support.stack import Run

_DYNAMIC, _NATIVE = "pulumi-python:dynamic/metapixel:", "metapixel:index:"
#: The owner's providers. A resource without a provider uses the default one.
_OWNERS = ("", "first", "second")
#: The provider in the place of a credential set.
_AGENCIES = "agencies"
#: The outputs that programs use.
_OUTPUTS = ("pending_request_id",)
_HELPERS = f"""
class Native(pulumi.CustomResource):
    def __init__(self, kind, name, given, aliases=(), **options):
        old = [*aliases, *(pulumi.Alias(name=each.name, type_=TYPE + kind) for each in aliases)]
        opts = pulumi.ResourceOptions(aliases=[*old, pulumi.Alias(type_=TYPE + kind)], **options)
        outputs = dict.fromkeys({_OUTPUTS})
        super().__init__("{_NATIVE}" + kind, name, {{**given, **outputs}}, opts)


def access(name, given, **options):
    opts = pulumi.ResourceOptions(**options)
    return pulumi.ComponentResource("{_NATIVE}AgencyAccess", name, given, opts, remote=True)


def owner(name, token, **options):
    given = {{"accessToken": pulumi.Output.secret(token), "graphUrl": URL}}
    opts = pulumi.ResourceOptions(**options)
    return pulumi.ProviderResource("metapixel", name, given, opts)
"""


class NativeEngine(RealEngine):
    """See `player.Engine`. Who provides a resource is drawn before each command.

    At a random command, the stack moves from the dynamic provider. Later, a resource sometimes gets
    another provider or, with `versions`, another version of the plugin.
    """

    def __init__(
        self,
        sim: Simulator,
        folder: Path,
        history: History,
        versions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(sim, folder, history.switches)
        self._url = sim.url
        self._random = Random(history.seed)
        self._versions = ("", *versions)
        self._dynamic_commands = self._random.choice((0, 0, 1, 2, 3))
        #: The provider of each resource, and the version of each resource and provider, by name.
        self._providers: dict[str, str] = {}
        self._version: dict[str, str] = {}
        if versions:
            self.stack.use_real_processes()
        self.stack.use_plugin(*versions)

    @property
    def _is_native(self) -> bool:
        return self._dynamic_commands < 0

    def run(self, command: Command, program: Resources, **variables: str) -> tuple[Run, bool]:
        self._dynamic_commands -= 1
        for name in (*_OWNERS, _AGENCIES, *(each.name for each in program)):
            if name not in self._version or self._random.random() < 0.15:
                self._version[name] = self._random.choice(self._versions)
                self._providers[name] = self._random.choice(_OWNERS)
        return super().run(self._adapted(command, program), program, **variables)

    def text(self, program: Resources) -> str:
        if not self._is_native:
            return super().text(program)
        statements = [self._statement(each) for each in program]
        used = sorted(set(re.findall(r"provider=(\w+)", "".join(statements))))
        constants = f"TYPE, URL = {_DYNAMIC!r}, {self._url!r}"
        return programs.program(constants, _HELPERS, *map(self._provider, used), *statements)

    def records(self) -> tuple[Record, ...]:
        return tuple(map(_translated, super().records()))

    def remove(self, urn: str) -> None:
        for each in super().records():
            if _translated(each).urn == urn:
                super().remove(each.urn)

    def _adapted(self, command: Command, program: Resources) -> Command:
        """The command with the URNs of the state and of the program, and sometimes interrupted."""
        recorded = [each.urn for each in super().records()]
        declared = [self._urn(each) for each in program]
        targets, replaces = (
            tuple(urn for urn in dict.fromkeys([*recorded, *declared]) if _dynamic(urn) in chosen)
            for chosen in (command.targets, command.replaces)
        )
        killed = command.killed
        if killed is not None:
            what = self._random.choice((killed.what, killed.what, "interrupt", "a plugin"))
            killed = replace(killed, what=what)
        elif self._random.random() < 0.06 and command.verb != "preview":
            killed = Killed(self._random.randint(1, 12), "after", "interrupt")
        return replace(command, targets=targets, replaces=replaces, killed=killed)

    def _urn(self, resource: Resource) -> str:
        return resource.urn.replace(_DYNAMIC, _NATIVE) if self._is_native else resource.urn

    def _provider(self, name: str) -> str:
        token = AGENCIES_TOKEN if name == _AGENCIES else OWNER_TOKEN
        return f"{name} = owner({name!r}, {token!r}{self._with_version(name)})"

    def _with_version(self, name: str) -> str:
        version = self._version[name]
        return f", version={version!r}" if version else ""

    def _statement(self, resource: Resource) -> str:
        """The resource as a statement of a Python program."""
        variable = resource.name.replace("-", "_")
        given = {name: _code(each) for name, each in resource.inputs.items() if each is not None}
        provider = _AGENCIES if "credentials" in given else self._providers[resource.name]
        options = f", provider={provider}" if provider else self._with_version(resource.name)
        after = [each.replace("-", "_") for each in resource.after]
        options += f", depends_on=[{', '.join(after)}]" if after else ""
        options += ", delete_before_replace=True" if resource.delete_first else ""
        component, _, label = resource.name.partition("-")
        former = resource.alias.partition("-")[0] if resource.in_component else resource.alias
        options += f", aliases=[pulumi.Alias(name={former!r})]" if former else ""
        if not resource.in_component:
            made = native_properties(given)
            return f"{variable} = Native({resource.kind!r}, {resource.name!r}, {made}{options})"
        given["pixels"] = {label: given.pop("pixel_id")}
        return f"{variable} = access({component!r}, {native_properties(given)}{options})"


def _code(value: object) -> object:
    if isinstance(value, Output):
        return programs.Code(f"{value.name.replace('-', '_')}.{camel(value.property)}")
    return value


def _dynamic(urn: str) -> str:
    """The URN of a resource as the dynamic provider has it. Components keep their type."""
    return urn.replace(f"{_NATIVE}Pixel", f"{_DYNAMIC}Pixel")


def _translated(record: Record) -> Record:
    """The record as the dynamic provider has it."""
    return replace(
        record,
        urn=_dynamic(record.urn),
        inputs={_snake(name): value for name, value in record.inputs.items()},
        outputs={_snake(name): value for name, value in record.outputs.items()},
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f"_{found[0].lower()}", name)
