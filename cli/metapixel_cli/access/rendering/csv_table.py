"""A report as CSV, with the columns of an access review.

Source: RFC 4180; OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from metapixel_cli.access.evaluation.report import Finding, PixelRead, Report, Route, Row
from metapixel_cli.escape import visible
from metapixel_provider.access_file.finding_name import FindingName

#: The first line of a file. A reviewer fills in the last three columns.
_HEAD = (
    "pixel/agency,record,pixel,business,route,subject,subject_name,tasks,declared_tasks,managed,"
    "drift,status,end,expires_on,open_since,findings,accepted,reason,contact,owner,stack,urn,as_of,"
    "reviewer,decision,justification"
)
COLUMNS = _HEAD.split(",")
#: The beginnings of a cell that a spreadsheet would treat as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
_LONGEST = 2000


def as_csv(report: Report) -> str:
    """Return the report as CSV. The byte order mark makes spreadsheets read it as UTF-8.

    The first column is never a number, because a spreadsheet rounds ids of 16 digits. The first
    rows are missing reads. The next rows are access, pixels without access, and findings about a
    pixel or agency as a whole.
    """
    written = StringIO()
    written.write(_BYTE_ORDER_MARK)
    writer = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for record in _records(report):
        cells = {column: _safe(cell) for column, cell in record.items()}
        writer.writerow({**cells, "as_of": f"{report.as_of:%Y-%m-%d %H:%M} UTC"})
    return written.getvalue()


def _records(report: Report) -> Iterator[dict[str, object]]:
    for part in report.unread:
        yield {
            "pixel/agency": f"not read: {part.subject}",
            "record": "not read",
            "route": part.part,
            "reason": part.reason,
        }
    for row in report.rows:
        subject = "" if row.route is Route.SHARE else f"{row.route} {row.subject_id}"
        open_findings = [each.name for each in row.findings if each.is_open]
        yield {
            # The writer leaves out the fields that have no column.
            **vars(row),
            "pixel/agency": f"{row.pixel_id or 'unknown'}/{row.business_id or 'unknown'}",
            "record": "access",
            "pixel": row.pixel_name,
            "business": row.business_name,
            "subject": subject,
            "tasks": " ".join(row.tasks),
            "declared_tasks": " ".join(row.declared_tasks),
            "findings": " ".join(open_findings),
            "accepted": _accepted(row.findings),
            "owner": _owner(row),
        }
    for pixel in report.unused_pixels:
        yield {
            "pixel/agency": f"{pixel.id}/none",
            "record": "no access",
            "pixel": pixel.name,
            "owner": _owner(pixel),
        }
    for finding in report.findings:
        # All other findings are in the record of a row.
        if finding.name in (FindingName.SILENT_PIXEL, FindingName.ALL_PIXELS):
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
    found = []
    for finding in findings:
        accepted = finding.acceptance
        if accepted and not accepted.has_lapsed:
            found.append(f"{finding.name} until {accepted.expires_on}: {accepted.reason}")
    return "; ".join(found)


def _safe(cell: object) -> str:
    """Return a cell that no spreadsheet treats as a formula."""
    text = "" if cell is None else visible(str(cell), _LONGEST)
    return f"'{text}" if text.startswith(_FORMULA) else text
