"""The picture of a report: who has which pixel, as a grid of agencies and pixels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.access.evaluation.report import Managed, Report, Route, Row, Side
from metapixel_cli.access.rendering.words import by_route
from metapixel_cli.grants.unread import SHARES
from metapixel_cli.words import count
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import without_added

#: The largest size of a readable grid. A larger grid omits agencies and pixels without findings
#: first, beginning with those that have the fewest entries.
MOST_ROWS = 60
MOST_COLUMNS = 8


@dataclass(frozen=True)
class Cell:
    """The access of one agency to one pixel.

    `tasks` are the tasks of an active share. `text` describes any other access, or its absence.
    """

    tasks: tuple[str, ...] = ()
    text: str = ""
    is_undeclared: bool = False


@dataclass(frozen=True)
class Matrix:
    """The grid. The rows contain the longer list, so that the grid grows downwards.

    `columns` and `rows` map ids to names, which are empty if they are unknown. `cells` has a line
    of cells for each row. `omitted` counts the agencies and the pixels that are left out, and
    `unplaced` the open requests whose pixel is unknown.
    """

    across: str
    down: str
    columns: Mapping[str, str]
    rows: Mapping[str, str]
    cells: Sequence[Sequence[Cell]]
    omitted: Sequence[str]
    unplaced: str


def matrix(report: Report) -> Matrix:
    access = _access(report)
    unread = {part.subject_id for part in report.unread if part.part == SHARES}
    all_pixels = _pixels(report, unread)
    all_agencies: dict[str, str] = {}
    for rows in access.values():
        all_agencies |= {row.business_id: row.business_name for row in rows}
    has_pixels_down = len(all_pixels) > len(all_agencies)
    most = (MOST_COLUMNS, MOST_ROWS) if has_pixels_down else (MOST_ROWS, MOST_COLUMNS)
    agencies, pixels = _readable(report, access, all_agencies, all_pixels, most)
    omitted = []
    if lost := len(all_agencies) - len(agencies):
        omitted.append(count(lost, "agency", "agencies"))
    if lost := len(all_pixels) - len(pixels):
        omitted.append(count(lost, "pixel"))
    unplaced = sum(row.is_open_request and not row.pixel_id for row in report.rows)
    rest = omitted, count(unplaced, "open request") if unplaced else ""
    cells = _cells(access, agencies, pixels, unread)
    if has_pixels_down:
        return Matrix("agencies", "pixels", agencies, pixels, cells, *rest)
    return Matrix("pixels", "agencies", pixels, agencies, [*zip(*cells, strict=True)], *rest)


def _readable(
    report: Report,
    access: Collection[tuple[str, str]],
    agencies: Mapping[str, str],
    pixels: Mapping[str, str],
    most: tuple[int, int],
) -> tuple[dict[str, str], dict[str, str]]:
    """Return at most so many agencies and pixels, in the order of a grid."""
    findings: set[str] = set()
    for finding in report.open_findings:
        findings |= {finding.business_id, finding.pixel_id}
    entries = Counter(agency for agency, _ in access)
    some_agencies = _most(agencies, findings, entries, most[0])
    entries = Counter(pixel for agency, pixel in access if agency in some_agencies)
    return some_agencies, _most(pixels, findings, entries, most[1])


def _cells(
    access: Mapping[tuple[str, str], Sequence[Row]],
    agencies: Iterable[str],
    pixels: Iterable[str],
    unread: Collection[str],
) -> list[list[Cell]]:
    lines = []
    for pixel in pixels:
        is_unread = pixel in unread
        lines.append([_cell(access.get((agency, pixel), ()), is_unread) for agency in agencies])
    return lines


def _access(report: Report) -> dict[tuple[str, str], list[Row]]:
    """Return the access and the requests of each agency to each pixel. Owners are left out."""
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in report.rows:
        is_of_agency = row.pixel_id and row.business_id != row.owner_id
        if is_of_agency and (row.has_access or row.may_be_open):
            found[row.business_id, row.pixel_id].append(row)
    return found


def _pixels(report: Report, unread: Collection[str]) -> dict[str, str]:
    """Return the names of the pixels with rows, and of those whose shares were not read."""
    found = dict.fromkeys(unread, "")
    for pixel in report.pixels:
        if pixel.id in unread:
            found[pixel.id] = pixel.name
    for row in report.rows:
        found[row.pixel_id] = row.pixel_name
        if report.side is Side.AGENCY:
            client = row.owner_name or row.owner_id or "unknown client"
            found[row.pixel_id] = f"{client}: {row.pixel_name}"
    # The pixels of some requests are unknown.
    found.pop("", None)
    return found


def _most(
    names: Mapping[str, str], findings: Collection[str], entries: Mapping[str, int], most: int
) -> dict[str, str]:
    """Return at most `most` names. Those with findings come first, then by name."""
    largest = sorted(names, key=lambda id_: (id_ not in findings, -entries.get(id_, 0), id_))[:most]
    ordered = sorted(largest, key=lambda id_: (id_ not in findings, names[id_].casefold(), id_))
    return {id_: names[id_] for id_ in ordered}


def _cell(rows: Sequence[Row], is_unread: bool) -> Cell:
    for row in rows:
        is_undeclared = row.managed is Managed.NO
        if row.route is Route.SHARE and row.has_access:
            tasks = without_added(row.tasks)
            if row.status == ShareStatus.ACTIVE:
                return Cell(tasks, "" if tasks else "no task", is_undeclared)
            return Cell((), f"not confirmed: {', '.join(tasks) or 'no task'}", is_undeclared)
        if row.may_be_open:
            asked = ", ".join(without_added(row.declared_tasks)) or "unknown tasks"
            return Cell((), f"asked for {asked}", is_undeclared)
    if others := [row for row in rows if row.has_access]:
        return Cell((), f"only {by_route(others)}")
    return Cell((), "not read" if is_unread else "")
