"""Access files without mistakes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from pprint import pformat

import pytest

from metapixel_provider.access_file.model import AccessFile
from metapixel_provider.access_file.reader import load, loads
from tests.conftest import Approve
from tests.unit.access_file.files import AGENCY, COMPLETE, HEAD


def test_a_complete_file_is_read(tmp_path: Path, approve: Approve) -> None:
    path = tmp_path / "access.yaml"
    path.write_text(COMPLETE)

    approve("access-file-read.txt", f"{pformat(load(path), width=100)}\n")


@pytest.mark.parametrize(
    ("agency", "grant"), [("2027-01-31", "2027-03-31"), ("2027-03-31", "2027-01-31")]
)
def test_the_earlier_of_two_last_days_counts(agency: str, grant: str) -> None:
    text = AGENCY.replace("[ANALYZE]", f"{{tasks: [ANALYZE], expires_on: '{grant}'}}")
    file = loads(f"{HEAD}{text}    expires_on: '{agency}'\n")

    assert file.agencies[0].grants[0].expires_on == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("given", "unquoted"),
    [
        ('"1001204537800111"', ["007"]),
        ('"1290034567800001"', ["1290034567800001", "0001290034567800001"]),
        ('"2002345678900222"', ["20023456789002229999"]),
        ('"2027-03-31"', ["2027-03-31"]),
        ("anna@shop.example", ["12", "true", "0x1f", "1.50", "no"]),
        ("northlight", ["no", "2024", "1.5", "null", "0o17", "12"]),
    ],
)
def test_an_unquoted_value_or_label_is_read_as_text(given: str, unquoted: list[str]) -> None:
    for each in unquoted:
        assert loads(COMPLETE.replace(given, each)) == loads(COMPLETE.replace(given, f"'{each}'"))


@pytest.mark.parametrize(
    "agencies", ["", "agencies:\n", "agencies: {}\n", AGENCY[:-25].rstrip() + "\n"]
)
def test_a_file_without_grants_is_valid(agencies: str) -> None:
    assert list(loads(HEAD + agencies).grants()) == []


def test_a_grant_and_an_accepted_finding_exist_on_their_last_day_and_not_after_it() -> None:
    entry = "{finding: unmanaged, reason: x, expires_on: 2026-11-26}"
    file = loads(f"{HEAD}{AGENCY}    expires_on: 2026-11-26\naccepted: [{entry}]\n")
    ((_, grant),), (accepted,) = file.grants(), file.accepted

    for has_ended in (grant.has_ended, accepted.has_lapsed):
        assert not has_ended(date(2026, 11, 26))
        assert has_ended(date(2026, 11, 27))


@pytest.mark.parametrize(("before", "after"), [("\n", "\r\n"), ("version", "\ufeffversion")])
def test_line_ends_of_windows_and_a_byte_order_mark_are_accepted(
    before: str, after: str, tmp_path: Path
) -> None:
    path = tmp_path / "access.yaml"
    path.write_bytes((HEAD + AGENCY).replace(before, after).encode())

    assert load(path) == loads(HEAD + AGENCY)


def test_json_is_accepted() -> None:
    assert loads('{"version": 1, "owner": "12"}') == AccessFile("12")


@pytest.mark.parametrize("head", ["", "version: 1\n"])
def test_accepted_findings_are_read_from_a_file_of_their_own(head: str) -> None:
    own = COMPLETE[COMPLETE.index("accepted:") :].replace("shop-de", "1290034567800001")

    assert loads(head + own, required=()).accepted == loads(COMPLETE).accepted


@pytest.mark.parametrize("text", ["accepted:\n", "accepted: []\n", "version: 1\n"])
def test_a_file_of_accepted_findings_may_list_none(text: str) -> None:
    assert loads(text, required=()) == AccessFile("")
