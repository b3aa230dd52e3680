"""The live suite, whose target is a simulator here in the place of Meta."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.live.acts import ACTS
from tests.live.living import Live, in_place_of_meta, variables
from tests.live.settings import REQUIRED
from tests.support.terminal import Terminal, follows

pytestmark = [pytest.mark.engine, pytest.mark.rest]


@follows("make live")
def test_make_live_lists_its_variables_and_with_them_both_sides_agree(checkout: Path) -> None:
    bare = Terminal(checkout, {n: value for n, value in os.environ.items() if "META" not in n})

    refused = bare.type("make live", ok=False)
    with in_place_of_meta() as sim:
        suite = Live(sim, checkout / ".live")
        given = variables(sim, suite.folder)
        Terminal(checkout, {**bare.environment, **given}).type("make live", given="y\n")

        assert all(f"  {name} " in refused.output for name in REQUIRED)
        assert suite.completed == {act.name for act in ACTS}
        assert {row["verdict"] for row in suite.rows} == {"agreed"}
        statuses = {str(row["meta"]) for row in suite.rows if "up" in str(row["subject"])}
        assert any("SharingRequestResponse APPROVE" in each for each in statuses)
        assert any("SharingRequestResponse NOT_NEEDED" in each for each in statuses)
        assert suite.is_restored
