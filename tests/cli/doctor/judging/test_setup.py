"""The checks of the versions of the API, the engine and the packages, on a given day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from metapixel_cli.doctor.judging.api_versions import VERSIONS, number
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.setup import api_version, settings, versions
from metapixel_cli.doctor.judging.verdict import Result, Verdict, warned
from metapixel_cli.doctor.reading.observed import (
    Mistake,
    Named,
    Observed,
    SetRead,
    Settings,
    Versions,
)
from metapixel_simulator.switches import Switches

TODAY = datetime(2026, 11, 26, tzinfo=UTC)
ACCEPTED = SetRead(None, user=Named("1", "Acme deploys"))


def judged(version: str, day: datetime = TODAY) -> Verdict:
    settings = Settings({}, api_version=version)
    observed = Observed(day, settings, sets=(ACCEPTED,))
    return api_version(observed, Names())


@pytest.mark.parametrize(
    ("version", "day", "result", "text"),
    [
        ("v25.0", datetime(2026, 11, 26, tzinfo=UTC), Result.WARNING, "ends on 2027-02-23"),
        ("v25.0", datetime(2026, 11, 1, tzinfo=UTC), Result.SUCCESS, "it ends on 2027-02-23"),
        ("v25.0", datetime(2027, 2, 24, tzinfo=UTC), Result.ERROR, "ended on 2027-02-23"),
        ("v26.0", TODAY, Result.SUCCESS, "guarantees the version until 2027-02-02"),
        ("v26.0", datetime(2027, 2, 3, tzinfo=UTC), Result.WARNING, "may end at any time"),
        ("v27.0", TODAY, Result.SUCCESS, "published no end by 2026-11-26"),
        ("v24.0", TODAY, Result.WARNING, "older than the versions"),
        ("v28.0", TODAY, Result.WARNING, "newer than the versions"),
    ],
)
def test_the_end_of_a_version_depends_on_the_day(
    version: str, day: datetime, result: Result, text: str
) -> None:
    verdict = judged(version, day)

    assert verdict.result is result
    assert text in " ".join([verdict.error, *verdict.facts])


def test_the_default_version_is_replaced_by_the_newest_one() -> None:
    verdict = judged("v26.0", datetime(2027, 2, 3, tzinfo=UTC))

    setting = "metapixel:apiVersion or META_API_VERSION"
    assert verdict.advice == f"set {setting} to v27.0, and update pulumi-metapixel"


def test_the_table_of_versions_is_in_order() -> None:
    assert list(VERSIONS) == sorted(VERSIONS, key=lambda each: number(each.name))
    assert list(VERSIONS) == sorted(VERSIONS, key=lambda each: each.released)
    assert number("v9.0") < number("v10.0")


def test_the_simulator_accepts_the_versions_of_the_table() -> None:
    names = [each.name for each in VERSIONS]

    assert (Switches().oldest_version, Switches().newest_version) == (names[0], names[-1])


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
    warnings = (Mistake("today", "one", "remove it"), Mistake("graphUrl", "two", "correct it"))
    found = Settings({"timeout": ""}, api_version="v26.0", warnings=warnings)

    first, second = settings(Observed(TODAY, found), Names())

    assert first.verdict == warned("one", "remove it", "timeout: default")
    assert second.verdict == warned("two", "correct it")
