"""Deleting leaves nothing behind, and says so where it could not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    PIXEL,
)
from tests.support.programs import permission, program, share, standing_response
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("drops", [True, False], ids=["unshare_drops", "unshare_keeps"])
def test_permissions_end_with_their_share_whether_they_depend_on_it_or_not(
    stack: Callable[..., Stack], sim: Simulator, drops: bool
) -> None:
    sim.set(unshare_drops_permissions=drops)
    account = {"credentials": "northlight"}
    made = stack(
        program(
            share("one", PIXEL, NORTHLIGHT),
            permission(
                "after", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, opts="depends_on=[one]", **account
            ),
            permission("beside", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT_2, **account),
        )
    )
    made.up()
    made.up()  # the permission beside may have been tried before the share stood
    assert len(sim.permissions()) == 2

    destroyed = made.destroy()

    assert (sim.shares(), made.resources()) == ({}, {})
    left = sim.permissions()
    assert left <= (set() if drops else {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT_2)})
    # If it is deleted at the same time as its share, Meta might not report whether it is left.
    assert not left or destroyed.lines_with(
        f"does not report whether ad account {NORTHLIGHT_ACCOUNT_2}"
    )


def test_a_permission_that_its_business_cannot_see_any_more_is_forgotten_with_a_warning(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.set(unshare_drops_permissions=False)

    def account(opts: str = "") -> str:
        return permission(
            "account", PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT, opts=opts, credentials="northlight"
        )

    made = stack(program(share("one", PIXEL, NORTHLIGHT), account("depends_on=[one]")))
    made.up()
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}

    made.write(program(account()))
    made.up()
    assert sim.shares() == {}

    made.write(program())
    warned = made.up()

    (line, *_) = warned.lines_with("does not report whether ad account")
    assert NORTHLIGHT in line
    assert NORTHLIGHT_ACCOUNT in line
    assert made.resources() == {}


def test_an_answer_is_forgotten_without_the_agencys_token(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        program(
            share("waiting", PIXEL, HARBOUR),
            standing_response(
                "answer", OWNER, HARBOUR, opts="depends_on=[waiting]", credentials="harbour"
            ),
        )
    )
    made.up()
    assert set(sim.shares()) == {(PIXEL, HARBOUR)}

    del made.environment["META_ACCESS_TOKEN_HARBOUR"]
    destroyed = made.destroy()

    assert "only the owner can end this access" in destroyed.output
    assert sim.shares() == {}
    assert made.resources() == {}
