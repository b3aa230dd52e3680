"""The benchmark: a duration that misses its limit is measured three times."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.__main__ import settled
from bench.figure import Figure


@pytest.mark.parametrize(
    ("measured", "counts", "reached"),
    [([1.1], 1.1, True), ([1.5, 1.0, 1.1], 1.1, True), ([1.3, 1.0, 1.4], 1.3, False)],
    ids=["within the limit", "missed by chance", "too slow"],
)
def test_a_duration_that_misses_its_limit_counts_with_its_median(
    measured: Sequence[float], counts: float, reached: bool
) -> None:
    left = iter(measured)

    found = settled(lambda: [Figure("up", next(left), "s", 1.2)])

    assert [(figure.value, figure.reached) for figure in found] == [(counts, reached)]
    assert not list(left)
