"""Mistakes in the configuration of a stack, which a diagnosis finds without a call."""

from __future__ import annotations

import pytest

from metapixel_cli.doctor.judging.observed import Settings
from metapixel_cli.doctor.judging.setup import read_settings, set_names
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection.configuration import Configuration

SETS = '{"shop": {"accessToken": "token-of-the-shop"}}'
NOTHING: dict[str, str] = {}


def read(key: str, text: str, is_secret: bool = False) -> Settings:
    configured = {f"metapixel:{key}": ConfiguredValue(text, is_secret)}
    values = {name: value.text for name, value in configured.items()}
    return read_settings(Configuration(values.get, {}), "prod", configured, {})


@pytest.mark.parametrize(
    ("key", "text", "mistake"),
    [
        ("apiVersion", "latest-one", "The value of metapixel:apiVersion is not valid"),
        ("timeout", "a-minute", "The value of metapixel:timeout is not valid"),
        ("rateLimitWait", "a-minute", "The value of metapixel:rateLimitWait is not valid"),
        ("today", "tomorrow-or-so", "The value of metapixel:today is not valid"),
        ("today", "", "The value of metapixel:today is not valid"),
        ("endWarningDays", "many", "The value of metapixel:endWarningDays is not valid"),
        ("graphUrl", "http://meta.example", "is not a safe address for tokens"),
        ("tokn", "a-long-token", "metapixel:tokn is configured, but it is not a known key"),
        ("accessToken", "a-long-token", "metapixel:accessToken is configured in plain text"),
        ("credentials", SETS, "metapixel:credentials is configured in plain text"),
        ("credentials", '["a-long-token"]', "is not an object of named sets"),
    ],
)
def test_a_mistake_is_a_sentence_without_the_value(key: str, text: str, mistake: str) -> None:
    found = read(key, text)

    sentences = " ".join(each.text for each in found.mistakes)
    assert mistake in sentences
    assert not text or text not in sentences
    assert not found.api_version


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


@pytest.mark.parametrize(
    ("key", "text", "warnings"),
    [
        (
            "graphUrl",
            "http://127.0.0.1:8765",
            ["metapixel:graphUrl is not an address of Meta's, so"],
        ),
        ("graphUrl", "https://graph.facebook.com/", []),
        ("graphUrl", " ", []),
        ("today", "2027-07-01", ["metapixel:today is set, so access ends as if its date were the"]),
    ],
)
def test_a_setting_that_is_probably_not_meant_is_pointed_out(
    key: str, text: str, warnings: list[str]
) -> None:
    found = read(key, text).warnings

    assert [each.text[: len(start)] for each, start in zip(found, warnings, strict=True)] == (
        warnings
    )
