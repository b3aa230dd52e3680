"""A report as JSON, and the reader of a former report that another version may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from metapixel_cli.access.judging.report import BusinessRead, FormerReport, PartRead, Report, Row
from metapixel_cli.access.rendering.words import headline
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.ids import digits

#: A new version means that older readers would misunderstand. A new field needs no new version.
VERSION = 1
_REPORT = TypeAdapter(Report)
#: The fields that identify a row, a part or a business, or decide whether it was read. A report
#: without one of them cannot be compared.
_NEEDED = frozenset(
    (
        "id",
        "part",
        "outcome",
        "route",
        "owner_id",
        "pixel_id",
        "business_id",
        "subject_id",
        "status",
    )
)
#: The findings of a former report are not compared. A newer version may have findings that this
#: version does not know.
_IGNORED = "findings"


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


class FormerReportError(Exception):
    """A file does not contain a former report that this version can compare."""


def former_report(data: bytes) -> FormerReport:
    """Return the report of a JSON document. Raises FormerReportError if it has none."""
    document = _document(data)
    compared = {name: _objects(document, name) for name in _EMPTY}
    completed = {
        name: [{**_EMPTY[name], **each, _IGNORED: ()} for each in objects]
        for name, objects in compared.items()
    }
    unused = {"pixels": (), "stacks": (), _IGNORED: ()}
    read = {"as_of": document.get("as_of"), "side": document.get("side", "owner")}
    fields = {**read, **unused, **completed}
    try:
        report = _REPORT.validate_python(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(".".join(map(str, first["loc"])), first["msg"]) from None
    for number, row in enumerate(report.rows):
        try:
            digits(row.business_id or "0")
        except ValueError as error:
            raise _damaged(f"rows.{number}.business_id", str(error)) from None
    lacks = {field for row in compared["rows"] for field in _EMPTY["rows"].keys() - row.keys()}
    return FormerReport(report, frozenset(lacks))


def _document(data: bytes) -> dict[str, object]:
    try:
        document: object = json.loads(data)
    except (ValueError, RecursionError):
        raise FormerReportError(
            "The former report is not JSON; pass a file that `metapixel access --format json` wrote"
        ) from None
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(document, dict) or version != VERSION:
        raise FormerReportError(
            f"The former report has the version {one_line(version, 40)}, and this program reads "
            f"version {VERSION}; pass a file that `metapixel access --format json` wrote"
        )
    return document


def _objects(document: Mapping[str, object], name: str) -> list[dict[str, object]]:
    found = document.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _damaged(name, "this is not a list of objects")
    return found


def _empty(kind: type) -> Mapping[str, object]:
    """Return an empty value for each field that another version of the program may lack."""
    hints = get_type_hints(kind)
    return {name: _nothing(hint) for name, hint in hints.items() if name not in _NEEDED}


def _nothing(hint: object) -> object:
    kind = get_origin(hint) or hint
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind["UNKNOWN"]
    return kind() if kind in (str, int, bool, tuple) else None


_EMPTY = {"businesses": _empty(BusinessRead), "rows": _empty(Row), "parts": _empty(PartRead)}


def _damaged(place: str, reason: str) -> FormerReportError:
    return FormerReportError(
        f"The former report is damaged at {one_line(place, 100)} ({one_line(reason)}); write a new "
        f"one with `metapixel access --format json`"
    )
