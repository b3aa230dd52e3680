"""The parts of the site that are generated from the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from metapixel_cli.access.rendering import json_document as access_document
from metapixel_cli.commands import metapixel
from metapixel_cli.doctor.rendering import json_document as doctor_document
from metapixel_cli.review.rendering import json_document as review_document
from metapixel_policy import RULES, catalogue
from metapixel_provider.access_file.schema import schema as access_file_schema
from metapixel_simulator.faults import KINDS
from metapixel_simulator.switches import describe

#: The JSON Schemas, by the name of their file.
SCHEMAS = {
    "access": access_file_schema,
    "access-report": access_document.schema,
    "doctor": doctor_document.schema,
    "review": review_document.schema,
}


def policy_rules() -> str:
    """Return the section about the rules of the policy pack."""
    return catalogue.markdown(RULES)


def switches() -> str:
    """Return the table of the simulator's switches."""
    head = "| switch | default | values | meaning |\n|---|---|---|---|"
    return "\n".join([head, *(_switch(each) for each in describe())])


def faults() -> str:
    """Return the kinds of fault that the simulator can inject."""
    return ", ".join(f"`{kind}`" for kind in KINDS)


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


def _switch(switch: Mapping[str, object]) -> str:
    allowed = switch["allowed"]
    values = ", ".join(map(_code, allowed)) if isinstance(allowed, tuple) else allowed
    return f"| `{switch['name']}` | {_code(switch['default'])} | {values} | {switch['meaning']} |"


def _code(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
