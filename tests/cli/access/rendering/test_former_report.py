"""Former reports, which other versions of the program may have written."""

from __future__ import annotations

import json

import pytest

from metapixel_cli.access.judging.judge import judge
from metapixel_cli.access.judging.report import ChangeKind
from metapixel_cli.access.reading.observed import Observed
from metapixel_cli.access.rendering.json_document import FormerReportError, as_json, former_report
from tests.cli.access.estates import (
    NOW,
    TODAY,
    estate,
    permission,
    pixel,
    request,
    share,
    stack,
    user,
)
from tests.support.example import HARBOUR, NORTHLIGHT

SHARE = share("ANALYZE", "EDIT", inputs={"expires_on": "2026-12-01", "reason": "Spring"})
OBSERVED = Observed(
    (
        estate(
            pixel(shares={NORTHLIGHT: ["ANALYZE", "EDIT"]}, users=[user()]),
            requests=[request()],
        ),
    ),
    (stack(SHARE, permission()),),
)
REPORT = judge(OBSERVED, NOW, TODAY)
DOCUMENT = json.loads(as_json(REPORT))
#: The fields that decide which access a row is about, and whether it was read.
NEEDED = {
    "rows": {"route", "owner_id", "pixel_id", "business_id", "subject_id", "status"},
    "parts": {"subject_id", "part", "outcome"},
    "businesses": {"id"},
}


def without(list_: str, field: str) -> bytes:
    """Return a report of a version that did not write a field."""
    kept = [{name: each[name] for name in each if name != field} for each in DOCUMENT[list_]]
    return json.dumps({**DOCUMENT, list_: kept}).encode()


def all_fields(needed: bool) -> list[tuple[str, str]]:
    return [
        (list_, field)
        for list_, names in NEEDED.items()
        for field in DOCUMENT[list_][0]
        if (field in names) is needed
    ]


def test_a_report_is_read_back_without_changes() -> None:
    found = judge(OBSERVED, NOW, TODAY, former=former_report(as_json(REPORT).encode()))

    assert (found.since, found.changes) == (REPORT.as_of, ())


@pytest.mark.parametrize(("list_", "field"), all_fields(needed=False))
def test_a_field_that_an_older_version_did_not_write_is_no_change(list_: str, field: str) -> None:
    former = former_report(without(list_, field))

    assert judge(OBSERVED, NOW, TODAY, former=former).changes == ()


@pytest.mark.parametrize(("list_", "field"), all_fields(needed=True))
def test_a_report_without_a_field_that_identifies_access_is_refused(list_: str, field: str) -> None:
    with pytest.raises(FormerReportError, match=rf"is damaged at {list_}\.0\.{field}"):
        former_report(without(list_, field))


def test_the_other_fields_of_an_older_report_are_compared() -> None:
    later = stack(share("ANALYZE", "EDIT", inputs={"expires_on": "2027-03-31"}), permission())
    former = former_report(without("rows", "reason"))

    found = judge(Observed(OBSERVED.estates, (later,)), NOW, TODAY, former=former)

    assert {(change.kind, change.fields) for change in found.changes} == {
        (ChangeKind.CHANGED, ("expires_on",))
    }


def test_fields_and_findings_of_a_newer_version_are_ignored() -> None:
    document = json.loads(as_json(REPORT)) | {"later": 1, "findings": [{"name": "later"}]}
    for each in (*document["rows"], *document["parts"], *document["businesses"]):
        each["later"] = 1
    document["rows"][0]["findings"] = [{"name": "later"}]

    former = former_report(json.dumps(document).encode())

    assert judge(OBSERVED, NOW, TODAY, former=former).changes == ()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "has the version None"),
        (b'{"version": 2}', "has the version 2"),
        (b'{"version": 1}', "is damaged at businesses"),
        (b'{"version": 1, "businesses": [], "rows": [1], "parts": []}', "is damaged at rows"),
        (b'{"version": 1, "businesses": [], "rows": [], "parts": []}', "is damaged at as_of"),
    ],
)
@pytest.mark.usefixtures("no_collection_of_garbage")
def test_a_former_report_that_cannot_be_compared_is_refused(data: bytes, expected: str) -> None:
    with pytest.raises(FormerReportError, match=expected):
        former_report(data)


def test_a_former_report_with_a_business_that_is_no_id_is_refused() -> None:
    data = as_json(REPORT).replace(f'"business_id": "{HARBOUR}"', '"business_id": "Harbour"')

    with pytest.raises(FormerReportError, match=r"at rows\.\d\.business_id"):
        former_report(data.encode())
