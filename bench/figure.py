"""A benchmark result, with its floor and its limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One benchmark result.

    `must` is the limit, or 0 if there is none. `floor` is the value to compare the result with, or
    0 if the limit applies to the result itself.
    """

    name: str
    value: float
    unit: str
    must: float
    floor: float = 0.0

    @property
    def compared(self) -> float:
        """The value divided by its floor, or the value itself if it has no floor."""
        return self.value / self.floor if self.floor else self.value

    @property
    def timed(self) -> bool:
        """True if the result is a duration. Other work on the machine can change durations."""
        return self.unit in ("s", "ms")

    @property
    def reached(self) -> bool:
        """True if the result is within its limit."""
        return not self.must or self.compared <= self.must

    def as_row(self) -> str:
        floor = f"{self.floor:10.2f}" if self.floor else " " * 10
        kind = "x" if self.floor else " "
        limit = f"<= {self.must:<6g}{'ok' if self.reached else 'MISSED'}" if self.must else ""
        return (
            f"{self.name:<52} {self.value:10.2f} {self.unit:<3}{floor} "
            f"{self.compared:8.2f}{kind} {limit}"
        )
