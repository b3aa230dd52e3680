"""The access is as declared under each setting of the simulator's switches, and in combinations.

`METAPIXEL_SETTINGS` is the number of random combinations, and `METAPIXEL_SEED` the first seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator, World
from metapixel_simulator.switches import describe
from tests.settings.outcome import outcome, row
from tests.settings.settings import REFUSED, combination, singles
from tests.support.stack import ROOT

SINGLES = list(singles())
#: Less than a minute on two cores.
_COMBINATIONS = 40
_FIRST_SEED = 20261126


def _seeds() -> range:
    first = int(os.environ.get("METAPIXEL_SEED", _FIRST_SEED))
    return range(first, first + int(os.environ.get("METAPIXEL_SETTINGS", _COMBINATIONS)))


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator(World.example()) as simulator:
        yield simulator


@pytest.mark.parametrize("setting", SINGLES, ids=lambda each: f"{each[0]}={each[1]}")
def test_the_access_is_as_declared_or_the_refusal_is_documented(
    sim: Simulator, setting: tuple[str, object]
) -> None:
    found = outcome(sim, dict([setting]))

    assert bool(found) is (setting in REFUSED), found
    assert REFUSED.get(setting, "") in found


@pytest.mark.parametrize("seed", _seeds())
def test_the_access_is_as_declared_in_a_random_combination(sim: Simulator, seed: int) -> None:
    assert outcome(sim, combination(seed)) == "", combination(seed)


def test_a_task_that_meta_keeps_after_an_approval_stays_unconfirmed(sim: Simulator) -> None:
    found = outcome(sim, {"repeat_share": "union", "admin_approval": "grants"})

    assert "'partner': 'UNCONFIRMED'" in found


def test_every_switch_has_a_setting() -> None:
    assert {name for name, _ in SINGLES} == {each["name"] for each in describe()}


def test_the_page_has_the_row_of_each_setting() -> None:
    page = (ROOT / "docs/simulator.md").read_text()
    section = page.partition("## The provider under each setting")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]

    assert rows == [row(setting, REFUSED.get(setting, "")) for setting in SINGLES]
