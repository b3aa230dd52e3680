"""The settings are those of the simulator's switches."""

from __future__ import annotations

from metapixel_simulator.switches import describe
from tests.settings.settings import REFUSED, singles

SINGLES = list(singles())


def test_every_switch_has_a_setting() -> None:
    assert {name for name, _ in SINGLES} == {each["name"] for each in describe()}


def test_every_refusal_is_that_of_a_setting() -> None:
    assert REFUSED.keys() <= set(SINGLES)
