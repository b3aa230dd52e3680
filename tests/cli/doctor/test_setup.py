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


#: Settings with a mistake, and valid ones, and whether they are secret.
SETTINGS = [
    ("metapixel:apiVersion", "latest-one", False),
    ("metapixel:rateLimitWait", "a-minute", False),
    ("metapixel:today", "tomorrow-or-so", False),
    ("metapixel:today", "", False),
    ("metapixel:graphUrl", "http://meta.example", False),
    ("metapixel:tokn", "a-long-token", False),
    ("metapixel:accessToken", "a-long-token", False),
    ("metapixel:credentials", SETS, False),
    ("metapixel:credentials", '["a-long-token"]', False),
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


def test_a_mistake_is_told_without_the_value_and_what_is_probably_not_meant_is_pointed_out(
    approve: Approve,
) -> None:
    lines = []
    for key, text, is_secret in SETTINGS:
        found = judged(key, text, is_secret)
        lines.append(f"{key} is {text!r}{' and secret' * is_secret}:")
        lines += [f"  {result}: {said}" for result, said in found]
        assert not [said for result, said in found if result == "error" and text and text in said]
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
