"""The reference of the resources and of the components."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi_metapixel
from metapixel_plugin import texts
from metapixel_plugin.schema import COMPONENTS, arguments
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.resources import Input, Resource


def resources() -> str:
    """Return the inputs and outputs of each resource."""
    return "\n\n".join(_resource(type_.described) for type_ in ResourceType)


def _resource(resource: Resource) -> str:
    declared = getattr(pulumi_metapixel, resource.name)
    given, returned = texts.of_inputs(declared), texts.of_outputs(declared)
    inputs = (
        f"| `{each.name}` | {_value(each)} | {given[each.name]} |" for each in resource.inputs
    )
    outputs = (
        f"| `{each.name}` | {_words(each.words) or each.type} | {returned[each.name]} |"
        for each in resource.outputs
    )
    return "\n".join(
        [
            f"## {resource.name}",
            "",
            texts.of_class(declared),
            "",
            "| input | value | meaning |",
            "|---|---|---|",
            *inputs,
            "",
            "| output | value | meaning |",
            "|---|---|---|",
            *outputs,
        ]
    )


def _value(input_: Input) -> str:
    value = _words(input_.form.words) or input_.form.name
    default = f"; default `{input_.default}`" if input_.default else ""
    needed = "; required" if input_.required else default
    return f"{value}{needed}{'; a change replaces the resource' if input_.replaces else ''}"


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def components() -> str:
    """Return the text of each component, its arguments and its outputs."""
    return "\n\n".join(map(_component, COMPONENTS.values()))


def _component(component: type) -> str:
    rows = (
        f"| `{name}` | {'required' if required else ''} | {text} |"
        for name, (text, required) in arguments(component).items()
    )
    given = (f"| `{name}` | {text} |" for name, text in texts.of_outputs(component).items())
    return "\n".join(
        [
            f"## {component.__name__}",
            "",
            texts.of_class(component),
            "",
            "| argument | | meaning |",
            "|---|---|---|",
            *rows,
            "",
            "| output | meaning |",
            "|---|---|",
            *given,
        ]
    )
