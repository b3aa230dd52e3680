"""Settings on the real engine, so that `make settings` cannot rot, and the table of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_simulator.switches import describe
from tests.engine.removal.ways import TAKEN_OUT
from tests.settings.playing import Theater
from tests.settings.settings import REFUSED, singles

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


def test_every_switch_has_a_setting() -> None:
    assert {name for name, _ in SINGLES} == {each["name"] for each in describe()}


def test_every_refusal_is_that_of_a_setting() -> None:
    assert REFUSED.keys() <= set(SINGLES)
