"""A report as JSON, for other tools and for the comparison with a later report."""

from __future__ import annotations

import json

from pydantic import TypeAdapter, ValidationError

from metapixel_cli.access.judging.report import Report
from metapixel_cli.access.rendering.words import headline
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.ids import digits

#: A new version means that older readers would misunderstand. A new field is no new version.
VERSION = 1
_REPORT = TypeAdapter(Report)


class FormerReportError(Exception):
    """A file does not contain a former report that this version can compare."""


def as_json(report: Report) -> str:
    """Return the report as a JSON document, in ASCII. Its texts are not escaped."""
    document = {
        "version": VERSION,
        "complete": not report.unread,
        "headline": headline(report),
        **_REPORT.dump_python(report, mode="json"),
    }
    return json.dumps(document, indent=2) + "\n"


def schema() -> str:
    """Return the JSON schema of the document."""
    generated = _REPORT.json_schema(mode="serialization")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "metapixel access",
        "description": "Who has access to the pixels of some businesses, at one time. Texts are "
        "not escaped: escape them before you display them. Readers must ignore properties that "
        "they do not know.",
        "type": "object",
        "properties": {
            "version": {
                "const": VERSION,
                "description": "A new version means that readers of the previous version would "
                "misunderstand the document.",
            },
            "complete": {
                "type": "boolean",
                "description": "False if a part or a stack was not read completely.",
            },
            "headline": {"type": "string", "description": "The result in one sentence."},
            **generated["properties"],
        },
        "required": ["version", "complete", "headline", *generated["required"]],
        "$defs": generated["$defs"],
    }
    return json.dumps(document, indent=2) + "\n"


def former_report(data: bytes) -> Report:
    """Return the report of a JSON document. Raises FormerReportError if it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise FormerReportError(
            "The former report is not JSON; pass a file that `metapixel access --format json` wrote"
        ) from None
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION:
        raise FormerReportError(
            f"The former report has the version {one_line(version, 40)}, and this program reads "
            f"version {VERSION}; pass a file that `metapixel access --format json` wrote"
        )
    try:
        report = _REPORT.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(".".join(map(str, first["loc"])), first["msg"]) from None
    for number, row in enumerate(report.rows):
        try:
            digits(row.business_id or "0")
        except ValueError as error:
            raise _damaged(f"rows.{number}.business_id", str(error)) from None
    return report


def _damaged(place: str, reason: str) -> FormerReportError:
    return FormerReportError(
        f"The former report is damaged at {one_line(place, 100)} ({one_line(reason)}); write a new "
        f"one with `metapixel access --format json`"
    )
