"""Whatever happens, the state tells the truth, and `up --refresh` makes Meta what is declared.

Random histories run through the real plugin: programs are edited, people change things at Meta,
calls fail, processes die. METAPIXEL_MODEL_EXAMPLES is the number of random histories; without it
the same ones run each time. A history that fails is printed as the shortest one found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings

from metapixel_simulator import Simulator, World
from tests.model.declarations import TOKENS
from tests.model.histories import Round, rounds, switches
from tests.model.plugins import Plugins
from tests.model.story import Story
from tests.support.depth import examples

EXAMPLES = examples("METAPIXEL_MODEL_EXAMPLES", desk=25, ci=100)


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator(World.example()) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def plugins() -> Iterator[Plugins]:
    with Plugins(TOKENS) as started:
        yield started
    print(f"{Story.commands} commands")


@settings(
    max_examples=EXAMPLES,
    derandomize="METAPIXEL_MODEL_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(chosen=switches, history=rounds)
def test_state_meta_and_program_agree_whatever_happens(
    sim: Simulator, plugins: Plugins, chosen: Mapping[str, object], history: list[Round]
) -> None:
    story = Story(sim, plugins, chosen)
    for each in history:
        story.play(each)
    story.come_to_agree()
