"""Changes since a former report."""

from __future__ import annotations

from metapixel_cli.access.judging.report import ChangeKind, Report
from tests.cli.access.estates import estate, pixel, report, share, stack
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL_2

BEFORE = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})))


def kinds(found: Report) -> list[tuple[ChangeKind, tuple[str, ...]]]:
    return [(change.kind, change.fields) for change in found.changes]


def test_an_equal_report_has_no_changes() -> None:
    again = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})), former=BEFORE)

    assert (again.changes, again.since) == ((), BEFORE.as_of)


def test_new_ended_and_changed_access_are_changes() -> None:
    tasks = report(estate(pixel(shares={NORTHLIGHT: ["UPLOAD"]})), former=BEFORE)
    other = report(estate(pixel(shares={HARBOUR: ["ANALYZE"]})), former=BEFORE)

    assert kinds(tasks) == [(ChangeKind.CHANGED, ("tasks",))]
    assert kinds(other) == [(ChangeKind.NEW, ()), (ChangeKind.ENDED, ())]


def test_access_of_a_part_that_was_not_read_has_not_ended() -> None:
    unread = report(estate(pixel(refused=["shares"])), former=BEFORE)

    assert unread.changes == ()


def test_access_of_a_pixel_that_was_not_listed_has_not_ended() -> None:
    assert report(estate(refused=["pixels"]), former=BEFORE).changes == ()


def test_access_is_not_new_if_the_former_report_did_not_read_it() -> None:
    unread = report(estate(pixel(refused=["shares"])))

    found = report(estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})), former=unread)

    assert found.changes == ()


def test_access_to_a_new_pixel_is_new() -> None:
    shares = {NORTHLIGHT: ["ANALYZE"]}

    found = report(estate(pixel(shares=shares), pixel(PIXEL_2, shares=shares)), former=BEFORE)

    assert kinds(found) == [(ChangeKind.NEW, ())]


def test_access_that_is_declared_since_then_is_a_change() -> None:
    owned = estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]}))

    found = report(owned, stacks=[stack(share(inputs={"reason": "Spring"}))], former=BEFORE)

    assert kinds(found) == [(ChangeKind.CHANGED, ("declared_tasks", "managed", "reason", "stack"))]


def test_a_stack_that_was_not_read_changes_nothing() -> None:
    owned = estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]}))
    before = report(owned, stacks=[stack(share())])

    found = report(owned, stacks=[stack(failed="no such stack")], former=before)

    assert found.changes == ()


def test_absent_access_has_not_ended_if_a_stack_was_not_read() -> None:
    before = report(estate(pixel()), stacks=[stack(share())])

    found = report(estate(pixel()), stacks=[stack(failed="no such stack")], former=before)

    assert found.changes == ()


def test_a_business_that_only_one_report_has_is_no_change() -> None:
    other = report(estate(business="77"), former=BEFORE)

    assert other.changes == ()
