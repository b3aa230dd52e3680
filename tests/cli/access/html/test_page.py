"""The text of the page: its parts, their order, and the escaping of names."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date

import pytest

from metapixel_cli.access.judging.report import (
    Acceptance,
    Finding,
    FindingName,
    Managed,
    PartRead,
)
from metapixel_cli.access.rendering.html import page
from metapixel_provider.sharing.estate.estate import ReadOutcome
from tests.support import example_report as access

REPORT = access.report()
FAILED = PartRead("stack access/prod", "access/prod", "state", ReadOutcome.FAILED, "exit code 255")


def headings(html: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", html)


def text(html: str) -> str:
    """Return the text of the page on one line."""
    body = html.partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", body))


def test_a_complete_report_names_its_time_businesses_token_and_stacks() -> None:
    found = text(page(REPORT))

    assert headings(page(REPORT)) == ["Who has what", "Findings", "Every access", "Words"]
    assert "As of 26 November 2026, 09:30 UTC, read from graph.facebook.com. Complete:" in found
    assert "Acme Outdoor 1001204537800111 3 Acme deploys" in re.sub("(?<=111)3", " 3 ", found)
    assert "Compared with the code of the stack access/prod." in found


def test_what_was_not_read_comes_first_with_its_reason() -> None:
    html = page(replace(REPORT, parts=(*REPORT.parts, FAILED)))

    assert headings(html)[0] == "Not everything was read"
    assert "Incomplete: 1 of 10 parts were not read." in text(html)
    assert "stack access/prod, state: the read failed. exit code 255" in text(html)
    assert "Complete:" not in html


@pytest.mark.parametrize("managed", Managed)
def test_the_filter_for_declared_access_has_the_value_of_each_row(managed: Managed) -> None:
    html = page(replace(REPORT, rows=(replace(REPORT.rows[0], managed=managed),)))

    (options,) = re.findall(r'<select data-key="m">(.*?)</select>', html, re.DOTALL)
    (value,) = re.findall(r'data-m="([^"]+)"', html)

    # The script splits the values of a row at blanks.
    assert " " not in value
    assert f'value="{value}"' in options


def test_an_empty_report_is_no_clean_report_if_a_part_was_not_read() -> None:
    empty = replace(REPORT, pixels=(), rows=(), findings=())

    assert "Nobody has access." in page(empty)
    incomplete = page(replace(empty, parts=(FAILED,)))
    assert "Nobody has access, as far as the pixels were read." in incomplete
    assert "There are no findings in the parts that were read." in incomplete
    assert "Nobody has access." not in incomplete


def test_an_accepted_finding_is_counted_with_its_reason_and_end() -> None:
    found = text(page(REPORT))

    assert "Not declared in code: 1 and 1 accepted" in found
    assert "Accepted until 31 March 2027: Erin Employee has Acme web shop" in found
    assert "Reason: Answers for the web shop" in found
    assert "1 accepted finding" in found


def test_a_finding_whose_acceptance_has_lapsed_is_open() -> None:
    lapsed = Acceptance("Sister company", date(2026, 1, 31), has_lapsed=True)
    findings = tuple(replace(each, acceptance=lapsed) for each in REPORT.findings)

    found = text(page(replace(REPORT, findings=findings)))

    assert "Was accepted until 31 January 2026: Sister company" in found
    assert "0 accepted findings" in found


def test_a_long_list_of_findings_is_cut_after_the_first_5_and_the_table_has_them_all() -> None:
    silent = [
        Finding(FindingName.SILENT_PIXEL, f"Pixel {number} is silent.", pixel_id=f"{number}")
        for number in range(1000, 2300)
    ]

    html = page(replace(REPORT, findings=tuple(silent)))

    before, _, table = html.partition('<table id="entries">')
    assert [part.count(" is silent.") for part in (before, table)] == [5, 1300]
    assert "<li>1,295 more in the table</li>" in before


def test_a_finding_has_its_name_and_the_advice_and_undeclared_access_comes_first() -> None:
    html = page(REPORT)
    heads = re.findall(r'<h3>(.*?):.*<code class="dim">(.*?)</code></h3>', html)

    assert heads == [
        ("Not declared in code", "unmanaged"),
        ("Differs from the code", "drifted"),
        ("Request without an answer", "open-request"),
        ("Silent pixel", "silent-pixel"),
        ("Has all pixels", "all-pixels"),
    ]
    for name in FindingName:
        assert (name.to_do in html) == (name in [each for _, each in heads])


def test_a_pixel_that_nobody_may_use_is_listed_unless_a_part_was_not_read() -> None:
    rows = tuple(row for row in REPORT.rows if row.pixel_id != access.APP[0])
    unused = replace(REPORT, rows=rows)
    part = PartRead("pixel", access.APP[0], "ad accounts", ReadOutcome.FAILED)
    unread = replace(unused, parts=(*REPORT.parts, part))

    nobody = 'Nobody</th>\n<td class="pixel"><bdi>Acme app</bdi>'
    assert nobody in page(unused)
    assert nobody not in page(REPORT)
    assert nobody not in page(unread)


def test_a_name_from_right_to_left_does_not_move_the_id_that_follows_it() -> None:
    sentence = "Pixel متجر 24 الويب (1290034567800001) is silent."
    finding = Finding(FindingName.SILENT_PIXEL, sentence, access.SHOP[0])

    html = page(replace(REPORT, findings=(finding,)))

    assert "Pixel \u2068متجر 24 الويب\u2069 (1290034567800001) is silent." in html


def test_every_accepted_finding_has_its_reason_and_those_after_the_first_20_are_folded() -> None:
    accepted = [
        Finding(
            FindingName.SILENT_PIXEL,
            "It is silent.",
            pixel_id=str(number),
            acceptance=Acceptance(f"Reason {number}", date(2027, 1, 31), has_lapsed=False),
        )
        for number in range(1000, 1025)
    ]

    html = page(replace(REPORT, findings=tuple(accepted)))

    before, _, after = html.partition("<details>")
    assert [part.count("Reason: <bdi>Reason 10") for part in (before, after)] == [20, 5]
    assert text(f"<body>{after}").startswith("5 more are accepted")


def test_the_policy_has_the_hashes_of_the_style_and_the_script() -> None:
    html = page(REPORT)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)

    for element in ("style", "script"):
        (content,) = re.findall(rf"(?s)<{element}>(.*?)</{element}>", html)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src &#39;sha256-{digest}&#39;" in policy
    assert policy.startswith("default-src &#39;none&#39;")


def test_the_page_refers_to_nothing_outside_of_itself() -> None:
    html = page(REPORT)

    assert not re.findall(r"https?://|(?:src|style|on\w+)=", html.partition("<body>")[2])
    assert set(re.findall(r'href="(.)', html)) == {"#"}


def test_invisible_characters_and_text_direction_marks_are_visible() -> None:
    row = replace(REPORT.rows[0], business_name="North\u202elight\u200b\u2066 Media")

    html = page(replace(REPORT, rows=(row,)))

    assert "<bdi>North\ufffdlight\ufffd\ufffd Media</bdi>" in html
    assert not re.findall("[\u200b\u202e\u2066]", html)


def test_a_long_name_is_complete_up_to_200_characters() -> None:
    row = replace(REPORT.rows[0], pixel_name="x" * 300)

    assert f"<bdi>{'x' * 200}… (100 more characters)</bdi>" in page(replace(REPORT, rows=(row,)))


def test_a_name_that_is_missing_is_replaced_by_the_id() -> None:
    row = replace(REPORT.rows[0], business_name="", pixel_name="")

    html = page(replace(REPORT, rows=(row,)))

    assert "<bdi>2002345678900222</bdi>" in html
    assert "<bdi>1290034567800002</bdi>" in html
