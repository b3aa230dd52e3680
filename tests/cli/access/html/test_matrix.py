"""The picture of a report: the tasks of each agency on each pixel."""

from __future__ import annotations

from dataclasses import replace

from metapixel_cli.access.evaluation.report import Finding, FindingName, Report
from metapixel_cli.access.rendering.html.matrix import Cell, matrix
from tests.cli.access.estates import estate, pixel, report, share, stack, user
from tests.cli.access.examples import large
from tests.support.example import HARBOUR, NORTHLIGHT


def cells(report: Report) -> dict[tuple[str, str], Cell]:
    found = matrix(report)
    assert found.down == "pixels"
    return {
        (pixel or pixel_id, agency or agency_id): cell
        for (pixel_id, pixel), line in zip(found.rows.items(), found.cells, strict=True)
        for (agency_id, agency), cell in zip(found.columns.items(), line, strict=True)
        if cell != Cell()
    }


def test_access_without_a_share_access_that_is_absent_and_unread_shares_are_not_the_same() -> None:
    users = [user(id_, HARBOUR) for id_ in ("11", "12")]
    used = pixel(accounts={HARBOUR: ["21"]}, users=users)
    added = pixel("8", {NORTHLIGHT: ["NEW_TASK", "AA_ANALYZE"]}, name="Blog")
    owned = estate(used, added, pixel("7", name="", refused=["shares"]))
    absent = share(pixel="8", agency=HARBOUR)
    sent = share(pixel="7", agency=HARBOUR, status="PENDING", pending_request_id="24")

    assert cells(report(owned, stacks=[stack(absent, sent)])) == {
        ("Web shop", HARBOUR): Cell((), "only 1 permitted ad account, 2 assignments of persons"),
        ("Blog", "Northlight Media"): Cell(("NEW_TASK",), is_undeclared=True),
        ("7", "Northlight Media"): Cell((), "not read"),
        ("7", HARBOUR): Cell((), "asked for ANALYZE"),
    }


def test_the_longer_list_is_in_the_rows() -> None:
    wide, tall = matrix(large(8, 60)), matrix(large(60, 8))

    assert (len(wide.rows), wide.down, wide.across) == (60, "pixels", "agencies")
    assert (len(tall.rows), tall.down, tall.across) == (60, "agencies", "pixels")


def test_agencies_with_open_findings_come_first() -> None:
    found = Finding(FindingName.EDIT, "It can edit.", business_id="3000000000000009")

    names = [*matrix(replace(large(10, 12, one_in=11), findings=(found,))).columns.values()]

    assert names[0] == "Agency 3000000000000009"
    assert names[1:] == sorted(names[1:])
