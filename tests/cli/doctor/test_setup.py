"""Mistakes in the configuration of a stack, which a diagnosis finds without a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from metapixel_cli.doctor.setup import settings
from metapixel_cli.stacks import pulumi
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection.configuration import Configuration
from tests.conftest import Approve

SETS = '{"shop": {"accessToken": "token-of-the-shop"}}'


def judged(key: str, text: str, is_secret: bool = False) -> list[tuple[str, str]]:
    """Return the result and the text of each finding about a stack with one setting."""
    configured = {key: ConfiguredValue(text, is_secret)}
    found = settings(Configuration({key: text}.get, {}), "prod", configured)
    return [(each.result, each.text) for each in found]


@pytest.mark.parametrize(
    ("key", "text", "mistake"),
    [
        ("apiVersion", "latest-one", "The value of metapixel:apiVersion is not valid"),
        ("rateLimitWait", "a-minute", "The value of metapixel:rateLimitWait is not valid"),
        ("today", "tomorrow-or-so", "The value of metapixel:today is not valid"),
        ("today", "", "The value of metapixel:today is not valid"),
        ("graphUrl", "http://meta.example", "is not a safe address for tokens"),
        ("tokn", "a-long-token", "metapixel:tokn is configured, but it is not a known key"),
        ("accessToken", "a-long-token", "metapixel:accessToken is configured in plain text"),
        ("credentials", SETS, "metapixel:credentials.shop.accessToken is configured in plain text"),
        ("credentials", '["a-long-token"]', "is not an object of named sets"),
    ],
)
def test_a_mistake_is_a_sentence_without_the_value(key: str, text: str, mistake: str) -> None:
    found = judged(f"metapixel:{key}", text)

    sentences = " ".join(sentence for result, sentence in found if result == "error")
    assert mistake in sentences
    assert not text or text not in sentences
    assert "success" not in dict(found)


#: Valid settings, and whether they are secret.
VALID = [
    ("metapixel:accessToken", "a-long-token", True),
    ("metapixel:credentials", SETS, True),
    ("metapixel:timeout", "9", False),
    ("metapixel:appSecret", "", False),
    ("aws:region", "eu-west-1", False),
    ("metapixel:graphUrl", "https://graph.facebook.com/", False),
    ("metapixel:graphUrl", " ", False),
    ("metapixel:graphUrl", "http://127.0.0.1:8765", False),
    ("metapixel:today", "2027-07-01 00:00:00 +0000 UTC", False),
]


def test_a_valid_setting_is_no_mistake_but_it_is_pointed_out_if_it_is_probably_not_meant(
    approve: Approve,
) -> None:
    lines = []
    for key, text, is_secret in VALID:
        lines.append(f"{key} is {text!r}:")
        lines += [f"  {result}: {found}" for result, found in judged(key, text, is_secret)]
    approve("doctor-settings.txt", "\n".join(lines) + "\n")


def test_an_engine_that_does_not_report_its_version_in_time_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = tmp_path / "pulumi"
    engine.write_text("#!/bin/sh\nexec sleep 30\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(pulumi, "PATIENCE", 0.2)

    assert pulumi.version() == ""
