"""A report as JSON."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from metapixel_cli.access.judging.report import Report
from metapixel_cli.access.rendering.words import headline

#: A new version means that older readers would misunderstand. A new field needs no new version.
VERSION = 1
_REPORT = TypeAdapter(Report)


def as_json(report: Report) -> str:
    """Return the report as a JSON document, in ASCII. Its texts are not escaped."""
    document = {
        "version": VERSION,
        "complete": not report.unread,
        "headline": headline(report),
        **_REPORT.dump_python(report, mode="json"),
    }
    return json.dumps(document, indent=2) + "\n"
