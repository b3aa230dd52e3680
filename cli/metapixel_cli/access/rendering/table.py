"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from metapixel_cli.access.evaluation.report import (
    Drift,
    End,
    Finding,
    Managed,
    Report,
    Row,
    Side,
)
from metapixel_cli.access.rendering import words
from metapixel_cli.console import WIDE, rendered
from metapixel_cli.escape import isolated, visible
from metapixel_cli.grants.unread import by_cause
from metapixel_cli.words import with_id

_GAP = "  "
_LONGEST = 600
#: The maximum number of lines in a list of findings. The tables have a row for each access anyway.
_MOST = 50


def as_table(report: Report, width: int = WIDE, color: bool = False) -> str:
    """Return the report as text of at most `width` columns. Missing reads come first."""
    return rendered(_lines(report, width), width, color)


def _lines(report: Report, width: int) -> Iterator[Text]:
    style = "bold green"
    if report.unread:
        style = "bold red"
    elif report.open_findings:
        style = "bold yellow"
    yield _text(words.headline(report), style)
    yield from map(_text, words.summary(report))
    yield from _list("Not read", len(report.unread), by_cause(report.unread), "bold red")
    for name, group in words.by_name(report.open_findings):
        title = f"{name.heading} ({name})"
        yield from _list(title, len(group), _sentences(group), "bold yellow", name.to_do)
    accepted = report.accepted_findings
    yield from _list("Accepted findings", len(accepted), _sentences(accepted))
    unused = words.titles(report.unused_pixels)
    yield from _list("Pixels without access", len(unused), unused)
    is_agency = report.side is Side.AGENCY
    for title, rows in groupby(report.rows, _client if is_agency else _pixel_of_owner):
        yield Text()
        yield _text(title, "bold")
        yield from _table(list(rows), width, is_agency)


def _list(
    title: str, number: int, lines: Sequence[str], style: str = "bold", to_do: str = ""
) -> Iterator[Text]:
    """Yield a title with the number, and the lines. Yield nothing if there is no line."""
    if not lines:
        return
    yield Text()
    yield _text(f"{title}: {number:,}", style)
    if to_do:
        yield _text(to_do)
    yield from (_text(f"- {line}") for line in lines)


def _sentences(findings: Sequence[Finding]) -> list[str]:
    """Return the first sentences of a long list, and a line with the number of omitted ones."""
    found = [*map(words.sentence, findings[:_MOST])]
    if len(findings) > _MOST:
        rest = len(findings) - _MOST
        found.append(f"and {rest:,} more, which --json and --output FILE.csv list")
    return found


def _client(row: Row) -> str:
    return f"Client {with_id(row.owner_name, row.owner_id)}"


def _pixel_of_owner(row: Row) -> str:
    pixel = words.pixel(row) if row.pixel_id else "Pixel unknown"
    return f"{pixel}, owner {with_id(row.owner_name, row.owner_id)}"


def _table(rows: Sequence[Row], width: int, is_agency: bool) -> Iterator[Text]:
    """Yield each row as a line, or as a block of lines if the lines would be too wide.

    The first column has the pixels of a client, or the businesses that use one pixel.
    """
    lines = [_cells(row, is_agency) for row in rows]
    head = {name: Text(name, "dim") for name in lines[0]}
    widths = dict.fromkeys(head, 0)
    for line in (head, *lines):
        for name, cell in line.items():
            widths[name] = max(widths[name], cell.cell_len)
    if sum(widths.values()) + len(_GAP) * (len(widths) - 1) > width:
        for line in lines:
            yield from _block(line)
        return
    for line in (head, *lines):
        for name, cell in line.items():
            cell.append(" " * (widths[name] - cell.cell_len))
        yield Text(_GAP).join(line.values())


def _block(line: Mapping[str, Text]) -> Iterator[Text]:
    """Yield the cells of a row as lines. The first one is the title of the block."""
    (_, title), *others = line.items()
    yield title
    for name, cell in others:
        if cell.plain:
            yield Text(f"  {name}: ") + cell


def _cells(row: Row, is_agency: bool) -> dict[str, Text]:
    first = {"pixel": words.pixel(row)} if is_agency else {"business": words.business(row)}
    cells = {name: _text(cell) for name, cell in (first | words.cells(row)).items()}
    if row.managed is not Managed.YES:
        cells["declared"].style = "yellow"
    elif row.drift is not Drift.NONE:
        cells["declared"].style = "red"
    if row.end is End.OVERDUE:
        cells["ends"].style = "red"
    return cells


def _text(text: str, style: str = "") -> Text:
    return Text(isolated(visible(text, _LONGEST)), style)
