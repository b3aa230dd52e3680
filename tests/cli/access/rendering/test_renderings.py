"""The formats of a report: the same facts in each, whatever a name contains."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from metapixel_cli.access.judging.report import Drift, End, Managed, Report, Route, Row
from metapixel_cli.access.rendering import html, words
from metapixel_cli.access.rendering.csv_table import COLUMNS, as_csv
from metapixel_cli.access.rendering.json_document import as_json, schema
from metapixel_cli.access.rendering.table import as_table
from tests.cli.access.estates import (
    ACCOUNT,
    REFUSAL,
    REQUEST,
    estate,
    permission,
    pixel,
    report,
    request,
    row,
    share,
    stack,
    user,
)
from tests.cli.access.examples import example
from tests.cli.review.rendering.hostile import HOSTILE
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2

FORMATS: list[Callable[[Report], str]] = [as_table, as_csv, as_json, html.page]
#: A report with every route, an unread part, and findings.
FULL = example(pixel("77", name="Blog", refused=["shares"]))
ids = pytest.mark.parametrize("render", FORMATS, ids=lambda render: render.__name__)


@ids
def test_every_format_has_each_access_finding_and_unread_part(
    render: Callable[[Report], str],
) -> None:
    text = " ".join(render(FULL).split())

    for expected in (
        REFUSAL, "pixel Blog (77)", NORTHLIGHT, ACCOUNT, REQUEST, "Erin Employee", "EDIT",
        "122100000000003", "drifted", "unmanaged", "open-request", "2027-03-31",
        "Opens in spring",
    ):  # fmt: skip
        assert expected in text


def test_an_unread_part_comes_before_the_findings_and_a_complete_report_says_so() -> None:
    table = as_table(FULL)

    assert table.startswith("Incomplete (1 part was not read): 3 findings, 1 accepted finding")
    assert (
        table.index("Not read") < table.index("Differs from the code") < table.index("\nAcme app")
    )
    complete = as_table(example())
    assert complete.startswith("Complete: 4 findings")
    assert "(acceptance lapsed on 2026-06-30: Trial)" in complete


@pytest.mark.parametrize("width", [30, 60, 89, 90, 120])
def test_a_table_fits_the_terminal_and_cuts_nothing(width: int) -> None:
    table = as_table(FULL, width)

    assert max(map(len, table.splitlines())) <= width
    joined = "".join(table.split())
    assert f"NorthlightMedia({NORTHLIGHT})" in joined
    assert "…" not in table


SHARE, ASKED = row(example(), Route.AD_ACCOUNT), row(example(), Route.REQUEST)


@pytest.mark.parametrize(
    ("found", "changes", "expected"),
    [
        (ASKED, {}, {"tasks": "asked for UPLOAD", "status": "PENDING since 2026-10-21"}),
        (ASKED, {"open_since": None}, {"status": "PENDING since an unknown date"}),
        (ASKED, {"declared_tasks": (), "status": "UNKNOWN"}, {"tasks": "", "status": "UNKNOWN"}),
        (SHARE, {}, {"status": "ACTIVE", "declared": "yes", "ends": "2027-03-31"}),
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


def test_a_long_list_of_findings_is_cut_and_counted() -> None:
    shares = {f"{5000000000000000 + number}": ["ANALYZE"] for number in range(60)}

    text = as_table(report(estate(pixel(shares=shares))))

    advice = "Declare the access in code, or end it in Business Settings."
    assert f"(unmanaged): 60\n{advice}\n- No stack" in text
    assert text.count("No stack declares") == 50
    assert "and 10 more, which --json and --output FILE.csv list" in text
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
    (app,) = (row for row in rows if row["pixel/agency"] == f"{PIXEL_2}/{NORTHLIGHT}")
    assert (app["route"], app["findings"], app["drift"]) == ("share", "drifted", "more")
    assert (app["reviewer"], app["decision"], app["justification"]) == ("",) * 3
    (silent,) = (row for row in rows if row["record"] == "finding")
    assert silent["accepted"] == "silent-pixel until 2027-03-31: Opens in spring"


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


DECLARED = stack(share(), share(pixel=PIXEL_2), permission())
WAITING = stack(
    *(
        share(pixel=each, agency=HARBOUR, status="PENDING", pending_request_id=REQUEST)
        for each in (PIXEL, PIXEL_2)
    )
)
UNLISTED = [pixel(), pixel(PIXEL_2)]
REFUSED = [pixel(each, refused=["shares", "ad accounts"]) for each in (PIXEL, PIXEL_2)]
USERS = [
    *(user(id_) for id_ in ("11", "12")),
    *(user(id_, system=True) for id_ in ("13", "14")),
]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            report(estate(refused=["pixels"])),
            [
                "Acme Outdoor (1001204537800111): 0 or more pixels",
                "Access, as far as it was read: none.",
            ],
        ),
        (
            report(estate(pixel(users=USERS))),
            ["Access: 2 assignments of persons, 2 assignments of system users."],
        ),
        (
            report(estate(*UNLISTED), stacks=[DECLARED]),
            [
                "Access: nobody besides the owner.",
                "Declared, but not listed by Meta: 2 shares, 1 permitted ad account.",
            ],
        ),
        (
            report(estate(*REFUSED), stacks=[DECLARED]),
            [
                "Access, as far as it was read: none.",
                "Declared, but not read at Meta: 2 shares, 1 permitted ad account.",
            ],
        ),
        # One request for two pixels counts once.
        (
            report(estate(*UNLISTED, requests=[request()]), stacks=[WAITING]),
            ["Access: 1 sharing request.", "The age of 1 open request is unknown."],
        ),
        (replace(FULL, address="http://127.0.0.1:8765"), ["read from http://127.0.0.1:8765."]),
    ],
)
def test_the_summary_counts_each_kind_of_access_apart(found: Report, expected: list[str]) -> None:
    summary = "\n".join(words.summary(found))

    assert [each for each in expected if each not in summary] == []


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


def test_a_request_to_an_unknown_business_says_so_in_its_first_column() -> None:
    found = report(estate(pixel(), requests=[request(agency="")]))

    assert f"\nunknown   request {REQUEST}  " in as_table(found)
