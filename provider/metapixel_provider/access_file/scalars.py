"""The scalars of an access file: ids, labels, days, tasks, findings and text."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from metapixel_provider.access_file.errors import did_you_mean
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.forms import ListOf, Scalar, Schema
from metapixel_provider.errors import one_line
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.tasks import Task

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def _text(value: object, wanted: str = "") -> str:
    """Return a text. `wanted` describes it, if not every text is right."""
    if value is None:
        raise ValueError(f"the value is empty; write {wanted or 'a value, or remove the key'}")
    if not isinstance(value, str):
        raise ValueError(f"this has to be {wanted or 'text'}")
    if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise ValueError("the text contains half of a character; write the character itself")
    return value


def _reason(value: object) -> str:
    if isinstance(value, str) and not value.strip():
        raise ValueError("the reason is empty; write why the owner accepts the finding")
    return _text(value)


def _id(value: object) -> str:
    return ids.digits(_text(value, 'an id in quotes, such as "1234567890"'))


def _account(value: object) -> str:
    return ids.ad_account(_text(value, 'an ad account id in quotes, such as "1234567890"'))


def _day(value: object) -> date:
    return day(_text(value, "a date as YYYY-MM-DD"))


def _label(value: object) -> str:
    text = _text(value)
    if not _LABEL.fullmatch(text):
        raise ValueError(
            f"'{one_line(text, 64)}' is not a label; a label has at most 100 letters (a-z), "
            "digits, dots, hyphens and underscores, and begins with a letter or digit"
        )
    return text


def _version(value: object) -> int:
    if value != "1":
        raise ValueError("the version of the format has to be 1; write `version: 1`")
    return 1


def _one_of(known: Collection[Task | FindingName], noun: str, wanted: str) -> Scalar:
    """Return the form of a known word. `wanted` describes the word with an example."""

    def parse(value: object) -> str:
        text = _text(value, wanted)
        if text not in known:
            hint = did_you_mean(text, known, f"the {noun}s are {', '.join(known)}")
            raise ValueError(f"'{one_line(text, 64)}' is not a {noun}; {hint}")
        return text

    choices = [{"const": str(word), "description": word.meaning} for word in known]
    return Scalar(parse, {"oneOf": choices})


#: An editor reads an unquoted id as a number. Meta's ids are much shorter than 32 digits.
_ID_SCHEMA: Schema = {
    "type": ["string", "integer"],
    "pattern": "^[0-9]{1,32}$",
    "minimum": 0,
    "maximum": 10**32 - 1,
}
_DAY_SCHEMA: Schema = {
    "type": "string",
    "format": "date",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}

#: An editor reads unquoted text as a number or a boolean, if it has this form.
_TEXT_SCHEMA: Schema = {"type": ["string", "number", "boolean"]}

TEXT = Scalar(_text, _TEXT_SCHEMA)
REASON = Scalar(_reason, _TEXT_SCHEMA | {"pattern": r"\S"})
ID = Scalar(_id, _ID_SCHEMA)
ACCOUNT = Scalar(_account, _ID_SCHEMA | {"pattern": "^(act_)?[0-9]{1,32}$"})
LABEL = Scalar(_label, _TEXT_SCHEMA | {"pattern": f"^{_LABEL.pattern}$", "minimum": 0})
DAY = Scalar(_day, _DAY_SCHEMA)
TASKS = ListOf(
    _one_of(list(Task), "task", "a task such as ANALYZE"),
    empty=f"list at least one of the tasks {', '.join(Task)}",
)
FINDING = _one_of(list(FindingName), "finding", "the name of a finding such as unmanaged")
VERSION = Scalar(_version, {"enum": [1, "1"]})
