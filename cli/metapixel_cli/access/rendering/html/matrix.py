"""The picture of a report: who has which pixel, as a grid of agencies and pixels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.access.judging.parts import SHARES
from metapixel_cli.access.judging.report import Managed, Report, Route, Row, Side
from metapixel_cli.access.rendering.html import words
from metapixel_cli.words import count
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
    omitted: tuple[str, ...]
    unplaced: str

    @property
    def has_words(self) -> bool:
        return len(self.columns) <= FEW_COLUMNS

    @property
    def cells(self) -> set[tuple[str, tuple[Task, ...]]]:
        return {(cell.kind, cell.tasks) for line in self.lines for cell in line.cells if cell.kind}


def matrix(report: Report) -> Matrix:
    agencies: dict[str, str] = {}
    pixels = {part.subject_id: part.subject for part in report.unread if part.part == SHARES}
    unread = frozenset(pixels)
    access: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in filter(lambda each: each.pixel_id, report.rows):
        if row.pixel_name or row.pixel_id not in pixels:
            name = row.pixel_name or row.pixel_id
            client = row.owner_name or row.owner_id or "unknown client"
            of_client = f"{client}: {name}"
            pixels[row.pixel_id] = of_client if report.side is Side.AGENCY else name
        if (row.has_access or row.may_be_open) and row.business_id != row.owner_id:
            agencies[row.business_id] = row.business_name or row.business_id
            access[row.business_id, row.pixel_id].append(row)
    has_pixels_down = len(pixels) > len(agencies)
    limits = (MOST_COLUMNS, MOST_ROWS) if has_pixels_down else (MOST_ROWS, MOST_COLUMNS)
    findings = Counter(
        id_
        for finding in report.open_findings
        for id_ in {finding.business_id, finding.pixel_id} - {""}
    )
    of_agencies = Counter(agency for agency, _ in access)
    shown_agencies = _most(agencies, findings, of_agencies, limits[0])
    among = Counter(pixel for agency, pixel in access if agency in shown_agencies)
    shown_pixels = _most(pixels, findings, among, limits[1])
    hidden = (
        (len(agencies) - len(shown_agencies), "agency", "agencies"),
        (len(pixels) - len(shown_pixels), "pixel", "pixels"),
    )
    omitted = tuple(count(*each) for each in hidden if each[0])
    totals = {}
    if omitted:
        totals = {agency: count(number, "pixel") for agency, number in of_agencies.items()}
        for pixel, number in Counter(pixel for _, pixel in access).items():
            totals[pixel] = count(number, "agency", "agencies")
    agency_heads = _heads(agencies, shown_agencies, findings, totals)
    pixel_heads = _heads(pixels, shown_pixels, findings, totals)
    heads = (agency_heads, pixel_heads)
    across, down = heads if has_pixels_down else heads[::-1]

    def cell(one: str, other: str) -> Cell:
        agency, pixel = (other, one) if has_pixels_down else (one, other)
        return _cell(access.get((agency, pixel), ()), pixel in unread)

    unplaced = sum(row.is_open_request and not row.pixel_id for row in report.rows)
    return Matrix(
        across="agencies" if has_pixels_down else "pixels",
        down="pixels" if has_pixels_down else "agencies",
        columns=tuple(across.values()),
        lines=tuple(
            Line(head, tuple(cell(each, other) for other in across)) for each, head in down.items()
        ),
        omitted=omitted,
        unplaced=count(unplaced, "open request") if unplaced else "",
    )


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
    totals: Mapping[str, str],
) -> dict[str, Head]:
    number_of = Counter(names.values())

    def head(id_: str) -> Head:
        is_twin = number_of[names[id_]] > 1
        found = count(findings[id_], "finding") if findings.get(id_) else ""
        notes = [id_ if is_twin else "", found, totals.get(id_, "")]
        return Head(names[id_], ", ".join(filter(None, notes)))

    return {each: head(each) for each in shown}


def _cell(rows: Sequence[Row], is_unread: bool) -> Cell:
    shares = [row for row in rows if row.route is Route.SHARE and row.has_access]
    asked = [row for row in rows if row.may_be_open]
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
        found = [count(n, route, _PLURALS.get(route, "")) for route, n in routes.items()]
        return Cell("other", (), "only " + words.listed(found))
    return Cell("unread", (), "not read") if is_unread else Cell()


_PLURALS = {"person": "people"}


def _known(names: Iterable[str]) -> tuple[Task, ...]:
    named = set(names)
    return tuple(task for task in Task if task in named)


def _undeclared(rows: Iterable[Row]) -> bool:
    return any(row.managed is Managed.NO for row in rows)
