"""Checks of data that the simulator does not return, such as headers and kinds of tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from metapixel_cli.doctor.judging.credentials import app_access, description
from metapixel_cli.doctor.judging.findings import Finding
from metapixel_cli.doctor.judging.observed import Observed, Settings
from metapixel_cli.doctor.judging.setup import settings
from metapixel_cli.doctor.reading.sets import Named, SetRead, TokenData
from metapixel_provider.graph.limits import Usage

OBSERVED = Observed(datetime(2026, 11, 26, tzinfo=UTC), Settings({}, "v26.0"))
SET = SetRead(None, user=Named("1", "Acme deploys"))
TOKEN = TokenData("USER", Named("7"), None, None, False, frozenset())


def text(findings: Iterable[Finding]) -> str:
    return "\n".join(f"{each.check} {each.result}: {each.text}" for each in findings)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (
            app_access(replace(SET, usage=Usage(tier="development_access"))),
            "share-app-access error",
        ),
        (app_access(replace(SET, usage=Usage(tier="standard_access"))), "share-app-access success"),
        (app_access(replace(SET, usage=Usage(tier="another"))), "share-app-access unknown"),
        (description(OBSERVED, replace(SET, token=TOKEN)), "data-access unknown"),
        (description(OBSERVED, replace(SET, token=replace(TOKEN, kind=""))), "token-user error"),
        (
            description(OBSERVED, replace(SET, token=replace(TOKEN, kind="PAGE"))),
            "token-user error",
        ),
        (
            settings(
                replace(
                    OBSERVED,
                    sets=(
                        replace(SET, token_source="metapixel:accessToken", unused_source="META"),
                    ),
                )
            ),
            "META is set, but not used, because metapixel:accessToken takes precedence",
        ),
    ],
)
def test_a_finding_about_data_that_the_simulator_does_not_return(
    findings: Iterable[Finding], expected: str
) -> None:
    assert expected in text(findings)
