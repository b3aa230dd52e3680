"""The checks of the installed versions and of the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.setup import settings, versions
from metapixel_cli.doctor.judging.verdict import Result, warned
from metapixel_cli.doctor.reading.observed import (
    Mistake,
    Named,
    Observed,
    SetRead,
    Settings,
    Versions,
)

TODAY = datetime(2026, 11, 26, tzinfo=UTC)
ACCEPTED = SetRead(None, user=Named("1", "Acme deploys"))


FOUND = Versions("3.274.0", "3.11.7", {"pulumi-metapixel": "0.1.0", "pulumi": "3.272.0"})


@pytest.mark.parametrize(
    ("found", "result", "text"),
    [
        (FOUND, Result.SUCCESS, "Pulumi engine 3.274.0"),
        (FOUND, Result.SUCCESS, "Python package pulumi 3.272.0"),
        (replace(FOUND, engine=""), Result.WARNING, "was not found on PATH"),
        (replace(FOUND, too_old={"engine": "3.272"}), Result.ERROR, "engine (at least 3.272)"),
    ],
)
def test_an_old_version_fails_and_a_missing_engine_is_a_warning(
    found: Versions, result: Result, text: str
) -> None:
    (outcome,) = versions(Observed(TODAY, Settings({}), found), Names())

    assert outcome.verdict.result is result
    assert text in " ".join([outcome.verdict.error, *outcome.verdict.facts])


def test_a_variable_that_the_stack_replaces_is_named() -> None:
    found = replace(
        ACCEPTED, token_source="metapixel:accessToken", unused_source="META_ACCESS_TOKEN"
    )

    (outcome,) = settings(Observed(TODAY, Settings({}), sets=(found,)), Names())

    assert outcome.verdict.facts[1] == (
        "META_ACCESS_TOKEN is set, but not used, because metapixel:accessToken takes precedence"
    )


def test_each_oversight_is_a_warning() -> None:
    warnings = (Mistake("one", "remove it"), Mistake("two", "correct it"))
    found = Settings({"timeout": ""}, api_version="v26.0", warnings=warnings)

    first, second = settings(Observed(TODAY, found), Names())

    assert first.verdict == warned("one", "remove it", "timeout: default")
    assert second.verdict == warned("two", "correct it")
