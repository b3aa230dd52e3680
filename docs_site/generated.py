"""The parts of the site that are generated from the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from metapixel_cli.access.rendering import json_document as access_document
from metapixel_cli.commands import metapixel
from metapixel_cli.doctor.rendering import json_document as doctor_document
from metapixel_cli.review.rendering import json_document as review_document
from metapixel_provider.access_file.schema import schema as access_file_schema
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.resources import Input, Resource

#: The JSON Schemas, by the name of their file.
SCHEMAS = {
    "access": access_file_schema,
    "access-report": access_document.schema,
    "doctor": doctor_document.schema,
    "review": review_document.schema,
}


def resources() -> str:
    """Return the inputs and outputs of each resource."""
    return "\n\n".join(_resource(type_.described) for type_ in ResourceType)


def commands() -> str:
    """Return the help of `metapixel` and of each of its commands."""
    return "\n\n".join(_help(context) for context in _commands())


def _commands() -> Iterator[click.Context]:
    top = metapixel.make_context("metapixel", [], resilient_parsing=True, terminal_width=72)
    yield top
    for name in metapixel.list_commands(top):
        if command := metapixel.get_command(top, name):
            yield command.make_context(name, [], top, resilient_parsing=True)


def _help(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.get_help()}\n```"


def _resource(resource: Resource) -> str:
    return "\n".join(
        [
            f"## {resource.name}",
            "",
            f"{resource.text} Source: {resource.source}.",
            "",
            f"`{resource.name}.get(name, id)` reads an existing resource without managing it.",
            "",
            "| input | value | | meaning |",
            "|---|---|---|---|",
            *(f"| `{each.name}` | {_value(each)} | {each.text} |" for each in resource.inputs),
            "",
            "| output | value | meaning |",
            "|---|---|---|",
            *(
                f"| `{each.name}` | {_words(each.words) or each.type} | {each.text} |"
                for each in resource.outputs
            ),
        ]
    )


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


def _value(input_: Input) -> str:
    value = _words(input_.form.words) or input_.form.name
    default = f"default {_code(input_.default)}" if input_.default else "optional"
    is_needed = "required" if input_.required else default
    return f"{value} | {is_needed}{'; a change replaces the resource' if input_.replaces else ''}"


def _code(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
