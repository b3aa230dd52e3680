"""The JSON Schema of a document, made from the dataclass that describes it."""

from __future__ import annotations

import json
from typing import TypeVar

T = TypeVar("T")


def json_schema(document: type[object], title: str) -> str:
    """Return the schema. Docstrings of classes and of their fields become its descriptions."""
    # The import of pydantic takes a while, and few commands need it.
    from pydantic import ConfigDict, TypeAdapter

    config = ConfigDict(
        use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )
    # In the schema of a list, the document is a definition like its parts.
    adapter = TypeAdapter(list[document], config=config)  # type: ignore[valid-type]
    parts = adapter.json_schema(mode="serialization")["$defs"]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **parts.pop(document.__name__),
        "title": title,
    }
    return json.dumps({**head, "$defs": parts}, indent=2) + "\n"


def as_json(document: object) -> str:
    """Return a dataclass as JSON in ASCII, not escaped for Markdown, HTML or a terminal."""
    from pydantic import TypeAdapter

    data = TypeAdapter(type(document)).dump_python(document, mode="json")
    return json.dumps(data, indent=2) + "\n"


def loaded(document: type[T], data: bytes) -> T:
    """Return a dataclass from JSON. Raise ValueError if the data does not have its schema."""
    from pydantic import TypeAdapter

    return TypeAdapter(document).validate_json(data)
