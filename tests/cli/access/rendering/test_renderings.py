"""The formats of a report: the same facts in each, whatever a name contains."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from metapixel_cli.access.judging.report import Report
from metapixel_cli.access.rendering import html
from metapixel_cli.access.rendering.csv_table import COLUMNS, as_csv
from metapixel_cli.access.rendering.json_document import as_json, schema
from metapixel_cli.access.rendering.table import as_table
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import Accepted
from tests.cli.access.estates import (
    ACCOUNT,
    REFUSAL,
    REQUEST,
    estate,
    permission,
    pixel,
    report,
    request,
    share,
    stack,
    user,
)
from tests.cli.review.rendering.hostile import HOSTILE
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2

FORMATS: list[Callable[[Report], str]] = [as_table, as_csv, as_json, html.page]

#: A report with every route, an unread part, an unread stack, and findings.
FULL = report(
    estate(
        pixel(
            shares={NORTHLIGHT: ["ANALYZE", "EDIT"]},
            accounts={NORTHLIGHT: [ACCOUNT]},
            users=[user("11", NORTHLIGHT), user("12", NORTHLIGHT, "EDIT", system=True)],
        ),
        pixel(PIXEL_2, name="App", last_fired=None, refused=["shares"]),
        requests=[request()],
    ),
    stacks=[
        stack(
            share("ANALYZE", inputs={"expires_on": "2026-11-01", "reason": "Spring"}), permission()
        )
    ],
    accepted=[Accepted(FindingName.EDIT, "They maintain the shop", date(2026, 12, 31))],
)
ids = pytest.mark.parametrize("render", FORMATS, ids=lambda render: render.__name__)


@ids
def test_every_format_has_each_access_finding_and_unread_part(
    render: Callable[[Report], str],
) -> None:
    text = " ".join(render(FULL).split())

    assert REFUSAL in text
    assert f"pixel App ({PIXEL_2})" in text
    for expected in (NORTHLIGHT, ACCOUNT, REQUEST, "User 11", "User 12", "EDIT"):
        assert expected in text
    for finding in ("drifted", "overdue", "unmanaged", "silent-pixel"):
        assert finding in text
    assert "They maintain the shop" in text
    assert "2026-12-31" in text


def test_an_unread_part_comes_before_the_findings_and_a_complete_report_says_so() -> None:
    table = as_table(FULL)

    assert table.startswith("Incomplete (1 part was not read): 5 findings, 1 accepted finding")
    assert (
        table.index("Not read") < table.index("Differs from the code") < table.index("\nWeb shop")
    )
    complete = report(estate(pixel(shares={HARBOUR: ["UPLOAD"]})))
    assert as_table(complete).startswith("Complete: 1 finding")


@pytest.mark.parametrize("width", [30, 60, 89, 90, 120])
def test_a_table_fits_the_terminal_and_cuts_nothing(width: int) -> None:
    table = as_table(FULL, width)

    assert max(map(len, table.splitlines())) <= width
    joined = "".join(table.split())
    assert f"NorthlightMedia({NORTHLIGHT})" in joined
    assert "…" not in table


def test_a_long_list_of_findings_is_cut_and_counted() -> None:
    shares = {f"{5000000000000000 + number}": ["ANALYZE"] for number in range(60)}

    text = as_table(report(estate(pixel(shares=shares))))

    advice = "Declare the access in code, or end it in Business Settings."
    assert f"(unmanaged): 60\n{advice}\n- No stack" in text
    assert text.count("No stack declares") == 50
    assert "and 10 more, which the formats html, csv and json list" in text
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


def test_csv_is_quoted_as_the_rfc_says_and_keeps_ids_as_text() -> None:
    text = as_csv(FULL)

    assert text.count("\r\n") == len(text.splitlines())
    first, *rows = records(FULL)
    assert first["record"] == "not read"
    assert not [row for row in rows for cell in row.values() if cell.isdecimal()]
    shares = [row for row in rows if row["route"] == "share"]
    assert [row["pixel/agency"] for row in shares] == [f"{PIXEL}/{NORTHLIGHT}"]
    assert shares[0]["accepted"] == "edit until 2026-12-31: They maintain the shop"
    assert (shares[0]["reviewer"], shares[0]["decision"], shares[0]["justification"]) == ("",) * 3


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@cmd", "\t=1", '"x', "a,b", "a\nb"])
def test_a_formula_in_a_name_is_text_in_csv(name: str) -> None:
    found = report(estate(pixel(name=name, shares={NORTHLIGHT: ["ANALYZE"]})))

    row = records(found)[0]

    assert row["pixel"].lstrip("'") in (name.strip().replace("\n", " "), name)
    assert not row["pixel"].startswith(("=", "+", "-", "@"))


def test_json_is_valid() -> None:
    document = json.loads(as_json(FULL))

    jsonschema.validate(document, json.loads(schema()))
    assert document["complete"] is False


def test_a_report_without_the_pixels_does_not_count_them_or_deny_access() -> None:
    unread = report(estate(refused=["pixels"]))

    table = as_table(unread)

    assert "Acme Outdoor (1001204537800111): 0 or more pixels" in table
    assert "Access, as far as it was read: none." in table


def test_the_summary_counts_the_assignments_of_several_users() -> None:
    people = [user("11"), user("12")]
    systems = [user("13", system=True), user("14", system=True)]

    text = as_table(report(estate(pixel(users=[*people, *systems]))))

    assert "2 assignments of persons, 2 assignments of system users" in text


def test_the_summary_counts_what_meta_did_not_list_or_was_not_asked_apart() -> None:
    declared = [share(), share(pixel=PIXEL_2), permission()]
    absent = report(estate(pixel(), pixel(PIXEL_2)), stacks=[stack(*declared)])
    refused = report(
        estate(*(pixel(each, refused=["shares", "ad accounts"]) for each in (PIXEL, PIXEL_2))),
        stacks=[stack(*declared)],
    )

    table = as_table(absent)
    assert "Access: nobody besides the owner." in table
    assert "Declared, but not listed by Meta: 2 shares, 1 permitted ad account." in table
    table = as_table(refused)
    assert "Access, as far as it was read: none." in table
    assert "Declared, but not read at Meta: 2 shares, 1 permitted ad account." in table


def test_a_request_for_several_pixels_counts_once() -> None:
    waiting = [
        share(pixel=each, agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)
        for each in (PIXEL, PIXEL_2)
    ]

    table = as_table(
        report(estate(pixel(), pixel(PIXEL_2), requests=[request()]), stacks=[stack(*waiting)])
    )

    assert "Access: 1 sharing request." in table
    assert "The age of 1 open request is unknown." in table


@ids
def test_a_pixel_that_nobody_may_use_is_listed(render: Callable[[Report], str]) -> None:
    used = pixel(shares={NORTHLIGHT: ["ANALYZE"]})
    found = render(report(estate(used, pixel(PIXEL_2, name="App"))))

    expected: dict[Callable[[Report], str], str] = {
        as_table: f"Pixels without access: 1\n- App ({PIXEL_2})\n",
        as_csv: f"{PIXEL_2}/none,no access,App,",
        as_json: f'"id": "{PIXEL_2}",\n      "name": "App",',
        html.page: f"<h2>Pixels without access</h2>\n<ul>\n<li>App ({PIXEL_2})</li>\n",
    }
    assert expected[render] in found


def test_a_name_from_right_to_left_does_not_move_the_id_that_follows_it() -> None:
    text = as_table(report(estate(pixel(name="متجر 24 الويب", shares={NORTHLIGHT: ["ANALYZE"]}))))

    assert f"the share of pixel \u2068متجر 24 الويب\u2069 ({PIXEL}) with" in text


@pytest.mark.parametrize("form", [as_table, as_json, html.page])
def test_a_report_names_the_address_that_was_read(form: Callable[[Report], str]) -> None:
    assert "127.0.0.1:8765" in form(replace(FULL, address="http://127.0.0.1:8765"))


def test_a_request_to_an_unknown_business_says_so_in_its_first_column() -> None:
    found = report(estate(pixel(), requests=[request(agency="")]))

    assert f"\nunknown   request {REQUEST}  " in as_table(found)
