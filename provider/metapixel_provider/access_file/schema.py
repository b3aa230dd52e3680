"""The JSON Schema of the access file, for editors and for the reader.

`python -m metapixel_provider.access_file.schema` prints it. The schema follows draft 7 and the
conventions of SchemaStore, which most editors understand. It cannot express the rules that compare
several values. It also accepts an id as a number, because an editor reads an unquoted id as a
number. A day must be text: an unquoted day is text in YAML 1.2, which editors read by default, but
a date in YAML 1.1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.scalars import LABEL
from metapixel_provider.sharing.tasks import Task

Schema = dict[str, Any]


def _list(items: Schema) -> Schema:
    return {"items": items, "type": "array"}


def _by_label(definition: str, short: Schema) -> Schema:
    """Return a mapping of labels to a definition, or to the value of its first key."""
    form: Schema = {"$ref": f"#/definitions/{definition}"}
    either = {"oneOf": [short, form]} if short else form
    by_label = {"patternProperties": {f"^{LABEL.pattern}$": either}, "additionalProperties": False}
    return {"anyOf": [{"type": "object", **by_label}, {"type": "null"}]}


def _one_of(words: Iterable[Task | FindingName]) -> Schema:
    return {"oneOf": [{"const": str(each), "description": each.meaning} for each in words]}


def _keys(meaning: str, required: list[str], keys: dict[str, tuple[Schema, str]]) -> Schema:
    """Return a mapping with known keys, each with its form and its meaning."""
    return {
        "additionalProperties": False,
        "description": meaning,
        "properties": {name: form | {"description": text} for name, (form, text) in keys.items()},
        "required": required,
        "type": "object",
    }


#: An editor reads an unquoted id as a number. Meta's ids are much shorter than 32 digits.
_ID: Schema = {
    "type": ["string", "integer"],
    "pattern": "^[0-9]{1,32}$",
    "minimum": 0,
    "maximum": 10**32 - 1,
}
_ACCOUNT = _ID | {"pattern": "^(act_)?[0-9]{1,32}$"}
_DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
#: An editor reads unquoted text as a number or a boolean, if it has this form.
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_LABEL = _TEXT | {"pattern": f"^{LABEL.pattern}$", "minimum": 0}
_TASKS = _list(_one_of(Task)) | {"minItems": 1}

_DEFINITIONS = {
    "Pixel": _keys(
        "A pixel with its former labels.",
        ["id"],
        {
            "id": (_ID, "The id of the pixel at Meta."),
            "previously": (
                _list(_LABEL),
                "Former labels of the pixel. With them, a rename does not interrupt access.",
            ),
        },
    ),
    "Grant": _keys(
        "The access of an agency to one pixel.",
        ["tasks"],
        {
            "tasks": (_TASKS, "The permitted tasks."),
            "expires_on": (
                _DAY,
                "The last day of the access, in UTC. If the agency has a last day too, the earlier "
                "day counts.",
            ),
            "reason": (_TEXT, "The reason for this access, instead of the agency's reason."),
            "ad_accounts": (
                _list(_ACCOUNT),
                "The ad accounts of the agency that may use this pixel, instead of the agency's "
                "list.",
            ),
        },
    ),
    "Agency": _keys(
        "The access of one agency business.",
        ["business"],
        {
            "business": (_ID, "The id of the agency's business at Meta."),
            "previously": (
                _list(_LABEL),
                "Former labels of the agency. With them, a rename does not interrupt access.",
            ),
            "contact": (_TEXT, "The person in the owner's business who answers for the access."),
            "reason": (_TEXT, "The reason for the access."),
            "resend": (
                _TEXT,
                "Any text. A change of this text asks the agency again to accept shares that it "
                "declined.",
            ),
            "expires_on": (_DAY, "The last day of every access of the agency, in UTC."),
            "access": (
                _by_label("Grant", _TASKS),
                "The agency's access, by the labels of the pixels.",
            ),
            "ad_accounts": (
                _list(_ACCOUNT),
                "The ad accounts of the agency that may use each of its pixels.",
            ),
        },
    ),
    "Accepted": _keys(
        "A finding of `metapixel access` that is accepted until a day.",
        ["finding", "reason", "expires_on"],
        {
            "finding": (_one_of(FindingName), "The name of the finding."),
            "business": (_ID, "The id of the business. Without it: any business."),
            "pixel": (_LABEL, "The label or the id of the pixel. Without it: any pixel."),
            "subject": (
                _ACCOUNT,
                "The id of the ad account, the user or the request. Without it, the entry accepts "
                "no finding about any of these.",
            ),
            "reason": (_TEXT | {"pattern": r"\S"}, "The reason for accepting the finding."),
            "expires_on": (_DAY, "The last day on which the finding is accepted, in UTC."),
        },
    ),
}
SCHEMA: Schema = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Access of agencies to Meta pixels",
    **_keys(
        "The access of agencies to the pixels of a business.",
        ["version", "owner"],
        {
            "version": ({"enum": [1, "1"]}, "The version of this format."),
            "owner": (_ID, "The id of the business at Meta that owns the pixels."),
            "pixels": (
                _by_label("Pixel", _ID),
                "The ids of the pixels, by labels that you choose.",
            ),
            "agencies": (
                _by_label("Agency", {}),
                "The agencies with access, by labels that you choose. Access that this file leaves "
                "out is not managed.",
            ),
            "accepted": (
                {"anyOf": [_list({"$ref": "#/definitions/Accepted"}), {"type": "null"}]},
                "Findings of `metapixel access` that are accepted until a day.",
            ),
        },
    ),
    "definitions": _DEFINITIONS,
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(SCHEMA, indent=2) + "\n")
