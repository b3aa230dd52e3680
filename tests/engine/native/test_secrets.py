"""The configuration of the stack, which the native plugin has for its default provider alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.rest]


def test_credential_sets_are_a_warning_that_names_explicit_providers(
    stack: Callable[..., Stack],
) -> None:
    made = stack(program(share("web", PIXEL, NORTHLIGHT)), native=True)
    made.configure("metapixel:credentials", {"agency": {}})

    (warning,) = made.preview().lines_with("metapixel:credentials is configured, but")

    assert "declare a provider for each token (`pulumi:providers:metapixel`" in warning
