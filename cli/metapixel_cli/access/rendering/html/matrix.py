"""The picture of a report: who has which pixel, as a grid of agencies and pixels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.access.judging.report import Managed, Report, Route, Row, Side
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

    The heads of columns and rows are ids with names, which are empty if they are unknown. `omitted`
    counts the agencies and the pixels that are left out, and `unplaced` the open requests whose
    pixel is unknown.
    """

    across: str
    down: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[tuple[str, str], tuple[Cell, ...]], ...]
    omitted: tuple[str, ...]
    unplaced: str


def matrix(report: Report) -> Matrix:
    placed = [row for row in report.rows if row.pixel_id]
    unread = {part.subject_id for part in report.unread if part.part == SHARES}
    pixels = {pixel.id: pixel.name for pixel in report.pixels if pixel.id in unread}
    pixels = dict.fromkeys(unread, "") | pixels
    agencies: dict[str, str] = {}
    access: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in placed:
        owner = f"{row.owner_name or row.owner_id or 'unknown client'}: "
        pixels[row.pixel_id] = f"{owner if report.side is Side.AGENCY else ''}{row.pixel_name}"
        if (row.has_access or row.may_be_open) and row.business_id != row.owner_id:
            agencies[row.business_id] = row.business_name
            access[row.business_id, row.pixel_id].append(row)
    findings = Counter(
        id_ for each in report.open_findings for id_ in {each.business_id, each.pixel_id}
    )
    has_pixels_down = len(pixels) > len(agencies)
    most_agencies = MOST_COLUMNS if has_pixels_down else MOST_ROWS
    most_pixels = MOST_ROWS if has_pixels_down else MOST_COLUMNS
    shown = _most(agencies, findings, Counter(agency for agency, _ in access), most_agencies)
    of_shown = Counter(pixel for agency, pixel in access if agency in dict(shown))
    lists = [shown, _most(pixels, findings, of_shown, most_pixels)]
    hidden = (
        (len(agencies) - len(lists[0]), "agency", "agencies"),
        (len(pixels) - len(lists[1]), "pixel", "pixels"),
    )
    across, down = lists if has_pixels_down else lists[::-1]

    def cell(one: str, other: str) -> Cell:
        agency, pixel = (other, one) if has_pixels_down else (one, other)
        return _cell(access.get((agency, pixel), ()), pixel in unread)

    unplaced = sum(row.is_open_request and not row.pixel_id for row in report.rows)
    return Matrix(
        across="agencies" if has_pixels_down else "pixels",
        down="pixels" if has_pixels_down else "agencies",
        columns=tuple(across),
        rows=tuple((head, tuple(cell(head[0], other) for other, _ in across)) for head in down),
        omitted=tuple(count(*each) for each in hidden if each[0]),
        unplaced=count(unplaced, "open request") if unplaced else "",
    )


def _most(
    names: Mapping[str, str], findings: Mapping[str, int], entries: Mapping[str, int], most: int
) -> list[tuple[str, str]]:
    """Return at most `most` ids with their names. Those with findings come first, then by name."""

    def is_quiet(id_: str) -> bool:
        return not findings.get(id_)

    largest = sorted(names, key=lambda id_: (is_quiet(id_), -entries.get(id_, 0), id_))[:most]
    ordered = sorted(largest, key=lambda id_: (is_quiet(id_), names[id_].casefold(), id_))
    return [(id_, names[id_]) for id_ in ordered]


def _cell(rows: Sequence[Row], is_unread: bool) -> Cell:
    shares = [row for row in rows if row.route is Route.SHARE and row.has_access]
    asked = [row for row in rows if row.may_be_open]
    if shares or asked:
        is_undeclared = any(row.managed is Managed.NO for row in shares or asked)
        if shares:
            tasks = without_added(task for row in shares for task in row.tasks)
            if any(row.status != ShareStatus.ACTIVE for row in shares):
                return Cell((), f"not confirmed: {', '.join(tasks) or 'no task'}", is_undeclared)
            return Cell(tasks, "" if tasks else "no task", is_undeclared)
        tasks = without_added(task for row in asked for task in row.declared_tasks)
        return Cell((), f"asked for {', '.join(tasks) or 'unknown tasks'}", is_undeclared)
    if others := [row for row in rows if row.has_access]:
        return Cell((), f"only {by_route(others)}")
    return Cell((), "not read" if is_unread else "")
