"""Checks of data that the simulator does not return, such as headers and kinds of tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from metapixel_cli.doctor.check_results import CheckResult
from metapixel_cli.doctor.credentials import app_access, description
from metapixel_cli.doctor.sets import CredentialSet, TokenData
from metapixel_cli.doctor.setup import clock
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.clock import TOLERATED_FOR_WRITES

NO_TOKEN = (None, Configuration(lambda _: None, {}), ConfigurationError())


def of_tier(tier: str) -> Iterable[CheckResult]:
    return [app_access(CredentialSet(*NO_TOKEN, tier=tier))]


def of_kind(kind: str) -> Iterable[CheckResult]:
    token = TokenData(kind, "", None, frozenset())
    return description(CredentialSet(*NO_TOKEN, token=token), datetime.now(UTC))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (of_tier("development_access"), ("share-app-access", "error")),
        (of_tier("standard_access"), ("share-app-access", "success")),
        (of_tier("another"), ("share-app-access", "unknown")),
        (clock(TOLERATED_FOR_WRITES, ()), ("clock", "warning")),
        (of_kind(""), ("token-user", "error")),
        (of_kind("PAGE"), ("token-user", "error")),
    ],
)
def test_a_finding_about_data_that_the_simulator_does_not_return(
    findings: Iterable[CheckResult], expected: tuple[str, str]
) -> None:
    assert expected in [(each.check, each.result) for each in findings]
