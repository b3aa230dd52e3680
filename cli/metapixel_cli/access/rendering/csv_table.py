"""A report as CSV, with the columns of an access review.

Source: RFC 4180; OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO

from metapixel_cli.access.judging.report import Finding, PixelRead, Report, Route, Row
from metapixel_cli.escape import visible

#: The beginnings of a cell that a spreadsheet would treat as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
_LONGEST = 2000


def as_csv(report: Report) -> str:
    """Return the report as CSV.

    The byte order mark at the beginning makes spreadsheets read the text as UTF-8.

    The first column is never a number, because a spreadsheet rounds ids of 16 digits. The first
    rows are missing reads. The next rows are access, pixels without access, and findings about a
    pixel or agency as a whole.
    """
    written = StringIO()
    written.write(_BYTE_ORDER_MARK)
    writer = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    as_of = f"{report.as_of:%Y-%m-%d %H:%M} UTC"
    for cells in _records(report):
        safe = {column: _safe(cell) for column, cell in cells.items()}
        writer.writerow(safe | {"as_of": as_of})
    return written.getvalue()


def _records(report: Report) -> Iterator[dict[str, str]]:
    for part in report.unread:
        yield {
            "pixel/agency": f"not read: {part.subject}",
            "record": "not read",
            "route": part.part,
            "reason": part.reason,
        }
    for row in report.rows:
        yield {column: cell(row) for column, cell in COLUMNS.items()}
    for pixel in report.unused_pixels:
        yield {
            "pixel/agency": f"{pixel.id}/none",
            "record": "no access",
            "pixel": pixel.name,
            "owner": _owner(pixel),
        }
    for finding in report.general_findings:
        yield {
            "pixel/agency": f"{finding.pixel_id or 'any'}/{finding.business_id or 'any'}",
            "record": "finding",
            "findings": finding.name,
            "accepted": _accepted([finding]),
            "reason": finding.sentence,
        }


def _owner(of: Row | PixelRead) -> str:
    return f"{of.owner_name} (business {of.owner_id})" if of.owner_id else "unknown"


def _accepted(findings: Iterable[Finding]) -> str:
    return "; ".join(
        f"{finding.name} until {finding.acceptance.expires_on}: {finding.acceptance.reason}"
        for finding in findings
        if finding.acceptance and not finding.acceptance.has_lapsed
    )


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet treats as a formula."""
    found = visible(cell, _LONGEST)
    return f"'{found}" if found.startswith(_FORMULA) else found


#: A function for the cells of each column. `as_of` is of the whole report, and a reviewer fills in
#: the last three columns.
COLUMNS: Mapping[str, Callable[[Row], str]] = {
    "pixel/agency": lambda row: f"{row.pixel_id or 'unknown'}/{row.business_id or 'unknown'}",
    "record": lambda row: "access",
    "pixel": lambda row: row.pixel_name,
    "business": lambda row: row.business_name,
    "route": lambda row: row.route,
    "subject": lambda row: "" if row.route is Route.SHARE else f"{row.route} {row.subject_id}",
    "subject_name": lambda row: row.subject_name,
    "tasks": lambda row: " ".join(row.tasks),
    "declared_tasks": lambda row: " ".join(row.declared_tasks),
    "managed": lambda row: row.managed,
    "drift": lambda row: row.drift,
    "status": lambda row: row.status,
    "end": lambda row: row.end,
    "expires_on": lambda row: str(row.expires_on or ""),
    "open_since": lambda row: str(row.open_since or ""),
    "findings": lambda row: " ".join(each.name for each in row.findings if each.is_open),
    "accepted": lambda row: _accepted(row.findings),
    "reason": lambda row: row.reason,
    "contact": lambda row: row.contact,
    "owner": lambda row: _owner(row),
    "stack": lambda row: row.stack,
    "urn": lambda row: row.urn,
    "as_of": lambda row: "",
    "reviewer": lambda row: "",
    "decision": lambda row: "",
    "justification": lambda row: "",
}
