"""Mistakes in the configuration of a stack, which a diagnosis finds without a call."""

from __future__ import annotations

import pytest

from metapixel_cli.doctor.reading.local import read_settings, read_versions, set_names
from metapixel_cli.doctor.reading.observed import Settings
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection.configuration import Configuration

SETS = '{"shop": {"accessToken": "token-of-the-shop"}}'
NOTHING: dict[str, str] = {}


def read(key: str, text: str, is_secret: bool = False) -> Settings:
    configured = {f"metapixel:{key}": ConfiguredValue(text, is_secret)}
    values = {name: value.text for name, value in configured.items()}
    return read_settings(Configuration(values.get, {}), "prod", configured, {})


@pytest.mark.parametrize(
    ("key", "text", "mistake", "has_calls"),
    [
        ("apiVersion", "latest-one", "The value of metapixel:apiVersion is not valid", False),
        ("timeout", "a-minute", "The value of metapixel:timeout is not valid", False),
        ("rateLimitWait", "a-minute", "The value of metapixel:rateLimitWait is not valid", True),
        ("today", "tomorrow-or-so", "The value of metapixel:today is not valid", True),
        ("today", "", "The value of metapixel:today is not valid", True),
        ("endWarningDays", "many", "The value of metapixel:endWarningDays is not valid", True),
        ("graphUrl", "http://meta.example", "is not a safe address for tokens", False),
        ("tokn", "a-long-token", "metapixel:tokn is configured, but it is not a known key", True),
        ("accessToken", "a-long-token", "metapixel:accessToken is configured in plain text", True),
        ("credentials", SETS, "metapixel:credentials is configured in plain text", True),
        ("credentials", '["a-long-token"]', "is not an object of named sets", True),
    ],
)
def test_a_mistake_is_a_sentence_without_the_value(
    key: str, text: str, mistake: str, has_calls: bool
) -> None:
    found = read(key, text)

    sentences = " ".join(each.sentence for each in found.mistakes)
    assert mistake in sentences
    assert not text or text not in sentences
    assert bool(found.api_version) is has_calls


@pytest.mark.parametrize(
    ("key", "text", "is_secret"),
    [
        ("accessToken", "a-long-token", True),
        ("credentials", SETS, True),
        ("timeout", "9", False),
        ("today", "2027-07-01 00:00:00 +0000 UTC", False),
        ("endWarningDays", "0", False),
        ("appSecret", "", False),
    ],
)
def test_a_valid_setting_is_no_mistake(key: str, text: str, is_secret: bool) -> None:
    assert read(key, text, is_secret).mistakes == ()


def test_keys_of_other_namespaces_are_no_mistake() -> None:
    configured = {"aws:region": ConfiguredValue("eu-west-1", False)}

    assert read_settings(Configuration(NOTHING.get, {}), "", configured, {}).mistakes == ()


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({}, [None]),
        ({"META_ACCESS_TOKEN_SHOP": "t"}, ["shop"]),
        ({"META_ACCESS_TOKEN": "", "META_ACCESS_TOKEN_SHOP": "t"}, [None, "shop"]),
    ],
)
def test_the_default_set_is_checked_unless_only_others_exist(
    environment: dict[str, str], names: list[str | None]
) -> None:
    assert set_names(Configuration(NOTHING.get, environment)) == names


def test_the_versions_are_those_of_the_installed_packages() -> None:
    found = read_versions()

    assert set(found.packages) == {"pulumi-metapixel", "pulumi", "requests"}
    assert "pulumi" not in found.too_old
