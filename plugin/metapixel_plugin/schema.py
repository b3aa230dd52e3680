"""The schema of the package, made from the description and the docstrings of each resource."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

import pulumi_metapixel
from metapixel_plugin.version import VERSION
from metapixel_provider.connection import INPUTS, NAMESPACE, NUMBERS
from metapixel_provider.connection.environment import VARIABLES
from metapixel_provider.sharing.engine_names import camel, for_native_programs
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS, CLIENT_ACCESS, ResourceType
from pulumi_metapixel import AgencyAccess, ClientAccess, PixelAccess

if TYPE_CHECKING:
    from metapixel_provider.sharing.forms import ValueType

#: An annotated attribute of a class, with its text.
_ATTRIBUTE = re.compile(r'^    ([a-z_]+): [^\n]+\n    """(.*?)"""', re.DOTALL | re.MULTILINE)
_PARAMETER = re.compile(r":param (\w+): (.*?)(?=\n\s*:param|\Z)", re.DOTALL)

#: A part of the schema. See https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
Part = dict[str, object]

_TEXT: Part = {"type": "string"}
_TYPES: Mapping[ValueType, Part] = {"string": _TEXT, "list": {"type": "array", "items": _TEXT}}
COMPONENTS: Mapping[str, type[AgencyAccess | ClientAccess]] = {
    AGENCY_ACCESS: AgencyAccess,
    CLIENT_ACCESS: ClientAccess,
}
#: Arguments that other languages do not have: Pulumi's own, and the names of credential sets.
_ONLY_IN_PYTHON = frozenset(("self", "resource_name", "opts", "credentials", "agency_credentials"))
#: The input of `AgencyAccess` that takes the place of `agency_credentials`.
AGENCY_PROVIDER = "agencyProvider"

_PIXEL_ACCESS = f"{NAMESPACE}:index:PixelAccess"
_PIXEL: Part = {"oneOf": [_TEXT, {"type": "object", "$ref": f"#/types/{_PIXEL_ACCESS}"}]}
#: The arguments of components that are not text.
_ARGUMENTS: Mapping[str, Part] = {
    "pixels": {"type": "object", "additionalProperties": _PIXEL},
    "permitted_tasks": _TYPES["list"],
    "ad_accounts": _TYPES["list"],
    "previously": _TYPES["list"],
    "accept": {"type": "boolean"},
    "moved_from": {"type": "object", "additionalProperties": _TEXT},
}
_SHARE: Part = {"$ref": f"#/resources/{ResourceType.SHARE.native}"}
_PERMISSION: Part = {"$ref": f"#/resources/{ResourceType.PERMISSION.native}"}
#: The output that a component may lack.
_OPTIONAL_OUTPUT = "standing_response"
_OUTPUTS: Mapping[str, Part] = {
    "shares": {"type": "object", "additionalProperties": _SHARE},
    "permissions": {"type": "object", "additionalProperties": _PERMISSION},
    "statuses": {"type": "object", "additionalProperties": _TEXT},
    _OPTIONAL_OUTPUT: {"$ref": f"#/resources/{ResourceType.STANDING_RESPONSE.native}"},
}
_AGENCY_PROVIDER: Part = {
    "$ref": "#/provider",
    "description": "The provider for the ad accounts. Its token must belong to an admin of the "
    "agency. Without it, the provider of the component is used.",
}


def schema() -> Part:
    return {
        "name": NAMESPACE,
        "version": VERSION,
        "displayName": "Meta Pixel",
        "description": "Access to Meta pixels as code.",
        "keywords": ["pulumi", "meta", "pixel", "category/utility"],
        "license": "Apache-2.0",
        "namespace": "metapixel",
        "config": {"variables": _provider_inputs()},
        "provider": {"inputProperties": _provider_inputs(), "type": "object"},
        "types": {_PIXEL_ACCESS: _pixel_access()},
        "resources": {
            **{each.native: _resource(each) for each in ResourceType},
            **{token: _component(each) for token, each in COMPONENTS.items()},
        },
        # The package of this project is `pulumi_metapixel`, so the generated one has another name.
        # Go has no `importBasePath`: Pulumi tells programs to import another path than this one.
        "language": {
            "python": {"packageName": "metapixel_native", "pyproject": {"enabled": True}},
            "nodejs": {"packageName": "metapixel-native", "respectSchemaVersion": True},
            "go": {"generateResourceContainerTypes": True},
        },
    }


def _provider_inputs() -> Part:
    found: Part = {}
    for name, text in INPUTS.items():
        described: Part = {"type": "number" if name in NUMBERS else "string", "description": text}
        if name in VARIABLES:
            described["secret"] = True
        found[name] = described
    return found


def _resource(type_: ResourceType) -> Part:
    declared = getattr(pulumi_metapixel, type_)
    given, returned = texts_of_inputs(declared.__init__), texts_of_outputs(declared)
    inputs: dict[str, Part] = {}
    for each in type_.inputs:
        # Other languages select a provider instead of a credential set.
        is_only_in_python = each.name == "credentials"
        # A program sets such an input in `AgencyAccess`, which passes it on to its resources.
        is_input_of_component = each.passed_on
        if is_only_in_python or is_input_of_component:
            continue
        described = _TYPES[each.form.type] | _description(given[each.name])
        if each.replaces:
            described["willReplaceOnChanges"] = True
        inputs[camel(each.name)] = described
    outputs = {
        camel(each.name): _TYPES[each.type] | _description(returned[each.name])
        for each in type_.outputs
    }
    required = [camel(each.name) for each in type_.inputs if each.required]
    return {
        **_description(inspect.getdoc(declared) or ""),
        "inputProperties": inputs,
        "requiredInputs": required,
        "properties": inputs | outputs,
        "required": [*required, *outputs],
        # A stack of a Python program moves to this plugin without a call.
        "aliases": [{"type": type_.dynamic}],
    }


def _component(component: type[AgencyAccess | ClientAccess]) -> Part:
    given, returned = arguments(component), texts_of_outputs(component)
    inputs: dict[str, Part] = {
        camel(name): _ARGUMENTS.get(name, _TEXT) | _description(text)
        for name, (text, _) in given.items()
    }
    if component is AgencyAccess:
        inputs[AGENCY_PROVIDER] = _AGENCY_PROVIDER
    return {
        "isComponent": True,
        **_description(inspect.getdoc(component) or ""),
        "inputProperties": inputs,
        "requiredInputs": [camel(name) for name, (_, required) in given.items() if required],
        "properties": {
            camel(name): _OUTPUTS[name] | _description(text) for name, text in returned.items()
        },
        "required": [camel(name) for name in returned if name != _OPTIONAL_OUTPUT],
    }


def _pixel_access() -> Part:
    return {
        "type": "object",
        **_description(inspect.getdoc(PixelAccess) or ""),
        "properties": {
            camel(each.name): dict(_ARGUMENTS.get(each.name, _TEXT)) for each in fields(PixelAccess)
        },
        "required": ["pixelId"],
    }


def arguments(component: type[AgencyAccess | ClientAccess]) -> dict[str, tuple[str, bool]]:
    """Return the arguments of a component: the text of each, and whether it is required."""
    found = texts_of_inputs(component.__init__)
    return {
        name: (found[name], each.default is inspect.Parameter.empty)
        for name, each in inspect.signature(component).parameters.items()
        if name not in _ONLY_IN_PYTHON
    }


def texts_of_inputs(function: Callable[..., object]) -> Mapping[str, str]:
    """Return the text about each parameter of a function, such as the `__init__` of a resource."""
    return _texts(_PARAMETER.findall(inspect.getdoc(function) or ""))


def texts_of_outputs(declared: type) -> Mapping[str, str]:
    """Return the text about each declared attribute of a resource or component."""
    return _texts(_ATTRIBUTE.findall(inspect.getsource(declared)))


def _texts(found: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the first paragraph of each text. What follows is about Python."""
    return {name: " ".join(text.partition("\n\n")[0].split()) for name, text in found}


def _description(text: str) -> Part:
    return {"description": for_native_programs(text)}
