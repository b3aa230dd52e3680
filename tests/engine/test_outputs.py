"""What a program can read of a resource that it declares."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.example import HARBOUR, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

READ = (
    "for name in ('reason', 'expires_on'):\n"
    "    pulumi.export(name, getattr(one, name).apply(lambda value: value or 'nothing'))"
)


def test_an_optional_input_reads_as_it_stands_and_as_nothing_where_it_was_not_given(
    stack: Callable[..., Stack],
) -> None:
    expected = {"reason": "report", "expires_on": "nothing"}
    made = stack(program(share("one", PIXEL, HARBOUR, reason="report"), READ))
    made.preview()
    made.up()
    assert made.outputs() == expected

    made.write(program(share("one", PIXEL, HARBOUR, opts="ignore_changes=['reason']"), READ))
    made.up()
    assert made.outputs() == expected


def test_a_required_input_without_a_value_is_named(stack: Callable[..., Stack]) -> None:
    required = ("pixel_id", "agency_business_id", "permitted_tasks")
    made = stack(program(f"PixelAgencyShare('one', **{dict.fromkeys(required)!r})"))

    refused = made.preview(ok=False)

    for name in required:
        assert refused.lines_with(f"property {name} value {{<nil>}} has a problem: is required")
