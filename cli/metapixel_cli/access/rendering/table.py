"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from metapixel_cli.access.judging.parts import without_access
from metapixel_cli.access.judging.report import (
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
    found = report.open_findings
    style = "bold red" if report.unread else "bold yellow" if found else "bold green"
    yield _text(words.headline(report), style)
    yield from map(_text, words.summary(report))
    yield from _list("Not read", len(report.unread), by_cause(report.unread), "bold red")
    for name, group in words.by_name(found):
        title = f"{name.heading} ({name})"
        yield from _list(title, len(group), _sentences(group), "bold yellow", name.to_do)
    accepted = report.accepted_findings
    yield from _list("Accepted findings", len(accepted), _sentences(accepted))
    unused = [with_id(each.name, each.id) for each in without_access(report)]
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
    rest = len(findings) - _MOST
    more = [f"and {rest:,} more, which --json and --output FILE.csv list"] if rest > 0 else []
    return [*map(words.stated, findings[:_MOST]), *more]


def _client(row: Row) -> str:
    return f"Client {with_id(row.owner_name, row.owner_id)}"


def _pixel_of_owner(row: Row) -> str:
    pixel = words.pixel(row) if row.pixel_id else "Pixel unknown"
    return f"{pixel}, owner {with_id(row.owner_name, row.owner_id)}"


def _table(rows: Sequence[Row], width: int, is_agency: bool) -> Iterator[Text]:
    """Yield each row as a line, or as a block of lines if the lines would be too wide.

    The first column has the pixels of a client, or the businesses that use one pixel.
    """
    first = "pixel" if is_agency else "business"
    who = words.pixel if is_agency else words.business
    lines = [{first: _text(who(row)), **_cells(row)} for row in rows]
    head = {name: Text(name, "dim") for name in lines[0]}
    widths = {name: max(line[name].cell_len for line in (head, *lines)) for name in head}
    if sum(widths.values()) + len(_GAP) * (len(widths) - 1) > width:
        for line in lines:
            for name, cell in line.items():
                if cell.plain:
                    yield cell if name == first else Text(f"  {name}: ") + cell
        return
    for line in (head, *lines):
        yield Text(_GAP).join(
            cell + Text(" " * (widths[name] - cell.cell_len)) for name, cell in line.items()
        )


def _cells(row: Row) -> dict[str, Text]:
    is_managed, is_overdue = row.managed is Managed.YES, row.end is End.OVERDUE
    is_as_declared = is_managed and row.drift is Drift.NONE
    color = "" if is_as_declared else "red" if is_managed else "yellow"
    styles = {"declared": color, "ends": "red" if is_overdue else ""}
    return {name: _text(cell, styles.get(name, "")) for name, cell in words.cells(row).items()}


def _text(text: str, style: str = "") -> Text:
    return Text(isolated(visible(text, _LONGEST)), style)
