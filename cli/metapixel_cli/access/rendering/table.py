"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.cells import cell_len
from rich.text import Text

from metapixel_cli.access.judging.report import Drift, End, Managed, Report, Row
from metapixel_cli.access.rendering import words
from metapixel_cli.console import text_console
from metapixel_cli.escape import in_log, isolated, visible

#: The width of a table that no terminal limits.
WIDE = 1000
_COLUMNS = ("access", "tasks", "status", "declared", "ends")
_GAP = "  "
_LONGEST = 600


def as_table(report: Report, width: int = WIDE, color: bool = False) -> str:
    """Return the report as text of at most `width` columns. Missing reads come first."""
    written = StringIO()
    console = text_console(written, width, color)
    for line in _lines(report, width):
        if color or line.cell_len > width:
            console.print(line, overflow="fold")
        else:
            # rich would take a third of a millisecond for each line.
            written.write(f"{line.plain}\n")
    return in_log(written.getvalue())


def _lines(report: Report, width: int) -> Iterator[Text]:
    found = words.open_findings(report)
    style = "bold red" if report.unread else "bold yellow" if found else "bold green"
    yield _text(words.headline(report), style)
    yield from map(_text, words.summary(report))
    for block in words.blocks(report):
        yield Text()
        number = f" ({block.name}): {block.number:,}" if block.name else ""
        yield _text(f"{block.title}{number}", f"bold {block.color}")
        if block.to_do:
            yield _text(block.to_do)
        yield from (_text(f"- {line}") for line in block.lines)
    for section in words.sections(report):
        yield Text()
        owner = f", owner {section.owner}" if section.owner else ""
        yield _text(f"{section.title}{owner}", "bold")
        yield from _table(section, width)


def _cells(first: str, row: Row) -> tuple[Text, ...]:
    return (
        _text(first),
        _text(words.subject(row) or "share"),
        _text(words.tasks(row)),
        _text(words.status(row)),
        _text(words.declared(row), _declared_style(row)),
        _text(words.end(row), "red" if row.end is End.OVERDUE else ""),
    )


def _table(section: words.Section, width: int) -> Iterator[Text]:
    """Yield each row as a line, or as a block of lines if the lines would be too wide."""
    rows = [_cells(section.subject(row), row) for row in section.rows]
    head = tuple(Text(name, "dim") for name in (section.first, *_COLUMNS))
    widths = [max(cell.cell_len for cell in column) for column in zip(head, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        for row in rows:
            yield from _block(row)
        return
    for row in (head, *rows):
        line = Text()
        for cell, room in zip(row, widths, strict=True):
            line.append_text(cell)
            line.append(" " * (room - cell_len(cell.plain)) + _GAP)
        line.rstrip()
        yield line


def _block(row: tuple[Text, ...]) -> Iterator[Text]:
    first, *cells = row
    yield first
    for name, cell in zip(_COLUMNS, cells, strict=True):
        if cell.plain:
            yield Text(f"  {name}: ") + cell


def _declared_style(row: Row) -> str:
    if row.managed is not Managed.YES:
        return "yellow"
    return "" if row.drift is Drift.NONE else "red"


def _text(text: str, style: str = "") -> Text:
    return Text(isolated(visible(text, _LONGEST)), style, overflow="fold")
