"""The text of the page: its parts, their order, and the escaping of names."""

from __future__ import annotations

import re
from dataclasses import replace

from metapixel_cli.access.rendering.html.document import page
from metapixel_cli.grants.unread import UnreadPart
from tests.cli.access.estates import estate, pixel, report
from tests.cli.access.examples import example

REPORT = example()
FAILED = UnreadPart("stack access/prod", "access/prod", "state", "exit code 255")


def test_an_empty_report_is_no_clean_report_if_a_part_was_not_read() -> None:
    empty = replace(REPORT, pixels=(), rows=(), findings=())

    assert "Nobody has access." in page(empty)
    incomplete = page(replace(empty, unread=(FAILED,)))
    assert "Nobody has access, as far as the pixels were read." in incomplete
    assert "No agency has access to a pixel, as far as the pixels were read." in incomplete
    assert "There are no findings in the parts that were read." in incomplete
    assert "Nobody has access." not in incomplete


def test_the_findings_after_the_first_10_are_folded() -> None:
    silent = [pixel(f"{number}", last_fired=None) for number in range(1000, 2300)]

    html = page(report(estate(*silent)))

    before, _, after = html.partition("<details><summary>1,290 more</summary>")
    assert [part.count(" has never received an event.") for part in (before, after)] == [10, 1290]


def test_the_page_refers_to_nothing_outside_of_itself() -> None:
    assert 'content="default-src &#39;none&#39;; style-src &#39;sha256-' in page(REPORT)
    assert not re.findall(r"(?:href|src|style|on\w+)=", page(REPORT).partition("<body>")[2])


def test_names_are_visible_isolated_and_cut() -> None:
    name = "North\u202elight\u200b\u2066 متجر 24 الويب"

    html = page(
        replace(REPORT, rows=(replace(REPORT.rows[0], pixel_name="x" * 3000, business_name=name),))
    )

    business = "North\ufffdlight\ufffd\ufffd \u2068متجر 24 الويب\u2069 (2002345678900222)"
    assert f'<th scope="row">{business}' in html
    assert not re.findall("[\u200b\u202e\u2066]", html)
    assert f"{'x' * 1000}… (" in html
