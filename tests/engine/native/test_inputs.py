"""Wrong inputs and wrong configuration are refused where they are written, without a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.stack import Stack
from tests.support.yaml_programs import program, share

pytestmark = [pytest.mark.engine, pytest.mark.rest]

ONE = program(share("web", PIXEL, NORTHLIGHT))


@pytest.mark.parametrize("rounded", [2**53, 12900345678000017])
def test_an_id_without_quotes_that_may_be_rounded_needs_quotes(
    stack: Callable[..., Stack], sim: Simulator, rounded: int
) -> None:
    made = stack(ONE.replace(f"'{PIXEL}'", str(rounded)), in_yaml=True)

    refused = made.preview(ok=False)

    assert "resource 'web': property pixelId value" in refused.output
    assert "in quotes" in refused.output
    assert sim.requests == []


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        (
            "metapixel:acessToken",
            "metapixel:acessToken is configured, but it is not a known key: remove it",
        ),
        (
            "metapixel:accessToken",
            "metapixel:accessToken is configured in plain text, where everybody who can read",
        ),
    ],
)
def test_a_token_under_a_wrong_key_or_in_plain_text_is_refused_and_not_printed(
    stack: Callable[..., Stack], sim: Simulator, key: str, advice: str
) -> None:
    made = stack(ONE, in_yaml=True, config={key: "EAAplain0token"})

    refused = made.up(ok=False)

    assert advice in refused.output
    assert "EAAplain0token" not in refused.output + made.export()
    assert sim.requests == []


def test_credential_sets_are_a_warning_that_names_explicit_providers(
    stack: Callable[..., Stack],
) -> None:
    made = stack(ONE, in_yaml=True, config={"metapixel:credentials.agency.graphUrl": "x"})

    previewed = made.preview()

    (warning,) = previewed.lines_with("metapixel:credentials is configured, but")
    assert "declare a provider for each token (`pulumi:providers:metapixel`" in warning
