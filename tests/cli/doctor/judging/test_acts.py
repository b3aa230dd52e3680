"""The checks whose answer is in the headers or in the type of a token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metapixel_cli.doctor.judging.acts import app_access
from metapixel_cli.doctor.judging.credentials import data_access, token_user
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.verdict import Result
from metapixel_cli.doctor.reading.observed import (
    Named,
    Observed,
    SetRead,
    Settings,
    TokenData,
)
from metapixel_provider.graph.limits import Usage

OBSERVED = Observed(datetime(2026, 11, 26, tzinfo=UTC), Settings({}, api_version="v26.0"))
USER = Named("1", "Acme deploys")


@pytest.mark.parametrize(
    ("tier", "result"),
    [
        ("development_access", Result.ERROR),
        ("standard_access", Result.SUCCESS),
        ("", Result.UNKNOWN),
        ("another", Result.UNKNOWN),
    ],
)
def test_the_access_level_is_in_the_headers(tier: str, result: Result) -> None:
    found = SetRead(None, user=USER, usage=Usage(tier=tier))

    assert app_access(OBSERVED, found, Names()).result is result


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("SYSTEM_USER", Result.SUCCESS),
        ("USER", Result.WARNING),
        ("PAGE", Result.ERROR),
        ("", Result.ERROR),
    ],
)
def test_only_a_system_user_passes(kind: str, result: Result) -> None:
    data = TokenData(kind, Named("7"), None, None, True, frozenset())

    assert token_user(OBSERVED, SetRead(None, user=USER, token=data), Names()).result is result


def test_an_end_of_the_access_to_data_that_meta_omits_is_unknown() -> None:
    data = TokenData("USER", Named("7"), None, None, False, frozenset())

    verdict = data_access(OBSERVED, SetRead(None, user=USER, token=data), Names())

    assert verdict.result is Result.UNKNOWN
