"""Wrong inputs and wrong configuration are refused where they are written, without a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows
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


def test_a_token_under_a_wrong_key_is_refused_and_not_printed(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(ONE, in_yaml=True, config={"metapixel:acessToken": "EAAplain0token"})

    refused = made.up(ok=False)

    advice = "metapixel:acessToken is configured, but it is not a known key: remove it"
    assert advice in refused.output
    assert "EAAplain0token" not in refused.output + made.export()
    assert sim.requests == []


@pytest.mark.parametrize(
    "key", ["metapixel:accessToken", "--path metapixel:credentials.agency.accessToken"]
)
@follows("pulumi config set --secret {}", after=["is configured in plain text"])
def test_a_token_in_plain_text_is_refused_and_not_printed_until_it_is_a_secret(
    key: str, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(ONE, in_yaml=True)
    made.pulumi("config", "set", "--plaintext", *key.split(), "EAAplain0token")
    terminal = Terminal.of(made)

    refused = terminal.type("pulumi up", ok=False)
    assert "EAAplain0token" not in refused.output + made.export()
    assert sim.requests == []

    terminal.type("pulumi config set --secret {}", key, given="owner-token\n")
    terminal.type("pulumi up")
    assert (PIXEL, NORTHLIGHT) in sim.shares()


def test_credential_sets_are_a_warning_that_names_explicit_providers(
    stack: Callable[..., Stack],
) -> None:
    made = stack(ONE, in_yaml=True)
    agency = "metapixel:credentials.agency.accessToken"
    made.pulumi("config", "set", "--secret", "--path", agency, "harbour-token")

    previewed = made.preview()

    (warning,) = previewed.lines_with("metapixel:credentials is configured, but")
    assert "declare a provider for each token (`pulumi:providers:metapixel`" in warning
