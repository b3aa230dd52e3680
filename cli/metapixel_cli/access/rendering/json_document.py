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


def schema() -> str:
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
