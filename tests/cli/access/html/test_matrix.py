"""The picture of a report: the tasks of each agency on each pixel."""

from __future__ import annotations

from dataclasses import replace

from metapixel_cli.access.judging.report import Finding, FindingName, PartRead, Report, Route
from metapixel_cli.access.rendering.html.matrix import MOST_COLUMNS, MOST_ROWS, Cell, matrix
from tests.support import example_report as access
from tests.support import large_report

REPORT = access.report()
BLOG = ("1290034567800004", "Acme blog")


def cells(report: Report) -> dict[tuple[str, str], Cell]:
    """Return the cells that are not empty, by pixel and agency."""
    found = matrix(report)
    assert found.down == "pixels"
    return {
        (pixel or id_, agency): cell
        for (id_, pixel), line in found.rows
        for (_, agency), cell in zip(found.columns, line, strict=True)
        if cell != Cell()
    }


def test_each_agency_has_its_tasks_its_requests_and_marks_for_undeclared_shares() -> None:
    assert cells(REPORT) == {
        ("Acme app", "Northlight Media"): Cell(("ANALYZE", "UPLOAD")),
        ("Acme outlet", "Northlight Media"): Cell(("ANALYZE",), is_undeclared=True),
        ("Acme web shop", "Harbour Performance"): Cell((), "asked for UPLOAD"),
        ("Acme web shop", "Northlight Media"): Cell(("ANALYZE", "ADVERTISE")),
    }


def test_access_without_a_share_access_that_is_absent_and_unread_shares_are_not_the_same() -> None:
    users = [
        access.row(Route.PERSON, access.APP, access.HARBOUR, (id_, "A"), tasks=("EDIT",))
        for id_ in "34"
    ]
    account = access.row(Route.AD_ACCOUNT, access.APP, access.HARBOUR, ("2", "B"))
    absent = access.row(Route.SHARE, BLOG, access.HARBOUR, status="ABSENT", declared=())
    added = access.row(Route.SHARE, BLOG, access.NORTHLIGHT, tasks=("NEW_TASK", "AA_ANALYZE"))
    part = PartRead("pixel 7", "7", "shares", "no answer")

    rows = (*REPORT.rows, *users, account, absent, added)
    found = cells(replace(REPORT, rows=rows, parts=(part,)))

    only = "only 1 permitted ad account, 2 assignments of persons"
    assert found["Acme app", "Harbour Performance"].text == only
    assert (BLOG[1], "Harbour Performance") not in found
    assert found[BLOG[1], "Northlight Media"].tasks == ("NEW_TASK",)
    assert {found["7", agency[1]].text for agency in (access.NORTHLIGHT, access.HARBOUR)} == {
        "not read"
    }


def test_the_longer_list_is_in_the_rows() -> None:
    wide, tall = matrix(large_report.report(10, 60)), matrix(large_report.report(60, 10))

    assert (len(wide.rows), wide.down, wide.across) == (60, "pixels", "agencies")
    assert (len(tall.rows), tall.down, tall.across) == (60, "agencies", "pixels")
    assert wide.omitted == ()


def test_a_grid_too_large_to_read_is_cut_and_counts_the_rest() -> None:
    found = matrix(large_report.report(200, 600, one_in=37))

    assert (len(found.rows), len(found.columns)) == (MOST_ROWS, MOST_COLUMNS)
    assert found.omitted == ("188 agencies", "540 pixels")
    assert all(any(cell.tasks for cell in line) for _, line in found.rows)


def test_agencies_with_open_findings_come_first_and_are_never_left_out_for_others() -> None:
    report = large_report.report(100, 600)
    found = Finding(FindingName.EDIT, "It can edit.", business_id="3000000000000099")

    names = [name for _, name in matrix(replace(report, findings=(found,))).columns]

    assert (names[0], len(names)) == ("Agency number 99", MOST_COLUMNS)
    assert names[1:] == sorted(names[1:])
