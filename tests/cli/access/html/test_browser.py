"""The page in a real browser: layout, search, sorting, keyboard, print and accessibility."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from metapixel_cli.access.judging.report import (
    Acceptance,
    Finding,
    FindingName,
    PartRead,
    Report,
)
from metapixel_provider.sharing.estate.estate import ReadOutcome
from tests.support import example_report as access
from tests.support import large_report

Open = Callable[..., Page]

PHONE = 390
DESKTOP = 1280
NORTHLIGHT = "Northlight Media (2002345678900222)"
REFUSED = PartRead(
    "pixel Acme app (1290034567800002)",
    access.APP[0],
    "shares",
    ReadOutcome.REFUSED,
    "Meta refused to list the agencies: (#200) Requires business_management",
)


def incomplete() -> Report:
    report = access.report()
    return replace(
        report,
        rows=tuple(row for row in report.rows if row.pixel_id != access.APP[0]),
        parts=(*report.parts, REFUSED),
    )


def names(page: Page) -> list[str]:
    """Return the names in the first column of the listed entries."""
    cells = page.locator("#entries tbody th").all_inner_texts()
    return [cell.splitlines()[0] for cell in cells]


def has_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.rest
@pytest.mark.parametrize(
    ("report", "width", "scheme"),
    [
        (access.report(), DESKTOP, "dark"),
        (incomplete(), PHONE, "light"),
        (large_report.report(6, 7), DESKTOP, "light"),
    ],
)
def test_axe_finds_no_violation(open_page: Open, report: Report, width: int, scheme: str) -> None:
    page = open_page(report, width=width, scheme=scheme)

    result = Axe().run(page)

    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("width", [320, 900, DESKTOP])
def test_the_page_never_scrolls_sideways(open_page: Open, width: int) -> None:
    long = "Weather-proof-outdoor-equipment-" * 10
    wide = large_report.report(30, 40, one_in=9)
    row = replace(wide.rows[0], business_name=long, pixel_name=long, subject_name=long)

    page = open_page(replace(wide, rows=(row, *wide.rows[1:])), width=width)

    assert not has_sideways_scroll(page)


def test_without_javascript_every_entry_is_visible_and_no_control(open_page: Open) -> None:
    report = large_report.report(26, 10)

    page = open_page(report, javascript=False)

    assert page.locator("#entries tbody tr:visible").count() == len(report.rows) == 260
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.locator("#entries button")).to_have_count(0)
    expect(page.get_by_text("Search, filters and sorting need JavaScript.")).to_be_visible()


def test_the_search_finds_each_word_in_each_spelling_and_ids(open_page: Open) -> None:
    report = access.report()
    spelled = [("Agence Été", ""), ("Große Straße", ""), ("Other", "GROSSE"), ("More", "متجر 1 ب")]
    rows = [
        replace(
            report.rows[0],
            business_name=name,
            findings=(Finding(FindingName.EDIT, f"Business {found} can change it."),),
        )
        for name, found in spelled
    ]
    page = open_page(replace(report, rows=(*rows, *report.rows[1:])))
    total = len(names(page))

    for text, expected in (
        ("APP ete", ["Agence Été"]),
        ("strasse", ["Große Straße"]),
        ("STRAßE", ["Große Straße"]),
        ("große", ["Große Straße", "Other"]),
        ("متجر 1 ب", ["More"]),
        ("507700000000221", ["Northlight for Acme"]),
        ("nobody", []),
    ):
        page.get_by_label("Search").fill(text)
        expect(page.get_by_role("status")).to_have_text(f"{len(expected)} of {total} entries")
        assert names(page) == expected

    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("status")).to_have_text(f"{total} entries")
    expect(page.locator("#entries tbody th")).to_have_count(total)
    expect(page.get_by_label("Search")).to_be_focused()


def test_the_address_keeps_the_search_and_the_filters(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Search").fill("acme & co")
    page.get_by_label("Search").fill("acme app")
    page.get_by_role("combobox", name="Agency or business").select_option(label=NORTHLIGHT)
    page.wait_for_url("**#q=acme+app&b=2002345678900222")

    again = page.context.new_page()
    again.goto(page.url)

    expect(again.get_by_label("Search")).to_have_value("acme app")
    expect(again.get_by_role("status")).to_have_text("1 of 8 entries")
    again.get_by_role("button", name="Clear").click()
    again.wait_for_url("**/access.html#")


#: The entries that each filter lists.
FILTERED = {
    ("Finding", "Differs from the code"): ["Northlight Media"],
    ("Finding", "Any open finding"): [
        "Northlight Media", "Northlight Media", "Harbour Performance", "Northlight Media",
        "Pixel as a whole",
    ],
    ("Finding", "Silent pixel"): ["Pixel as a whole"],
    ("Finding", "Has all pixels"): ["Northlight Media"],
    ("Route", "Person"): ["Erin Employee"],
    ("Declared in code", "No"): ["Northlight Media", "Erin Employee"],
    ("Agency or business", "Harbour Performance (3003456789000333)"): ["Harbour Performance"],
    ("Pixel", "Acme outlet (1290034567800003)"): ["Northlight Media", "Pixel as a whole"],
}  # fmt: skip


def test_a_filter_lists_the_entries_that_match(open_page: Open) -> None:
    page = open_page()

    for (label, option), expected in FILTERED.items():
        page.get_by_role("combobox", name=label, exact=True).select_option(label=option)
        expect(page.get_by_role("status")).to_have_text(f"{len(expected)} of 8 entries")
        assert names(page) == expected, option
        page.get_by_role("button", name="Clear").click()


def test_a_finding_links_to_its_entries(open_page: Open) -> None:
    page = open_page()

    page.locator("article", has_text="Not declared in code").get_by_role("link").click()

    expect(page.get_by_role("status")).to_have_text("2 of 8 entries")
    assert names(page) == ["Northlight Media", "Erin Employee"]


def test_a_heading_sorts_in_both_directions(open_page: Open) -> None:
    page = open_page()
    heading = page.get_by_role("columnheader", name="Last day")
    days = page.locator("#entries tbody td.end")

    page.get_by_role("button", name="Last day").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    ascending = [text.partition("\n")[0][:11] for text in days.all_inner_texts()]
    page.get_by_role("button", name="Last day").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    descending = [text.partition("\n")[0][:11] for text in days.all_inner_texts()]

    assert ascending == ["31 March 20"] * 3 + ["No end date"] * 3 + [""] * 2
    assert sorted(descending) == sorted(ascending)
    assert descending[-3:] == ["31 March 20"] * 3
    # The first click on this heading lists the entries with findings first.
    page.get_by_role("button", name="Findings").click()
    assert "Erin Employee" not in names(page)[:5]


def test_sorting_compares_numbers_in_names_by_their_value(open_page: Open) -> None:
    page = open_page(large_report.report(12, 1))

    page.get_by_role("button", name="Who").click(click_count=2)

    sorted_names = [f"Agency number {number}" for number in reversed(range(12))]
    expect(page.locator("#entries tbody th > bdi")).to_have_text(sorted_names)


def test_a_long_table_lists_its_first_part_and_more_on_request(open_page: Open) -> None:
    page = open_page(large_report.report(26, 10))
    rows = page.locator("#entries tbody tr")
    expect(rows).to_have_count(200)
    expect(page.get_by_role("status")).to_have_text("260 entries; the first 200 are listed")

    page.get_by_role("button", name="List more").click()

    expect(rows).to_have_count(260)
    expect(rows.nth(200)).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("260 entries")


def test_an_error_in_the_script_leaves_every_entry_visible(open_page: Open) -> None:
    opened = open_page(large_report.report(26, 10))
    page = opened.context.new_page()
    page.add_init_script("String.prototype.normalize = null")

    page.goto(opened.url)

    expect(page.locator("#entries tbody tr:visible")).to_have_count(260)


def test_the_keyboard_alone_searches_filters_and_sorts(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Search").focus()

    page.keyboard.type("acme app")
    expect(page.get_by_role("status")).to_have_text("1 of 8 entries")
    reached = []
    for _ in range(13):
        page.keyboard.press("Tab")
        reached.append(
            str(page.evaluate("document.activeElement.closest('label, button').innerText"))
        )
        if reached[-1].startswith("Clear"):
            page.keyboard.press("Enter")
            page.keyboard.press("Shift+Tab")
            break
    expect(page.get_by_role("status")).to_have_text("8 entries")
    page.get_by_role("button", name="Who").focus()
    page.keyboard.press("Space")

    assert [text.split("\n")[0] for text in reached] == [
        "Finding", "Route", "Declared in code", "Agency or business", "Pixel", "Clear",
    ]  # fmt: skip
    assert names(page)[0] == "Erin Employee"


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

    assert seen == {"A", "BUTTON", "DIV", "INPUT", "SELECT"}


@pytest.mark.rest
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_each_printed_page_of_the_table_repeats_its_headings(open_page: Open, size: str) -> None:
    page = open_page(large_report.report(9, 8))

    printed = [each.extract_text() for each in PdfReader(io.BytesIO(page.pdf(format=size))).pages]

    of_table = [text for text in printed if re.search(r"Agency\s+30000000000000", text)]
    assert len(of_table) > 3
    assert all("Last day" in text and "Findings" in text for text in of_table)


@pytest.mark.rest
def test_a_print_contains_every_entry_and_no_control(open_page: Open) -> None:
    page = open_page(large_report.report(26, 10))

    printed = _printed(page)

    assert printed.count("Agency3000000000000") == 260
    assert "Listmore" not in printed
    assert "Name,id,task" not in printed


def test_a_print_contains_the_folded_findings_and_the_screen_folds_them_again(
    open_page: Open,
) -> None:
    accepted = Acceptance("Known", date(2027, 1, 31), has_lapsed=False)
    silent = [
        Finding(FindingName.SILENT_PIXEL, f"Pixel {n} is silent.", f"{n}", acceptance=accepted)
        for n in range(100, 130)
    ]
    page = open_page(replace(access.report(), rows=(), findings=tuple(silent)))

    printed = _printed(page)

    assert printed.count("Accepteduntil") == 30
    expect(page.locator("article").get_by_text("Pixel 129 is silent.")).to_be_hidden()
    page.get_by_text("10 more").click()
    expect(page.locator("article").get_by_text("Pixel 129 is silent.")).to_be_visible()


def test_a_print_of_a_search_contains_its_hits_and_their_number(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Search").fill("harbour")

    printed = _printed(page)

    assert "1of8entries" in printed
    assert "507700000000221" not in printed


def test_a_print_cuts_off_no_long_name(open_page: Open) -> None:
    address = "https://shop.example/" + "a-very-long-path/" * 15 + "end-of-address"
    report = access.report()
    page = open_page(replace(report, rows=(replace(report.rows[0], reason=address),)))

    assert address in _printed(page)


def test_a_print_is_light_on_a_dark_screen(open_page: Open) -> None:
    page = open_page(scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(23, 27, 35)"

    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 35, 51)"


def test_a_phone_has_a_card_with_labels_for_each_entry(open_page: Open) -> None:
    page = open_page(width=PHONE)
    card = page.locator("#entries tbody tr").first

    labels = card.locator("td").evaluate_all(
        "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
    )

    assert labels == ['"Pixel"', '"May"', '"Declared in code"', '"Last day"', '"Findings"']
    box = card.bounding_box()
    assert box
    assert box["width"] <= PHONE


def test_on_a_phone_the_names_of_the_picture_stay_while_it_scrolls(open_page: Open) -> None:
    page = open_page(large_report.report(10, 60), width=PHONE)
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
    report = access.report()
    fields = ("owner_name", "pixel_name", "business_name", "reason", "contact", "stack")
    hostile: list[dict[str, Any]] = [dict.fromkeys(fields, name) for name in HOSTILE]
    rows = [replace(report.rows[0], **changes) for changes in hostile]

    page = open_page(replace(report, rows=tuple(rows)))

    assert page.evaluate("window.ran") is None
    assert names(page)[: len(HOSTILE)] == list(HOSTILE)


def _printed(page: Page) -> str:
    """Return the text of the printed page without blanks."""
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return re.sub(r"\s", "", "".join(each.extract_text() for each in pages))
