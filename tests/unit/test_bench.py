"""How the benchmark ends."""

from __future__ import annotations

import pytest

from bench.__main__ import judge
from bench.figure import Figure

SLOW = Figure("refresh", 2, "s", must=1)
MANY = Figure("calls", 2, "calls", must=1)


@pytest.mark.parametrize(
    ("missed", "others", "code"),
    [
        ([], 0.0, 0),
        ([SLOW], 0.0, 1),
        ([], 0.5, 3),
        ([SLOW], 0.5, 3),
        ([SLOW, MANY], 0.5, 1),
    ],
)
def test_durations_are_judged_only_on_an_idle_machine(
    missed: list[Figure], others: float, code: int
) -> None:
    assert judge(missed, others) == code
