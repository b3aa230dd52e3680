"""A report as CSV, with the columns of an access review.

Source: RFC 4180; OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from metapixel_cli.access.judging.parts import without_access
from metapixel_cli.access.judging.report import Finding, PixelRead, Report, Route, Row
from metapixel_cli.escape import visible

#: The last three columns are for the person who reviews the access.
COLUMNS = (
    "pixel/agency",
    "record",
    "pixel",
    "business",
    "route",
    "subject",
    "subject_name",
    "tasks",
    "declared_tasks",
    "managed",
    "drift",
    "status",
    "end",
    "expires_on",
    "open_since",
    "findings",
    "accepted",
    "reason",
    "contact",
    "owner",
    "stack",
    "urn",
    "reviewer",
    "decision",
    "justification",
)
#: The beginnings of a cell that a spreadsheet would treat as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
_LONGEST = 2000


def as_csv(report: Report) -> str:
    """Return the report as CSV. The mark at its beginning makes spreadsheets read it as UTF-8.

    The first column is never a number, because a spreadsheet rounds ids of 16 digits. Reads that
    are missing come first, then access, pixels without access, and findings about a pixel or agency
    as a whole.
    """
    written = StringIO()
    written.write(_BYTE_ORDER_MARK)
    writer = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for cells in _records(report):
        writer.writerow({column: _safe(cell) for column, cell in cells.items()})
    return written.getvalue()


def _records(report: Report) -> Iterator[dict[str, str]]:
    for part in report.unread:
        yield {
            "pixel/agency": f"not read: {part.subject}",
            "record": "not read",
            "route": part.part,
            "status": part.outcome,
            "reason": part.reason,
        }
    for row in report.rows:
        yield _access(row)
    for pixel in without_access(report):
        yield {
            "pixel/agency": f"{pixel.id}/none",
            "record": "no access",
            "pixel": pixel.name,
            "owner": _owner(pixel),
        }
    of_rows = {finding for row in report.rows for finding in row.findings}
    for finding in report.findings:
        if finding not in of_rows:
            yield {
                "pixel/agency": f"{finding.pixel_id or 'any'}/{finding.business_id or 'any'}",
                "record": "finding",
                "findings": finding.name,
                "accepted": _accepted([finding]),
                "reason": finding.sentence,
            }


def _access(row: Row) -> dict[str, str]:
    is_share = row.route is Route.SHARE
    return {
        "pixel/agency": f"{row.pixel_id or 'unknown'}/{row.business_id or 'unknown'}",
        "record": "access",
        "pixel": row.pixel_name,
        "business": row.business_name,
        "route": row.route,
        "subject": "" if is_share else f"{row.route} {row.subject_id}",
        "subject_name": row.subject_name,
        "tasks": " ".join(row.tasks),
        "declared_tasks": " ".join(row.declared_tasks),
        "managed": row.managed,
        "drift": row.drift,
        "status": row.status,
        "end": row.end,
        "expires_on": str(row.expires_on or ""),
        "open_since": str(row.open_since or ""),
        "findings": " ".join(finding.name for finding in row.findings if finding.is_open),
        "accepted": _accepted(row.findings),
        "reason": row.reason,
        "contact": row.contact,
        "owner": _owner(row),
        "stack": row.stack,
        "urn": row.urn,
    }


def _owner(of: Row | PixelRead) -> str:
    return f"{of.owner_name} (business {of.owner_id})" if of.owner_id else ""


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
