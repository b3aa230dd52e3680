"""How a stack says which Graph API it talks to, and for how long."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import ConfigurationError
from tests.unit.connection.support import configuration


@pytest.mark.parametrize(
    ("written", "version"), [("v25.0", "v25.0"), ("25.0", "v25.0"), ("", "v26.0")]
)
def test_a_version_is_written_with_or_without_its_v(written: str, version: str) -> None:
    assert configuration({"apiVersion": written}).api_version == version


@pytest.mark.parametrize(
    "written", ["soon", "-1", "0", "1_0", "１０", "1e1", "+1", "nan", "86401", "1 0", ".", "5s"]
)
def test_a_duration_that_is_none_names_its_key(written: str) -> None:
    with pytest.raises(ConfigurationError, match="The value of metapixel:timeout is not valid"):
        configuration({"timeout": written}).seconds("timeout", 60)


@pytest.mark.parametrize(
    ("written", "seconds"), [("90", 90.0), (" 0.5 ", 0.5), ("86400", 86_400.0), ("", 60.0)]
)
def test_a_duration_is_a_decimal_number(written: str, seconds: float) -> None:
    assert configuration({"timeout": written}).seconds("timeout", 60) == seconds


@pytest.mark.parametrize(
    ("key", "values", "environment", "source"),
    [
        (
            "apiVersion",
            {"apiVersion": "v25.0"},
            {"META_API_VERSION": "v27.0"},
            "metapixel:apiVersion",
        ),
        ("apiVersion", {}, {"META_API_VERSION": "v27.0"}, "META_API_VERSION"),
        ("apiVersion", {"apiVersion": " "}, {"META_API_VERSION": ""}, ""),
        ("timeout", {"timeout": "9"}, {}, "metapixel:timeout"),
        ("timeout", {}, {"META_API_VERSION": "v27.0"}, ""),
    ],
)
def test_the_source_of_a_setting_is_a_key_a_variable_or_the_default(
    key: str, values: dict[str, str], environment: dict[str, str], source: str
) -> None:
    assert configuration(values, environment).source(key) == source
