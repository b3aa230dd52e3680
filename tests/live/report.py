"""The comparison of both sides, as rows without ids, names and tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from rich.table import Table
from rich.text import Text

from tests.live.outcome import Outcome
from tests.live.run import COMPLETED, RESULT, Played


class Verdict(StrEnum):
    """The result of a comparison."""

    AGREED = "agreed"
    DIFFERS = "differs"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Row:
    """A call or a fact of an act, on both sides. `reason` is the reason why it was not run."""

    act: str
    subject: str
    simulator: tuple[str, ...]
    meta: tuple[str, ...]
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """The rows of a run. `is_meta` is False if the other side was a simulator too."""

    run_on: date
    api_version: str
    is_meta: bool
    rows: tuple[Row, ...]

    @property
    def differs(self) -> bool:
        """True if a row differs, or if an act failed on both sides."""
        return any(row.verdict in (Verdict.DIFFERS, Verdict.FAILED) for row in self.rows)

    def as_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(asdict(self), indent=2, default=date.isoformat) + "\n"

    def as_markdown(self) -> str:
        """Return the report as Markdown. The form of an answer is included where it differs."""
        lines = [
            f"# {self._title}",
            "",
            f"{self.run_on}, Graph API {self.api_version}: {self._counts}.",
            "",
            f"| {' | '.join(self._columns)} |",
            "|---" * len(self._columns) + "|",
            *(f"| {' | '.join(_cells(row))} |" for row in self.rows),
        ]
        return "\n".join(lines) + "\n"

    def as_table(self) -> Table:
        """Return the report as a table for a terminal."""
        table = Table(title=self._title, caption=self._counts)
        for column in self._columns:
            table.add_column(column, overflow="fold")
        for row in self.rows:
            table.add_row(*map(Text, _cells(row)))
        return table

    @property
    def _other(self) -> str:
        return "Meta" if self.is_meta else "the other simulator"

    @property
    def _title(self) -> str:
        return f"The simulator and {self._other}"

    @property
    def _counts(self) -> str:
        return ", ".join(
            f"{sum(row.verdict is verdict for row in self.rows)} {verdict}" for verdict in Verdict
        )

    @property
    def _columns(self) -> tuple[str, ...]:
        return "act", "call or fact", "simulator", self._other, "verdict"


def compare(simulator: Sequence[Played], meta: Sequence[Played]) -> tuple[Row, ...]:
    """Return the rows of the acts. The number of equal answers to a call does not count."""
    return tuple(
        row for ours, theirs in zip(simulator, meta, strict=True) for row in _rows(ours, theirs)
    )


def _rows(ours: Played, theirs: Played) -> Iterator[Row]:
    if ours.obstacle:
        yield Row(ours.act, "", (), (), Verdict.NOT_RUN, ours.obstacle)
    for call in sorted(ours.calls.keys() | theirs.calls.keys()):
        yield _row(ours.act, call, _texts(ours.calls.get(call)), _texts(theirs.calls.get(call)))
    for fact in dict.fromkeys([*ours.facts, *theirs.facts]):
        values = [(found[fact],) if fact in found else () for found in (ours.facts, theirs.facts)]
        yield _row(ours.act, fact, *values)


def _row(act: str, subject: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Row:
    if not ours or not theirs:
        side = "at Meta" if ours else "at the simulator"
        return Row(act, subject, ours, theirs, Verdict.NOT_RUN, f"the act did not get here {side}")
    if ours != theirs:
        return Row(act, subject, ours, theirs, Verdict.DIFFERS)
    if subject == RESULT and ours != (COMPLETED,):
        return Row(act, subject, ours, theirs, Verdict.FAILED, "the act proves nothing")
    return Row(act, subject, ours, theirs, Verdict.AGREED)


def _texts(outcomes: Iterable[Outcome] | None) -> tuple[str, ...]:
    return tuple(each.full for each in sorted(outcomes or ()))


def _cells(row: Row) -> tuple[str, ...]:
    texts = [row.simulator, row.meta]
    if row.verdict is Verdict.AGREED:
        texts = [tuple(each.partition(" {")[0] for each in side) for side in texts]
    verdict = f"{row.verdict}: {row.reason}" if row.reason else str(row.verdict)
    sides = (", ".join(dict.fromkeys(each)) for each in texts)
    return (row.act, row.subject, *sides, verdict)
