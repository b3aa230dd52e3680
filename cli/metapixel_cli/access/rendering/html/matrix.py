"""The picture of a report: who has which pixel, as a grid of agencies and pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.access.evaluation.report import Managed, Report, Route, Row
from metapixel_cli.access.rendering.words import by_route
from metapixel_cli.grants.unread import SHARES
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import without_added


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
    of cells for each row. `unplaced` counts the open requests whose pixel is unknown.
    """

    across: str
    down: str
    columns: Mapping[str, str]
    rows: Mapping[str, str]
    cells: Sequence[Sequence[Cell]]
    unplaced: int


def matrix(report: Report) -> Matrix:
    """Return the access of agencies to pixels. The shorter list is across the top."""
    unread = {part.subject_id for part in report.unread if part.part == SHARES}
    names: dict[str, str] = {}
    access: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in report.rows:
        is_of_agency = row.pixel_id and row.business_id != row.owner_id
        if is_of_agency and (row.has_access or row.may_be_open):
            names[row.business_id] = row.business_name
            access[row.pixel_id, row.business_id].append(row)
    agencies = _ordered(names, report)
    pixels = _ordered(_pixel_names(report, unread), report)
    lines = []
    for pixel in pixels:
        lines.append([_cell(access[pixel, agency], pixel in unread) for agency in agencies])
    unplaced = [row for row in report.rows if row.is_open_request and not row.pixel_id]
    if len(pixels) > len(agencies):
        return Matrix("agencies", "pixels", agencies, pixels, lines, len(unplaced))
    transposed = [*zip(*lines, strict=True)]
    return Matrix("pixels", "agencies", pixels, agencies, transposed, len(unplaced))


def _ordered(names: Mapping[str, str], report: Report) -> dict[str, str]:
    """Return the names in their order. Those with open findings come first."""
    found = set[str]()
    for finding in report.open_findings:
        found |= {finding.business_id, finding.pixel_id}
    order = sorted(names, key=lambda id_: (id_ not in found, names[id_].casefold(), id_))
    return {id_: names[id_] for id_ in order}


def _pixel_names(report: Report, unread: Collection[str]) -> dict[str, str]:
    """Return the names of the pixels with rows, and of those whose shares were not read."""
    found = dict.fromkeys(unread, "")
    found |= {pixel.id: pixel.name for pixel in report.pixels if pixel.id in unread}
    for row in report.rows:
        found[row.pixel_id] = row.pixel_name
        if report.side == "agency":
            client = row.owner_name or row.owner_id or "unknown client"
            found[row.pixel_id] = f"{client}: {row.pixel_name}"
    # The pixels of some requests are unknown.
    found.pop("", None)
    return found


def _cell(rows: Sequence[Row], is_unread: bool) -> Cell:
    for row in rows:
        if row.route is Route.SHARE or row.may_be_open:
            return _cell_of_share(row)
    if rows:
        return Cell(text=f"only {by_route(rows)}")
    return Cell(text="not read" if is_unread else "")


def _cell_of_share(row: Row) -> Cell:
    """Return the cell of a share, or of an open request for one."""
    tasks, is_undeclared = without_added(row.tasks), row.managed is Managed.NO
    if row.may_be_open:
        requested = ", ".join(without_added(row.declared_tasks)) or "unknown tasks"
        return Cell((), f"asked for {requested}", is_undeclared)
    listed = ", ".join(tasks) or "no task"
    if row.status != ShareStatus.ACTIVE:
        return Cell((), f"not confirmed: {listed}", is_undeclared)
    if not tasks:
        return Cell((), "no task", is_undeclared)
    return Cell(tasks, "", is_undeclared)
