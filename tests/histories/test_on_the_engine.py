"""Random histories on the real engine and on its model, each with its seed in the test's name.

Both adapters take turns, and half of the histories have the policy pack. `METAPIXEL_HISTORIES` is
the number of histories, `METAPIXEL_SEED` the first seed. `test_on_the_model.py` plays the same
ones, and makes them short.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.engines.real import RealEngine
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate, seeds
from tests.histories.history import Step
from tests.histories.moment import Moment
from tests.histories.player import Player
from tests.histories.recordings.transcript import Done, recording
from tests.support.packs import pack

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("seed", seeds("METAPIXEL_HISTORIES", desk=2, ci=4))
def test_each_write_was_reviewed_and_the_model_makes_the_same_calls(
    tmp_path: Path, seed: int
) -> None:
    history, is_native = generate(seed), seed % 2 == 1
    policies = pack(tmp_path / "policies") if seed % 4 > 1 else None
    with Plugins.opened(ENVIRONMENT) as plugins, Simulator(world()) as sim:
        engine = RealEngine(
            sim, tmp_path / "stack", history.switches, native=is_native, policies=policies
        )
        real = Player(sim, history, engine)
        real.play()
        if not is_native:
            model = Player(sim, history, ModelEngine(sim, plugins, CONFIGURATION))
            model.play()
            _compare(history.steps, real.done, model.done)


def _compare(steps: Sequence[Step], real: Sequence[Done], model: Sequence[Done]) -> None:
    compared = 0
    for step, done, modelled in zip([*steps, None], real, model, strict=False):
        if _can_be_compared(step, done, modelled):
            compared += 1
            assert recording(modelled) == recording(done)
    if not compared:
        pytest.skip("something went wrong in each command of this history, or before it")


def _can_be_compared(step: Step | None, done: Done, modelled: Done) -> bool:
    """Whether nothing goes wrong in a step, and it begins with the same records and access.

    After a failure, the calls depend on the order of parallel calls. A policy stops a command, and
    only the real engine has the policy pack.
    """
    is_calm = done.ended_well and (step is None or not step.troubles)
    return is_calm and _start(done.before) == _start(modelled.before)


def _start(moment: Moment) -> object:
    """What a command begins with. The order of parallel calls gives requests their ids."""
    meta = moment.meta
    requests = sorted(
        (each.agency, each.status, sorted(each.pixels.items())) for each in meta.requests.values()
    )
    # A refresh reads the records in their order, which depends on parallel calls too.
    records = [
        (each.urn, each.mark, str(each.status), sorted(each.tasks("granted_tasks")))
        for each in moment.records
    ]
    return meta.shares, meta.permissions, requests, records
