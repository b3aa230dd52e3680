"""A preview costs nothing, and an update after it has the same values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL, PIXEL_2
from tests.support.programs import Code, permission, program, response, share
from tests.support.stack import Run, Stack

pytestmark = pytest.mark.engine

NO_TOKEN = {"META_ACCESS_TOKEN": "", "META_ACCESS_TOKEN_HARBOUR": ""}
FOUR_ACTS = program(
    share("one", PIXEL, HARBOUR),
    response(
        "answer",
        Code("one.pending_request_id"),
        owner_business_id=OWNER,
        agency_business_id=HARBOUR,
    ),
    permission("account", PIXEL, HARBOUR, HARBOUR_ACCOUNT, opts="depends_on=[answer]"),
    share("two", Code("one.id.apply(lambda it: it.split('/')[0])"), NORTHLIGHT),
    share("three", PIXEL_2, NORTHLIGHT, permitted_tasks=Code("[one.status, 'UPLOAD']")),
)


def test_a_first_preview_needs_neither_token_nor_network_nor_known_values(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(FOUR_ACTS, environment=NO_TOKEN)

    preview = made.preview()

    assert "6 to create" in preview.output
    assert sim.requests == []


def test_each_process_names_an_address_that_is_not_metas(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT)))
    host = sim.url.removeprefix("http://")
    named = f"warning: The calls go to {host} (metapixel:graphUrl), and not to Meta."

    def times(run: Run) -> int:
        return [line.strip() for line in run.output.splitlines()].count(named)

    # A plain `up` is a preview and an update.
    assert times(made.pulumi("up", "--yes")) == 2
    made.configure("metapixel:graphUrl", "https://graph.facebook.com")
    assert "The calls go to" not in made.preview().output


READ = (
    "for name in ('reason', 'resend'):\n"
    "    pulumi.export(name, getattr(one, name).apply(lambda value: value or 'nothing'))"
)


def test_an_optional_input_reads_as_it_is_and_as_nothing_if_it_was_not_given(
    stack: Callable[..., Stack],
) -> None:
    expected = {"reason": "report", "resend": "nothing"}
    made = stack(program(share("one", PIXEL, HARBOUR, reason="report"), READ))
    made.up()
    assert made.outputs() == expected

    made.write(program(share("one", PIXEL, HARBOUR, opts="ignore_changes=['reason']"), READ))
    made.up()
    assert made.outputs() == expected
