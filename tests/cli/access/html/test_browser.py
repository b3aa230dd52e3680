"""The page in a real browser: layout, search, keyboard, print and accessibility."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from metapixel_cli.access.evaluation.report import Report
from tests.cli.access.estates import estate, pixel, report, stack
from tests.cli.access.examples import example, large
from tests.cli.access.html.conftest import Open

PHONE = 390
DESKTOP = 1280
#: The width of a printed page in portrait, without its margins.
_A4 = 703
EXAMPLE = example()


def names(page: Page) -> list[str]:
    """Return the names of the businesses of the visible entries, without their ids."""
    cells = page.locator("#entries tbody th:visible").all_inner_texts()
    return [re.sub(r" \(\d+\)$", "", cell.splitlines()[0]) for cell in cells]


@pytest.mark.rest
@pytest.mark.parametrize(
    ("report", "width", "scheme"),
    [
        (EXAMPLE, DESKTOP, "dark"),
        (example(pixel("77", refused=["shares"])), PHONE, "light"),
        (large(6, 7), DESKTOP, "light"),
    ],
)
def test_axe_finds_no_violation(open_page: Open, report: Report, width: int, scheme: str) -> None:
    page = open_page(report, width=width, scheme=scheme)

    result = Axe().run(page)

    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("width", [320, 900, DESKTOP])
def test_the_page_never_scrolls_sideways(open_page: Open, width: int) -> None:
    long = "Weather-proof-outdoor-equipment-" * 10
    wide = large(30, 40, one_in=9)
    row = replace(wide.rows[0], business_name=long, pixel_name=long, subject_name=long)

    page = open_page(replace(wide, rows=(row, *wide.rows[1:])), width=width)

    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("agencies", [8, 30])
def test_a_printed_picture_of_agencies_with_long_names_fits_on_the_page_with_their_ids(
    open_page: Open, agencies: int
) -> None:
    wide = large(agencies, agencies + 1)
    rows = [replace(each, business_name="W" * 200) for each in wide.rows]
    page = open_page(replace(wide, rows=tuple(rows)), width=_A4)
    page.emulate_media(media="print")

    heading = page.locator(".matrix thead th").first.bounding_box()
    id_ = page.get_by_text("3000000000000000", exact=True).first.bounding_box()
    assert heading
    assert id_
    assert id_["y"] + id_["height"] <= heading["y"] + heading["height"]
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_without_javascript_every_entry_is_visible_and_no_control(open_page: Open) -> None:
    page = open_page(large(26, 10), javascript=False)

    assert len(names(page)) == 260
    expect(page.get_by_role("searchbox")).to_have_count(0)


def test_the_search_finds_each_word_in_each_spelling_and_ids(open_page: Open) -> None:
    spelled = [("Agence Été", ""), ("Große Straße", ""), ("Other", "GROSSE"), ("More", "متجر 1 ب")]
    rows = [replace(EXAMPLE.rows[0], business_name=name, reason=reason) for name, reason in spelled]
    page = open_page(replace(EXAMPLE, rows=(*rows, *EXAMPLE.rows[1:])))
    total = len(names(page))

    for text, expected in (
        ("APP ete", ["Agence Été"]),
        ("strasse", ["Große Straße"]),
        ("STRAßE", ["Große Straße"]),
        ("große", ["Große Straße", "Other"]),
        ("متجر 1 ب", ["More"]),
        ("507700000000221", ["Northlight Media"]),
        ("nobody", []),
        ("pending", ["Harbour Performance"]),
    ):
        page.get_by_label("Search").fill(text)
        listed = expect(page.locator("#entries tbody th:visible"))
        listed.to_contain_text(expected) if expected else listed.to_have_count(0)
        expect(page.get_by_role("status")).to_have_text(f"{len(expected)} of {total} entries")

    printed = _printed(page)
    assert f"1of{total}entries" in printed
    assert "507700000000221" not in printed
    page.get_by_label("Search").fill("")
    expect(page.get_by_role("status")).to_have_text(f"{total} entries")


@pytest.mark.rest
def test_a_search_among_6000_entries_answers(open_page: Open) -> None:
    page = open_page(large(100, 60))

    page.get_by_label("Search").fill("3000000000000099 Pixel number 59", timeout=30_000)

    expect(page.get_by_role("status")).to_have_text("1 of 6,000 entries", timeout=30_000)


def test_the_focus_is_visible_on_every_control(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")

    seen = set()
    for _ in range(40):
        style, name = page.evaluate(
            "(() => { const it = document.activeElement; const style = getComputedStyle(it);"
            "return [`${style.outlineStyle} ${style.outlineWidth}`, it.tagName]; })()"
        )
        if name == "BODY":
            break
        assert style == "solid 3px", name
        seen.add(name)
        page.keyboard.press("Tab")

    assert seen == {"DIV", "INPUT"}


@pytest.mark.rest
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_each_printed_page_of_the_table_repeats_its_headings(open_page: Open, size: str) -> None:
    page = open_page(large(9, 8))

    printed = [each.extract_text() for each in PdfReader(io.BytesIO(page.pdf(format=size))).pages]

    of_table = [text for text in printed if "Stackshop/prod" in re.sub(r"\s", "", text)]
    assert len(of_table) > 3
    assert all("Declared" in text and "Findings" in text for text in of_table)


def test_a_print_contains_every_entry_long_names_and_folded_findings_and_no_control(
    open_page: Open,
) -> None:
    address = "https://shop.example/" + "a-very-long-path/" * 15 + "end-of-address"
    shares = {f"{5000000000000000 + number}": ["ANALYZE"] for number in range(60)}
    found = report(estate(pixel(shares=shares)), stacks=[stack()])
    rows = (replace(found.rows[0], contact=address), *found.rows[1:])
    page = open_page(replace(found, rows=rows))

    printed = _printed(page)

    # Once in the list of findings, and once in the table.
    assert printed.count("Nostackdeclares") == 2 * 60
    assert address in printed
    assert "Name,id,task" not in printed


def test_a_phone_has_a_card_with_labels_for_each_entry(open_page: Open) -> None:
    page = open_page(width=PHONE)
    card = page.locator("#entries tbody tr").first

    labels = card.locator("td").evaluate_all(
        "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
    )

    assert labels[:3] + labels[-1:] == ['"Pixel"', '"Access"', '"Tasks"', '"Findings"']
    box = card.bounding_box()
    assert box
    assert box["width"] <= PHONE


def test_on_a_phone_the_names_of_the_picture_stay_while_it_scrolls(open_page: Open) -> None:
    page = open_page(large(10, 60), width=PHONE)
    grid = page.get_by_role("region", name="Who has what")
    name = grid.get_by_role("rowheader").first
    before = name.bounding_box()

    grid.evaluate("it => { it.scrollLeft = 300; }")

    assert grid.evaluate("it => it.scrollLeft") == 300
    assert before
    assert name.bounding_box() == before


HOSTILE = (
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    '"><svg onload="window.ran = 1">',
    "{{ 7 * 7 }}",
    "</bdi></th></table>",
)


def test_a_hostile_name_is_only_text(open_page: Open) -> None:
    fields = ("owner_name", "pixel_name", "business_name", "reason", "contact", "stack", "urn")
    hostile: list[dict[str, Any]] = [dict.fromkeys(fields, name) for name in HOSTILE]
    rows = [replace(EXAMPLE.rows[0], **changes) for changes in hostile]

    page = open_page(replace(EXAMPLE, rows=tuple(rows)))

    assert page.evaluate("window.ran") is None
    assert names(page) == list(HOSTILE)


def _printed(page: Page) -> str:
    """Return the text of the printed page without blanks."""
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return re.sub(r"\s", "", "".join(each.extract_text() for each in pages))
