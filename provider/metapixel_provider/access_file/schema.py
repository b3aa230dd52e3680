"""The JSON Schema of the access file, for editors.

`python -m metapixel_provider.access_file.schema` prints it. The schema follows draft 7 and the
conventions of SchemaStore, which most editors understand. It cannot express the rules in `rules`.
It also accepts an id as a number, because an editor reads an unquoted id as a number. A day must be
text: an unquoted day is text in YAML 1.2, which editors read by default, but a date in YAML 1.1.
"""

from __future__ import annotations

import json
import sys

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from metapixel_provider.access_file.shape import FileShape


class _Draft7(GenerateJsonSchema):
    """A generator that keeps the order of the fields."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        return value


def schema() -> str:
    found = FileShape.model_json_schema(
        ref_template="#/definitions/{model}", schema_generator=_Draft7
    )
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Access of agencies to Meta pixels",
        **{name: _closed(value) for name, value in found.items() if name not in ("$defs", "title")},
        "definitions": _closed(found["$defs"]),
    }
    return json.dumps(document, indent=2) + "\n"


def _closed(node: object) -> object:
    """Return a schema without defaults and titles, in which mappings allow no unknown keys."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items() if key not in ("default", "title")}
    if "patternProperties" in node:
        closed["additionalProperties"] = False
    return closed


if __name__ == "__main__":
    sys.stdout.write(schema())
