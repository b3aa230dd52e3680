"""The report of an import as JSON."""

from __future__ import annotations

import json

from metapixel_cli.importing.report import Imported, Report, counted
from metapixel_cli.importing.selection import Share

#: The version of the format. Fields can be added without a new version.
_VERSION = 1


def as_json(report: Report) -> str:
    file = report.file
    document = {
        "version": _VERSION,
        "business": {"id": report.business_id, "name": report.business_name},
        "stack": report.stack,
        "dry_run": report.dry_run,
        "complete": report.is_complete,
        "counts": counted(report.imported),
        "imported": [_imported(each) for each in report.imported],
        "managed": list(report.managed),
        "not_imported": [
            {"id": each.id, "title": each.title, "reason": each.reason, "gap": each.is_gap}
            for each in report.not_imported
        ],
        "not_read": [
            {"title": each.title, "outcome": each.outcome.value, "reason": each.reason}
            for each in report.not_read
        ],
        "file": file and {"path": str(file.path), "written": file.written, "text": file.text},
        "lines_to_add": list(report.next_lines),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _imported(imported: Imported) -> dict[str, object]:
    access = imported.access
    found = {
        "kind": "share" if isinstance(access, Share) else "permission",
        "id": access.id,
        "urn": imported.urn,
        "pixel": {"id": access.pixel.id, "name": access.pixel.name},
        "business": {"id": access.business_id, "name": access.business_name},
    }
    if isinstance(access, Share):
        return {**found, "tasks": list(access.agency.tasks)}
    return {**found, "ad_account": {"id": access.account.id, "name": access.account.name}}
