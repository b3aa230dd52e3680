"""The picture of who has what."""

from __future__ import annotations

import re
from dataclasses import replace

from metapixel_cli.access.judging.report import Finding, FindingName, PartRead, Route
from metapixel_cli.access.rendering.html import words
from metapixel_cli.access.rendering.html.document import page
from metapixel_cli.access.rendering.html.matrix import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Matrix,
    matrix,
)
from metapixel_provider.sharing.estate.estate import ReadOutcome
from metapixel_provider.sharing.tasks import Task
from tests.support import example_report as access
from tests.support import large_report

REPORT = access.report()


def cell(found: Matrix, row: str, column: str) -> Cell:
    (line,) = (line for line in found.lines if line.head.name == row)
    return line.cells[[head.name for head in found.columns].index(column)]


def test_a_share_has_its_tasks() -> None:
    found = matrix(REPORT)

    assert cell(found, "Acme app", "Northlight Media") == Cell(
        "has", (Task.ANALYZE, Task.UPLOAD), "Analyze, Upload"
    )
    assert cell(found, "Acme app", "Harbour Performance") == Cell()


def test_a_share_that_no_stack_declares_is_marked() -> None:
    assert cell(matrix(REPORT), "Acme outlet", "Northlight Media").is_undeclared


def test_a_request_has_a_mark_of_its_own() -> None:
    found = cell(matrix(REPORT), "Acme web shop", "Harbour Performance")

    assert (found.kind, found.text) == ("asked", "asked: Upload")


def test_a_request_whose_pixel_is_unknown_is_counted_below_the_picture() -> None:
    unplaced = access.row(
        Route.REQUEST, ("", ""), access.HARBOUR, ("2400000000000009", ""), status="PENDING"
    )

    report = replace(REPORT, rows=(*REPORT.rows, unplaced))

    assert "The picture leaves out" not in page(REPORT)
    assert (
        "<p>The picture leaves out 1 open request, because Meta does not return the pixels of a "
        "request.</p>" in page(report)
    )


def test_an_agency_that_has_only_users_is_no_empty_cell() -> None:
    user = access.row(Route.PERSON, access.APP, access.HARBOUR, ("1", "A"), tasks=("EDIT",))
    account = access.row(Route.AD_ACCOUNT, access.APP, access.HARBOUR, ("2", "B"))

    found = matrix(replace(REPORT, rows=(*REPORT.rows, user, user, account)))

    assert cell(found, "Acme app", "Harbour Performance").text == "only 2 people, 1 ad account"


def test_the_users_of_the_owner_make_no_agency() -> None:
    assert [head.name for head in matrix(REPORT).columns] == [
        "Harbour Performance",
        "Northlight Media",
    ]


def test_access_that_meta_does_not_list_has_no_mark() -> None:
    absent = access.row(Route.SHARE, access.APP, access.HARBOUR, status="ABSENT", declared=())

    assert not matrix(replace(REPORT, rows=(absent,))).columns


def test_a_pixel_whose_shares_were_not_read_is_no_empty_line() -> None:
    part = PartRead("pixel Acme blog (1290034567800004)", "1290034567800004", "shares",
                    ReadOutcome.FAILED)  # fmt: skip

    found = matrix(replace(REPORT, parts=(part,)))

    assert cell(found, "pixel Acme blog (1290034567800004)", "Northlight Media").text == "not read"


def test_the_longer_list_is_in_the_rows() -> None:
    wide, tall = matrix(large_report.report(10, 60)), matrix(large_report.report(60, 10))

    assert (len(wide.lines), wide.down, wide.across) == (60, "pixels", "agencies")
    assert (len(tall.lines), tall.down, tall.across) == (60, "agencies", "pixels")
    assert wide.omitted == ()
    assert not wide.has_words


def test_three_agencies_on_three_pixels_leave_room_for_words() -> None:
    assert matrix(large_report.report(3, 3)).has_words


def test_a_grid_too_large_to_read_is_cut_and_counts_the_rest() -> None:
    found = matrix(large_report.report(200, 600, one_in=37))

    assert (len(found.lines), len(found.columns)) == (MOST_ROWS, MOST_COLUMNS)
    assert found.omitted == ("180 agencies", "540 pixels")
    assert all(any(cell.kind for cell in line.cells) for line in found.lines)
    assert all(re.fullmatch(r"\d+ findings?, \d+ pixels?", head.note) for head in found.columns)


def test_equal_names_have_their_ids() -> None:
    twin = access.row(Route.SHARE, ("42", "Acme app"), access.HARBOUR, tasks=("EDIT",))

    heads = [line.head for line in matrix(replace(REPORT, rows=(*REPORT.rows, twin))).lines]

    assert [(head.name, head.note) for head in heads if head.name == "Acme app"] == [
        ("Acme app", "1290034567800002, 1 finding"),
        ("Acme app", "42"),
    ]


def test_agencies_with_open_findings_come_first_and_are_never_left_out_for_others() -> None:
    report = large_report.report(100, 600)
    found = Finding(FindingName.EDIT, "It can edit.", business_id="3000000000000099")
    quiet = replace(report, findings=(found,))

    names = [head.name for head in matrix(quiet).columns]

    assert (names[0], len(names)) == ("Agency number 99", MOST_COLUMNS)
    assert names[1:] == sorted(names[1:], key=lambda name: words.order(name, ""))
