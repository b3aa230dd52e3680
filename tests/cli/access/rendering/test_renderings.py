"""The formats of a report: the same facts in each, whatever a name contains."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from io import StringIO
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from metapixel_cli.access.evaluation.report import Drift, End, Managed, Report, Route, Row
from metapixel_cli.access.rendering import words
from metapixel_cli.access.rendering.csv_table import COLUMNS, as_csv
from metapixel_cli.access.rendering.html.document import page as html_page
from metapixel_cli.access.rendering.json_document import Document, as_json
from metapixel_cli.access.rendering.table import as_table
from metapixel_cli.grants.unread import UnreadPart, by_cause
from metapixel_cli.schema import json_schema
from tests.cli.access.estates import asked, estate, pixel, report, request, row, stack
from tests.cli.access.examples import example
from tests.cli.review.rendering.hostile import HOSTILE
from tests.conftest import Approve
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2

#: A report with every route, unread parts, findings, a request without a recipient, and a pixel
#: that nobody may use.
FULL = example(
    pixel("77", name="Blog", refused=["shares"]),
    pixel("78", name="Archive"),
    requests=[request("2400000000000002", agency="")],
)


def page_part(first: str, after: str) -> str:
    """Return the page from one heading to another, with each row of a table in one line."""
    page = re.sub(r"\n(?=<td)", "", html_page(FULL)).partition("<body>")[2]
    return page[page.index(first) : page.index(after)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("access-table.txt", as_table(FULL)),
        ("access-rows.txt", as_csv(FULL).replace("\r\n", "\n")),
        ("access-page-agencies.txt", page_part("<header>", "<h2>Findings</h2>")),
        ("access-page-findings.txt", page_part("<h2>Findings</h2>", "<h2>Every access</h2>")),
        ("access-page-rows.txt", page_part("<h2>Every access</h2>", "</body>")),
    ],
)
def test_a_format_of_a_report_is_as_approved(name: str, text: str, approve: Approve) -> None:
    approve(name, text)


def test_a_table_fits_the_terminal_and_cuts_nothing() -> None:
    table = as_table(FULL, 30)

    assert max(map(len, table.splitlines())) <= 30
    joined = "".join(table.split())
    assert f"NorthlightMedia({NORTHLIGHT})" in joined
    assert "…" not in table


SHARE, ASKED = row(example(), Route.AD_ACCOUNT), row(example(), Route.REQUEST)


@pytest.mark.parametrize(
    ("found", "changes", "expected"),
    [
        (ASKED, {"open_since": None}, {"status": "PENDING since an unknown date"}),
        (ASKED, {"declared_tasks": (), "status": "UNKNOWN"}, {"tasks": "", "status": "UNKNOWN"}),
        (SHARE, {"end": End.OVERDUE}, {"ends": "overdue since 2027-03-31"}),
        (SHARE, {"end": End.UNKNOWN}, {"ends": "unknown"}),
        (SHARE, {"expires_on": None}, {"ends": ""}),
        (SHARE, {"drift": Drift.ABSENT}, {"declared": "yes, not at Meta"}),
        (
            SHARE,
            {"managed": Managed.BY_OWNER, "drift": Drift.UNKNOWN},
            {"declared": "by owner, drift unknown"},
        ),
    ],
)
def test_the_table_and_the_page_have_the_same_words(
    found: Row, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert words.cells(replace(found, **changes)).items() >= expected.items()


def test_the_table_spells_a_pixel_as_meta_does() -> None:
    shared = pixel(shares={NORTHLIGHT: ["ANALYZE"]}, name="shop-ch")

    assert f"\nshop-ch ({PIXEL}), owner " in as_table(report(estate(shared)))


def test_parts_that_were_not_read_for_one_cause_are_one_line_whatever_their_ids_are() -> None:
    reason = "Meta refused to read pixel {} (code 10)"
    parts = [UnreadPart(f"pixel {id_}", id_, "shares", reason.format(id_)) for id_ in ("1", "2")]

    assert by_cause(parts) == [f"2 pixels, for example pixel 1, shares: {reason.format(1)}"]


def test_a_long_list_of_findings_is_cut_and_counted() -> None:
    shares = {f"{5000000000000000 + number}": ["ANALYZE"] for number in range(60)}

    text = as_table(report(estate(pixel(shares=shares))))

    advice = "Declare the access in code, or end it in Business Settings."
    assert f"(unmanaged): 60\n{advice}\n- No stack" in text
    assert text.count("No stack declares") == 50
    assert "\n- and 10 more\n" in text
    assert all(text.count(agency) >= 1 for agency in shares)


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)))
def test_a_hostile_name_is_text_in_every_format(name: str) -> None:
    (shared,) = estate(pixel(shares={NORTHLIGHT: ["ANALYZE"]})).pixels.value
    agency = replace(shared.agencies.value[NORTHLIGHT], name=name)
    part = replace(shared.agencies, value={NORTHLIGHT: agency})
    found = report(estate(replace(shared, agencies=part)))

    table = as_table(found, 80)
    assert all(each in "\n\u2068\u2069" or each.isprintable() for each in table)
    assert max(map(cell_len, table.splitlines())) <= 80
    assert not [line for line in table.splitlines() if line.startswith(("::", "##["))]
    rows = list(csv.reader(StringIO(as_csv(found), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]
    (row,) = json.loads(as_json(found))["rows"]
    assert row["business_name"] == name


def records(found: Report) -> list[dict[str, str]]:
    """Return the rows of the CSV, which begins with the mark of UTF-8 that spreadsheets need."""
    text = as_csv(found)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:], newline="")))


def test_csv_has_the_line_ends_of_the_rfc_and_keeps_ids_as_text() -> None:
    text = as_csv(FULL)

    assert text.count("\r\n") == len(text.splitlines())
    assert not [row for row in records(FULL) for cell in row.values() if cell.isdecimal()]


def test_json_is_valid() -> None:
    document = json.loads(as_json(FULL))

    jsonschema.validate(document, json.loads(json_schema(Document, "metapixel access")))
    assert document["complete"] is False


def test_the_summary_counts_the_request_for_two_pixels_once() -> None:
    owned = estate(pixel(), pixel(PIXEL_2), requests=[request()])
    waiting = stack(asked(PIXEL), asked(PIXEL_2))

    assert "Access: 1 sharing request." in words.summary(report(owned, stacks=[waiting]))


def test_a_name_from_right_to_left_does_not_move_the_id_that_follows_it() -> None:
    text = as_table(report(estate(pixel(name="متجر 24 الويب", shares={NORTHLIGHT: ["ANALYZE"]}))))

    assert f"the share of pixel \u2068متجر 24 الويب\u2069 ({PIXEL}) with" in text
