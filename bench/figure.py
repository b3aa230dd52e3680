"""A figure: what was measured, the floor it stands beside, and what it must reach."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite


@dataclass(frozen=True)
class Figure:
    """One row.

    `must` is the largest value allowed, infinite for none; `floor` is 0 where the value counts
    itself.
    """

    name: str
    value: float
    unit: str
    must: float
    floor: float = 0.0

    @property
    def compared(self) -> float:
        """The value over its floor, or the value itself where it has none."""
        return self.value / self.floor if self.floor else self.value

    @property
    def bound(self) -> bool:
        """Whether there is something to reach; other rows are there to compare."""
        return isfinite(self.must)

    @property
    def reached(self) -> bool:
        """Whether the figure is what it must be."""
        return self.compared <= self.must

    def as_json(self) -> dict[str, object]:
        """The row for programs."""
        must = self.must if self.bound else None
        return {**asdict(self), "must": must, "compared": self.compared, "reached": self.reached}

    def as_row(self) -> str:
        """The row for people."""
        floor = f"{self.floor:10.2f}" if self.floor else " " * 10
        kind = "x" if self.floor else " "
        must = f"<= {self.must:<6g}{'ok' if self.reached else 'MISSED'}" if self.bound else ""
        return (
            f"{self.name:<52} {self.value:10.2f} {self.unit:<9}{floor} "
            f"{self.compared:8.2f}{kind} {must}"
        ).rstrip()
