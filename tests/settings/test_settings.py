"""Settings on the real engine, so that `make settings` cannot rot, and the table of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext

import pytest

from metapixel_simulator import Simulator, World
from metapixel_simulator.switches import describe
from tests.engine.removal.ways import TAKEN_OUT
from tests.settings.__main__ import Item, play
from tests.settings.playing import Outcome, Theater
from tests.settings.settings import REFUSED, combination, refusals, resolve, singles
from tests.support.stack import Run

SINGLES = list(singles())
#: A seed whose history has a share that the program stops to declare.
_SEED = 20261126
_UP = [way for way in TAKEN_OUT if way.name == "up"]


@pytest.fixture(scope="module")
def theater() -> Iterator[Theater]:
    with Theater.opened() as opened:
        yield opened


@pytest.mark.engine
@pytest.mark.rest
def test_histories_and_removals_hold_under_a_setting(theater: Theater) -> None:
    outcome = theater.play({"last_share": "ends_relationship"}, [_SEED], _UP)

    assert (outcome.wrong, outcome.refused) == ([], set())


@pytest.mark.engine
@pytest.mark.rest
def test_removals_hold_after_a_documented_refusal_is_resolved(theater: Theater) -> None:
    refused = ("delete_while_pending", "no_effect")

    outcome = theater.play(dict([refused]), [], _UP)

    assert (outcome.wrong, outcome.refused) == ([], {refused})


@pytest.mark.engine
@pytest.mark.rest
def test_a_failure_that_no_document_names_is_wrong(
    theater: Theater, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(REFUSED, ("delete_while_pending", "no_effect"))

    outcome = theater.play({"delete_while_pending": "no_effect"}, [], _UP)

    assert [each.partition(":")[0] for each in outcome.wrong] == ["up"]


def test_a_setting_whose_play_breaks_is_wrong_and_the_next_is_played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def play(self, switches: Mapping[str, object], seeds: Sequence[int]) -> Outcome:
            if switches:
                raise OSError("no space left")
            return Outcome()

    monkeypatch.setattr(Theater, "opened", lambda: nullcontext(Broken()))
    items = [Item({"latency": 0.1}, 1, "--only latency=0.1"), Item({}, 2, "")]

    assert list(play(items, histories=1, jobs=1, every=False)) == [False, True]
    assert "OSError: no space left" in capsys.readouterr().out


def test_only_a_failed_command_is_refused() -> None:
    refused = ("repeat_share", "error")
    output = f"(#100) This pixel {REFUSED[refused][0]}"

    assert refusals(dict([refused]), Run(1, output)) == {refused}
    assert refusals(dict([refused]), Run(0, output)) == set()
    assert refusals({"repeat_share": "union"}, Run(1, output)) == set()


def test_a_refusal_is_resolved_once() -> None:
    refused = ("repeat_share", "error")
    with Simulator(World.example()) as sim:
        sim.set(repeat_share="error", stale_reads=1)

        assert resolve(sim, [refused]) == {refused}
        assert (sim.switches.repeat_share, sim.switches.stale_reads) == ("overwrite", 1)
        assert resolve(sim, [refused]) == set()


def test_a_seed_draws_the_same_combination_again() -> None:
    assert combination(3) == combination(3)
    # Seeds can draw the same few settings.
    assert len({str(combination(seed)) for seed in range(50)}) > 40


def test_every_switch_has_a_setting() -> None:
    assert {name for name, _ in SINGLES} == {each["name"] for each in describe()}


def test_every_refusal_is_that_of_a_setting() -> None:
    assert REFUSED.keys() <= set(SINGLES)
