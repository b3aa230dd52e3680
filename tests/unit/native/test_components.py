"""Components in other languages: their arguments, and the texts that name them."""

from __future__ import annotations

import json
import re

import pulumi
import pytest

from metapixel_plugin import components
from metapixel_plugin.schema import schema
from metapixel_provider.process.failures import text_of
from metapixel_provider.sharing.engine_names import for_native_programs
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS


def construct(**inputs: pulumi.Input[object]) -> None:
    provider = components.Components.__new__(components.Components)
    provider.construct("north", AGENCY_ACCESS, inputs)


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({"credentials": "owner"}, "AgencyAccess 'north': there is no 'credentials'"),
        (
            {"pixels": {"shop": {"pixel": "1"}}},
            "AgencyAccess 'north', pixel 'shop': there is no 'pixel'; did you mean 'pixelId'?",
        ),
    ],
)
def test_an_unknown_argument_is_refused(inputs: dict[str, object], refusal: str) -> None:
    with pytest.raises(pulumi.RunError, match=re.escape(refusal)):
        construct(**inputs)


def test_a_refusal_names_the_argument_as_the_program_does() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        construct(agencyBusinessId="34", pixels={"shop": "12"})

    shown = for_native_programs(text_of(refused.value))
    assert shown.startswith("AgencyAccess 'north', pixel 'shop': `permittedTasks` is missing")


def test_no_text_of_the_schema_has_a_name_in_snake_case() -> None:
    assert re.findall(r"(?<![\w/])[a-z]+_[a-z_]+\b", json.dumps(schema()["resources"])) == []
    assert re.findall(r"(?<![\w/])[a-z]+_[a-z_]+\b", json.dumps(schema()["types"])) == []
