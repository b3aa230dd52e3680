"""`.get()` reads what stands without managing it, and fails where nothing does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support import tracebacks
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

SHARE = f"{PIXEL}/{NORTHLIGHT}"
PERMISSION = f"{SHARE}/{NORTHLIGHT_ACCOUNT}"


def get(kind: str, resource_id: str, credentials: str = "") -> str:
    """A program that reads one resource and shows its status."""
    named = f", credentials='{credentials}'" if credentials else ""
    return program(
        f"found = {kind}.get('found', '{resource_id}'{named})",
        "pulumi.export('status', found.status)",
    )


def test_what_does_not_exist_is_an_error_and_what_exists_is_read_and_stays(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(get("PixelAgencyShare", SHARE))
    refused = made.up(ok=False)
    assert f"{SHARE} cannot be read, because it does not exist at Meta" in refused.output
    assert not tracebacks.is_shown(refused.output)

    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    made.up()
    assert made.outputs() == {"status": "ACTIVE"}
    # The program may also declare the share that it reads.
    made.write(get("PixelAgencyShare", SHARE) + share("declared", PIXEL, NORTHLIGHT))
    made.preview()
    made.write(get("PixelAdAccountPermission", PERMISSION, "northlight"))
    made.up()
    assert made.outputs() == {"status": "ACTIVE"}

    made.destroy()
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    assert sim.count(method="DELETE") == 0
