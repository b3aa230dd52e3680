"""The tables in the documentation that follow from the code."""

from __future__ import annotations

from tools.tables import outdated


def test_every_table_is_as_the_code_is() -> None:
    assert [*outdated()] == [], "run `make tables`"
