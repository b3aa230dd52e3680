"""An agency cannot block its own removal: its permissions end with its share without its token."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import permission, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

SHARE = share("web", PIXEL, NORTHLIGHT, "ADVERTISE")
ACCOUNT = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
PERMISSION = permission("ads", *ACCOUNT, credentials="northlight")
AFTER_SHARE = permission("ads", *ACCOUNT, credentials="northlight", opts="depends_on=[web]")
GET = f"web = PixelAgencyShare.get('web', '{PIXEL}/{NORTHLIGHT}')"
MAY_KEEP = (
    f"Ad account {NORTHLIGHT_ACCOUNT} may keep pixel {PIXEL}, and may get it back if the pixel"
)
WITH_REFRESH = "remove the share too and run the command with `--refresh`; if the share remains"


def revoke(sim: Simulator) -> None:
    with sim.moment() as world:
        (token,) = (each for each in world.tokens.values() if each.token == "northlight-token")
        token.state = "invalid"


@pytest.fixture
def made(native: bool, stack: Callable[..., Stack], sim: Simulator) -> Stack:
    """A stack with a permission, whose agency has revoked its token."""
    found = stack(program(SHARE, AFTER_SHARE), native=native)
    found.up()
    revoke(sim)
    return found


@WITH_BOTH_ADAPTERS
def test_a_permission_ends_only_in_a_run_that_has_read_its_share_and_ends_it(
    made: Stack, sim: Simulator
) -> None:
    web, ads = made.urn("web"), made.urn("ads")
    made.write(program(SHARE))
    declared = made.up("--refresh", ok=False)
    made.write(program())
    made.pulumi("state", "protect", "--yes", web)
    for run in (
        declared,
        made.up(ok=False),
        made.destroy(ok=False),
        made.up("--refresh", "--target", ads, ok=False),
        made.up("--refresh", "--exclude", web, ok=False),
        made.destroy("--refresh", "--exclude-protected", ok=False),
    ):
        assert WITH_REFRESH in run.output
    made.pulumi("state", "unprotect", "--yes", web)
    assert made.resources().keys() == {"web", "ads"}
    assert sim.permissions() == {ACCOUNT}

    made.preview("--refresh")
    ended = made.up("--refresh")

    assert MAY_KEEP in ended.output
    assert (made.resources(), sim.shares()) == ({}, {})


@WITH_BOTH_ADAPTERS
def test_a_share_that_the_state_lost_or_only_reads_does_not_end_its_permission(
    native: bool, made: Stack, sim: Simulator
) -> None:
    made.write(program(SHARE, PERMISSION))
    made.up()
    made.pulumi("state", "delete", "--yes", made.urn("web"))
    made.write(program())
    lost = made.up("--refresh", ok=False)
    made.write(program(GET, PERMISSION))
    made.up()
    made.write(program(GET))
    still_read = made.up("--refresh", ok=False)
    made.write(program())
    made.refresh()
    no_longer_read = made.up("--refresh", ok=False)

    for run in (lost, still_read, no_longer_read):
        assert "remove the permission from the state with `pulumi state delete URN`" in run.output
    assert made.resources().keys() >= {"ads"}
    assert sim.permissions() == {ACCOUNT}
