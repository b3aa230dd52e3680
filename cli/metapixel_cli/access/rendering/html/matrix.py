"""The picture of a report: who has which pixel, as a grid of agencies and pixels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.access.judging.report import Managed, Report, Route, Row, Side
from metapixel_cli.access.rendering.html import words
from metapixel_cli.access.rendering.words import open_findings
from metapixel_provider.sharing.tasks import Task

#: The largest size of a readable grid. A larger grid omits agencies and pixels without findings
#: first, beginning with those that have the fewest entries.
MOST_ROWS = 60
MOST_COLUMNS = 20
#: The largest number of columns that leaves room for words in the cells.
FEW_COLUMNS = 5


@dataclass(frozen=True)
class Head:
    """The name of a row or column.

    `note` has the number of open findings. It also has the id if the name is not unique, and the
    number of pixels or agencies if the grid omits some of them.
    """

    name: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """The access of one agency to one pixel.

    `kind` is `has`, `asked`, `other` (only through ad accounts or users), `unread` or empty.
    """

    kind: str = ""
    tasks: tuple[Task, ...] = ()
    text: str = ""
    is_undeclared: bool = False


@dataclass(frozen=True)
class Line:
    head: Head
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """The grid. The rows contain the longer list, so that the grid grows downwards.

    `omitted` counts the agencies and the pixels that are left out, and `unplaced` the open requests
    whose pixel is unknown.
    """

    across: str
    down: str
    columns: tuple[Head, ...]
    lines: tuple[Line, ...]
    omitted: tuple[words.Count, ...]
    unplaced: words.Count

    @property
    def has_words(self) -> bool:
        return len(self.columns) <= FEW_COLUMNS

    @property
    def cells(self) -> set[tuple[str, tuple[Task, ...]]]:
        return {(cell.kind, cell.tasks) for line in self.lines for cell in line.cells if cell.kind}


def matrix(report: Report) -> Matrix:
    agencies: dict[str, str] = {}
    pixels: dict[str, str] = {}
    access: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for part in report.unread:
        if part.part == "shares":
            pixels[part.subject_id] = part.subject
    unread = frozenset(pixels)
    for row in report.rows:
        if row.pixel_id:
            if row.pixel_name or row.pixel_id not in pixels:
                name = row.pixel_name or row.pixel_id
                client = row.owner_name or row.owner_id or "unknown client"
                of_client = f"{client}: {name}"
                pixels[row.pixel_id] = of_client if report.side is Side.AGENCY else name
            has_mark = row.has_access or words.may_be_open(row)
            if has_mark and row.business_id != row.owner_id:
                agencies[row.business_id] = row.business_name or row.business_id
                access[row.business_id, row.pixel_id].append(row)
    has_pixels_down = len(pixels) > len(agencies)
    limits = (MOST_COLUMNS, MOST_ROWS) if has_pixels_down else (MOST_ROWS, MOST_COLUMNS)
    findings = Counter(
        id_
        for finding in open_findings(report)
        for id_ in {finding.business_id, finding.pixel_id} - {""}
    )
    shown_agencies = _most(agencies, findings, Counter(agency for agency, _ in access), limits[0])
    among = Counter(pixel for agency, pixel in access if agency in shown_agencies)
    shown_pixels = _most(pixels, findings, among, limits[1])
    omitted = (
        words.counted(len(agencies) - len(shown_agencies), "agency", "agencies"),
        words.counted(len(pixels) - len(shown_pixels), "pixel"),
    )
    unplaced = [row for row in report.rows if row.is_open_request and not row.pixel_id]
    requests = words.counted(len(unplaced), "open request")
    totals: dict[str, words.Count] = {}
    if any(count.number for count in omitted):
        for agency, number in Counter(agency for agency, _ in access).items():
            totals[agency] = words.counted(number, "pixel")
        for pixel, number in Counter(pixel for _, pixel in access).items():
            totals[pixel] = words.counted(number, "agency", "agencies")
    agency_heads = _heads(agencies, shown_agencies, findings, totals)
    pixel_heads = _heads(pixels, shown_pixels, findings, totals)
    cells = [
        [_cell(access.get((agency, pixel), ()), pixel in unread) for pixel in shown_pixels]
        for agency in shown_agencies
    ]
    if has_pixels_down:
        turned = [[line[n] for line in cells] for n in range(len(shown_pixels))]
        lines = _lines(pixel_heads, turned)
        return Matrix("agencies", "pixels", agency_heads, lines, omitted, requests)
    lines = _lines(agency_heads, cells)
    return Matrix("pixels", "agencies", pixel_heads, lines, omitted, requests)


def _most(
    names: Mapping[str, str], findings: Mapping[str, int], entries: Mapping[str, int], most: int
) -> Sequence[str]:
    """Return at most `most` ids, sorted by name.

    Ids with findings come first and are kept first.
    """

    def is_quiet(each: str) -> bool:
        return not findings.get(each)

    largest = sorted(names, key=lambda each: (is_quiet(each), -entries.get(each, 0), each))[:most]
    return sorted(largest, key=lambda each: (is_quiet(each), words.order(names[each], each)))


def _heads(
    names: Mapping[str, str],
    shown: Iterable[str],
    findings: Mapping[str, int],
    totals: Mapping[str, words.Count],
) -> tuple[Head, ...]:
    count = Counter(names.values())

    def note(id_: str) -> str:
        found = words.counted(findings.get(id_, 0), "finding")
        counts = [each for each in (found, totals.get(id_)) if each and each.number]
        notes = [f"{each.number:,} {each.noun}" for each in counts]
        return ", ".join([id_, *notes] if count[names[id_]] > 1 else notes)

    return tuple(Head(names[each], note(each)) for each in shown)


def _lines(heads: Iterable[Head], cells: Iterable[Iterable[Cell]]) -> tuple[Line, ...]:
    return tuple(Line(head, tuple(line)) for head, line in zip(heads, cells, strict=True))


def _cell(rows: Iterable[Row], is_unread: bool) -> Cell:
    rows = list(rows)
    shares = [row for row in rows if row.route is Route.SHARE and row.has_access]
    asked = [row for row in rows if words.may_be_open(row)]
    others = [row for row in rows if row.route is not Route.SHARE and row.has_access]
    if shares:
        names = [task for row in shares for task in row.tasks]
        return Cell("has", _known(names), words.listed(words.tasks(names)), _undeclared(shares))
    if asked:
        names = [task for row in asked for task in row.declared_tasks]
        text = f"asked: {words.listed(words.tasks(names), 'tasks not known')}"
        return Cell("asked", _known(names), text, _undeclared(asked))
    if others:
        routes = Counter(words.ROUTES[row.route][0].lower() for row in others)
        plurals = {"person": "people"}
        found = [words.counted(n, route, plurals.get(route, "")) for route, n in routes.items()]
        return Cell("other", (), "only " + words.listed(f"{n} {noun}" for n, noun in found))
    return Cell("unread", (), "not read") if is_unread else Cell()


def _known(names: Iterable[str]) -> tuple[Task, ...]:
    named = set(names)
    return tuple(task for task in Task if task in named)


def _undeclared(rows: Iterable[Row]) -> bool:
    return any(row.managed is Managed.NO for row in rows)
