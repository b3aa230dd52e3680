"""The schema has what the description of each resource says. The engine tests check its form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from metapixel_plugin.schema import COMPONENTS, schema
from metapixel_provider.sharing.engine_names import camel
from metapixel_provider.sharing.resource_types import ResourceType

SCHEMA: Mapping[str, Any] = json.loads(json.dumps(schema()))


@pytest.mark.parametrize("type_", ResourceType)
def test_the_schema_has_the_inputs_of_a_program_of_which_the_identity_replaces_and_each_output(
    type_: ResourceType,
) -> None:
    resource = SCHEMA["resources"][type_.native]
    inputs = resource["inputProperties"]

    described = {camel(each.name): each.replaces for each in type_.inputs if not each.passed_on}
    del described["credentials"]
    assert {name: "willReplaceOnChanges" in each for name, each in inputs.items()} == described
    assert {camel(each.name) for each in type_.outputs} <= {*resource["required"]}


def test_a_component_has_its_resources_as_outputs() -> None:
    found = {
        component.__name__: SCHEMA["resources"][token]["properties"]
        for token, component in COMPONENTS.items()
    }

    assert {name: [*each] for name, each in found.items()} == {
        "AgencyAccess": ["shares", "permissions", "statuses"],
        "ClientAccess": ["standingResponse", "permissions"],
    }


def properties(*parts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each property of parts of the schema, with its name."""
    for part in parts:
        for key in ("properties", "inputProperties"):
            yield from part.get(key, {}).items()


def test_each_property_is_in_camel_case_and_those_of_resources_and_providers_have_a_text() -> None:
    described = [*properties(*SCHEMA["resources"].values(), SCHEMA["provider"])]
    names = [name for name, _ in (*described, *properties(*SCHEMA["types"].values()))]

    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []
    assert [name for name, each in described if not each.get("description")] == []


def test_a_token_is_secret_in_the_configuration_and_in_a_provider() -> None:
    for inputs in (SCHEMA["config"]["variables"], SCHEMA["provider"]["inputProperties"]):
        secrets = {name for name, each in inputs.items() if each.get("secret")}
        assert secrets == {"accessToken", "appSecret"}
