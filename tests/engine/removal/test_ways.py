"""A removed resource leaves nothing at Meta. A renamed or replaced resource keeps its access."""

from __future__ import annotations

import pytest

from tests.engine.removal.cells import assert_cell, assert_way
from tests.engine.removal.stage import Column
from tests.engine.removal.states import STATES, State
from tests.engine.removal.ways import PARAMETERS

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("column", PARAMETERS, indirect=True)
def test_meta_and_the_state_agree(column: Column, state: State) -> None:
    assert_cell(column, state)


@pytest.mark.parametrize("column", PARAMETERS, indirect=True)
def test_commands_end_well_and_spare_what_is_declared(column: Column) -> None:
    assert_way(column)
