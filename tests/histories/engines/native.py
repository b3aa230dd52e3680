"""The real engine with the native plugin, for the same programs.

Its states and URNs are translated, so that the oracle judges them like those of the dynamic
provider.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.engines.providers import Providers, domain_properties, token
from tests.histories.engines.real import RealEngine
from tests.histories.history import Command, History, Killed
from tests.histories.moment import Record
from tests.histories.resources import Output, Resource, Resources
from tests.support import programs
from tests.support.native_form import camel, native_properties
from tests.support.stack import Run

_DYNAMIC, _NATIVE = "pulumi-python:dynamic/metapixel:", "metapixel:index:"
#: The outputs that programs use.
_OUTPUTS = ("pendingRequestId",)
_HELPERS = f"""
class Native(pulumi.CustomResource):
    def __init__(self, kind, name, given, aliases=(), **options):
        old = [*aliases, *(pulumi.Alias(name=each.name, type_=TYPE + kind) for each in aliases)]
        opts = pulumi.ResourceOptions(aliases=[*old, pulumi.Alias(type_=TYPE + kind)], **options)
        outputs = dict.fromkeys({_OUTPUTS})
        super().__init__("{_NATIVE}" + kind, name, {{**given, **outputs}}, opts)


def access(name, given, remote=True, **options):
    opts = pulumi.ResourceOptions(**options)
    return pulumi.ComponentResource("{_NATIVE}AgencyAccess", name, given, opts, remote=remote)


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
        self._providers = Providers(history)
        self._random = self._providers.random
        self._versions = ("", *versions)
        #: The versions of resources and providers, by name.
        self._version: defaultdict[str, str] = defaultdict(
            lambda: self._random.choice(self._versions)
        )
        if versions:
            self.stack.use_real_processes()
        self.stack.use_plugin(*versions)

    def run(self, command: Command, program: Resources, **variables: str) -> tuple[Run, bool]:
        drawn = tuple(self._providers.drawn(program))
        for name in list(self._version):
            if self._random.random() < 0.15:
                del self._version[name]
        return super().run(self._adapted(command, drawn), drawn, **variables)

    def text(self, program: Resources) -> str:
        if not self._providers.is_native:
            return super().text(program)
        given = (value for each in program for value in each.inputs.values())
        read = {value.name for value in given if isinstance(value, Output)}
        statements = [self._statement(each, each.name in read) for each in program]
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
        killed = self._providers.killed(command.killed)
        if killed is not None and self._random.random() < 0.3:
            killed = replace(killed, what="interrupt")
        elif self._random.random() < 0.06 and command.verb != "preview":
            killed = Killed(self._random.randint(1, 12), "after", "interrupt")
        return replace(command, targets=targets, replaces=replaces, killed=killed)

    def _urn(self, resource: Resource) -> str:
        return (
            resource.urn.replace(_DYNAMIC, _NATIVE) if self._providers.is_native else resource.urn
        )

    def _provider(self, name: str) -> str:
        return f"{name} = owner({name!r}, {token(name)!r}{self._with_version(name)})"

    def _with_version(self, name: str) -> str:
        version = self._version[name]
        return f", version={version!r}" if version else ""

    def _statement(self, resource: Resource, is_read: bool) -> str:
        """The resource as a statement of a Python program. Others have an output of it (`is_read`).

        A component that the plugin constructs has no outputs, so the program constructs it then.
        """
        variable = resource.name.replace("-", "_")
        given = {name: _code(each) for name, each in resource.inputs.items() if each is not None}
        provider = resource.provider
        options = f", provider={provider}" if provider else self._with_version(resource.name)
        after = [each.replace("-", "_") for each in resource.after]
        options += f", depends_on=[{', '.join(after)}]" if after else ""
        options += ", delete_before_replace=True" if resource.delete_first else ""
        component, _, label = resource.name.partition("-")
        former = resource.alias.partition("-")[0] if resource.in_component else resource.alias
        aliases = f", aliases=[pulumi.Alias(name={former!r})]" if former else ""
        if resource.in_component and not is_read:
            given["pixels"] = {label: given.pop("pixel_id")}
            given = native_properties(given)
            return f"{variable} = access({component!r}, {given}{options}{aliases})"
        if resource.in_component:
            options += f", parent=access({component!r}, {{}}, remote=False{aliases})"
            aliases = ""
        made = f"{resource.kind!r}, {resource.name!r}, {native_properties(given)}"
        return f"{variable} = Native({made}{options}{aliases})"


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
        inputs=domain_properties(record.inputs),
        outputs=domain_properties(record.outputs),
    )
