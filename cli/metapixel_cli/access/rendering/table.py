"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from metapixel_cli.access.evaluation.report import Finding, Report, Row
from metapixel_cli.access.rendering import words
from metapixel_cli.console import WIDE, rendered
from metapixel_cli.escape import isolated, visible
from metapixel_cli.grants.unread import by_cause
from metapixel_cli.words import at_most, with_id

_GAP = "  "
_LONGEST = 600
#: The maximum number of findings of one name. JSON and CSV list all.
_MOST = 50


def as_table(report: Report, width: int = WIDE, color: bool = False) -> str:
    """Return the report as text of at most `width` columns. Missing reads come first."""
    return rendered(_lines(report), width, color)


def _lines(report: Report) -> Iterator[Text]:
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
    # The first column has the pixels of a client, or the businesses that use one pixel.
    if report.side == "agency":
        title_of, column, cell_of = _client, "pixel", words.pixel
    else:
        title_of, column, cell_of = _pixel_of_owner, "business", words.business
    for title, rows in groupby(report.rows, title_of):
        yield Text()
        yield _text(title, "bold")
        yield from _table([{column: cell_of(row), **words.cells(row)} for row in rows])


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
    for line in lines:
        yield _text(f"- {line}")


def _sentences(findings: Sequence[Finding]) -> list[str]:
    return at_most([words.sentence(each) for each in findings], _MOST)


def _client(row: Row) -> str:
    return f"Client {with_id(row.owner_name, row.owner_id)}"


def _pixel_of_owner(row: Row) -> str:
    pixel = words.pixel(row) if row.pixel_id else "Pixel unknown"
    return f"{pixel}, owner {with_id(row.owner_name, row.owner_id)}"


def _table(rows: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    """Yield the names of the columns, and each row, as lines with columns of equal width."""
    lines = [[Text(name, "dim") for name in rows[0]]]
    for row in rows:
        lines.append([_text(cell) for cell in row.values()])
    for column in zip(*lines, strict=True):
        width = max(cell.cell_len for cell in column)
        for cell in column:
            cell.append(" " * (width - cell.cell_len))
    for line in lines:
        yield Text(_GAP).join(line)


def _text(text: str, style: str = "") -> Text:
    return Text(isolated(visible(text, _LONGEST)), style)
