"""A stack of a Python program becomes one of a YAML program, without a call to Meta."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support import programs
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL, PIXEL_2
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows
from tests.support.yaml_programs import (
    permission,
    program,
    provider,
    resource,
    share,
    standing_response,
    using,
)

pytestmark = [pytest.mark.engine, pytest.mark.rest]

COMPONENT = {
    "agencyBusinessId": NORTHLIGHT,
    "pixels": {"app": PIXEL_2},
    "permittedTasks": ["ANALYZE"],
}


def in_python() -> str:
    agencys = {"credentials": "harbour"}
    return programs.program(
        programs.share("web", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE", reason="report"),
        programs.share("waiting", PIXEL, HARBOUR),
        programs.standing_response(
            "answer", OWNER, HARBOUR, opts="depends_on=[waiting]", **agencys
        ),
        programs.permission(
            "account", PIXEL, HARBOUR, HARBOUR_ACCOUNT, opts="depends_on=[answer]", **agencys
        ),
        programs.agency_access("north", NORTHLIGHT, {"app": PIXEL_2}),
    )


def in_yaml(sim: Simulator) -> str:
    return program(
        provider("agency", "harbour-token", sim.url),
        share("web", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE", reason="report"),
        share("waiting", PIXEL, HARBOUR),
        standing_response("answer", OWNER, HARBOUR, using("agency", "waiting")),
        permission("account", PIXEL, HARBOUR, HARBOUR_ACCOUNT, using("agency", "answer")),
        resource("AgencyAccess", "north", COMPONENT),
        outputs={"tasks": "${web.grantedTasks}", "status": "${account.status}"},
    )


@follows("pulumi refresh", after=["names outputs differently; run `pulumi refresh` once"])
def test_the_move_makes_no_call_and_a_refresh_gives_the_program_all_outputs(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(in_python())
    made.up()
    access = sim.shares(), sim.permissions()
    sim.clear_requests()
    made.move_to_yaml()
    made.write(in_yaml(sim))

    previewed = made.preview().output
    moved = Terminal.of(made).type("pulumi up")

    assert "to update" not in previewed
    assert "run `pulumi refresh` once, so that the program gets all outputs" in moved.text
    assert sim.requests == []
    types = {name: urn.split("::")[2] for name, urn in made.urns().items()}
    share_type = "metapixel:index:PixelAgencyShare"
    assert types.pop("north-app") == f"metapixel:index:AgencyAccess${share_type}"
    assert {each.rpartition(":")[0] for each in types.values()} == {"metapixel:index"}

    Terminal.of(made).type("pulumi refresh")
    sim.clear_requests()
    unchanged = made.up().output
    assert "run `pulumi refresh` once" not in unchanged
    assert made.outputs() == {"tasks": ["ANALYZE", "ADVERTISE"], "status": "ACTIVE"}
    assert sim.requests == []

    made.destroy()
    assert (sim.shares(), sim.permissions()) == ({}, set())
    assert access != ({}, set())
