"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import groupby

from rich.text import Text

from metapixel_cli.access.judging.parts import without_access
from metapixel_cli.access.judging.report import (
    Drift,
    End,
    Finding,
    Managed,
    Report,
    Route,
    Row,
    Side,
)
from metapixel_cli.access.rendering import words
from metapixel_cli.console import text_console
from metapixel_cli.escape import in_log, isolated, visible
from metapixel_cli.words import with_id
from metapixel_provider.sharing.estate.estate import ReadOutcome

#: The width of a table that no terminal limits.
WIDE = 1000
_COLUMNS = ("access", "tasks", "status", "declared", "ends")
_GAP = "  "
_LONGEST = 600
#: The maximum number of lines in a list of findings. The tables have a row for each access anyway.
_MOST = 50
_DRIFTS = {
    Drift.NONE: "",
    Drift.MORE: "more tasks",
    Drift.FEWER: "fewer tasks",
    Drift.OTHER: "other tasks",
    Drift.ABSENT: "not at Meta",
    Drift.UNKNOWN: "drift unknown",
}
_OUTCOMES = {ReadOutcome.FAILED: "not read completely", ReadOutcome.REFUSED: "refused by Meta"}


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
    found = report.open_findings
    style = "bold red" if report.unread else "bold yellow" if found else "bold green"
    yield _text(words.headline(report), style)
    yield from map(_text, words.summary(report))
    unread = [
        f"{each.subject}, {each.part}: {_OUTCOMES[each.outcome]}. {each.reason}".rstrip()
        for each in words.causes(report.unread)
    ]
    yield from _list("Not read", len(report.unread), unread, "bold red")
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
    more = [f"and {rest:,} more, which the formats html, csv and json list"] if rest > 0 else []
    return [*map(_sentence, findings[:_MOST]), *more]


def _sentence(finding: Finding) -> str:
    """Return the sentence of a finding, with its acceptance in parentheses if there is one."""
    if finding.acceptance is None:
        return finding.sentence
    how = "acceptance lapsed on" if finding.acceptance.has_lapsed else "accepted until"
    acceptance = f"{how} {finding.acceptance.expires_on}: {finding.acceptance.reason}"
    return f"{finding.sentence} ({acceptance})"


def _client(row: Row) -> str:
    return f"Client {with_id(row.owner_name, row.owner_id)}"


def _pixel_of_owner(row: Row) -> str:
    found = f"{_pixel(row)}, owner {with_id(row.owner_name, row.owner_id)}"
    return found[0].upper() + found[1:]


def _pixel(row: Row) -> str:
    return with_id(row.pixel_name, row.pixel_id) if row.pixel_id else "pixel unknown"


def _table(rows: Sequence[Row], width: int, is_agency: bool) -> Iterator[Text]:
    """Yield each row as a line, or as a block of lines if the lines would be too wide.

    The first column has the pixels of a client, or the businesses that use one pixel.
    """
    cells = [_cells(_pixel(row) if is_agency else _business(row), row) for row in rows]
    first = "pixel" if is_agency else "business"
    head = tuple(Text(name, "dim") for name in (first, *_COLUMNS))
    widths = [max(cell.cell_len for cell in column) for column in zip(head, *cells, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        for who, *others in cells:
            yield who
            for name, cell in zip(_COLUMNS, others, strict=True):
                if cell.plain:
                    yield Text(f"  {name}: ") + cell
        return
    for line in (head, *cells):
        padded = [
            cell + Text(" " * (room - cell.cell_len))
            for cell, room in zip(line, widths, strict=True)
        ]
        joined = Text(_GAP).join(padded)
        joined.rstrip()
        yield joined


def _business(row: Row) -> str:
    return with_id(row.business_name, row.business_id) if row.business_id else "unknown"


def _cells(first: str, row: Row) -> tuple[Text, ...]:
    is_request = row.route is Route.REQUEST
    subject = f"{row.route} {with_id(row.subject_name, row.subject_id)}"
    asked = ", ".join(row.declared_tasks)
    is_as_declared = row.managed is Managed.YES and row.drift is Drift.NONE
    declared = ", ".join(filter(None, [row.managed.value, _DRIFTS[row.drift]]))
    color = "" if is_as_declared else "red" if row.managed is Managed.YES else "yellow"
    status = f"{row.status} since {words.since(row)}" if row.is_open_request else row.status
    return (
        _text(first),
        _text("share" if row.route is Route.SHARE else subject),
        _text((f"asked for {asked}" if asked else "") if is_request else ", ".join(row.tasks)),
        _text(status),
        _text(declared, color),
        _text(_end(row), "red" if row.end is End.OVERDUE else ""),
    )


def _end(row: Row) -> str:
    """Return a text about the end of the access. It is empty if no end is declared."""
    if row.end is End.UNKNOWN:
        return "unknown"
    if row.expires_on is None:
        return ""
    return f"overdue since {row.expires_on}" if row.end is End.OVERDUE else f"{row.expires_on}"


def _text(text: str, style: str = "") -> Text:
    return Text(isolated(visible(text, _LONGEST)), style, overflow="fold")
