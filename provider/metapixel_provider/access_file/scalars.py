"""The scalars of an access file: ids, labels, days, tasks, findings and text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from metapixel_provider.access_file.errors import did_you_mean
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.forms import ListOf, NotText, Scalar, Schema
from metapixel_provider.errors import one_line
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.tasks import Task

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def _text(value: object) -> str:
    if value is None:
        raise ValueError("the value is empty; write a value, or remove the key")
    if isinstance(value, NotText):
        raise ValueError(f'{value} is not text here; write it in quotes: "{value}"')
    if not isinstance(value, str):
        raise ValueError("this has to be text")
    if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise ValueError("the text contains half of a character; write the character itself")
    return value


def _reason(value: object) -> str:
    if isinstance(value, str) and not value.strip():
        raise ValueError("the reason is empty; write why the owner accepts the finding")
    return _text(value)


def _scalar(value: object, word: str) -> str:
    if value is None:
        raise ValueError(f"the value is empty; write {word}")
    if not isinstance(value, str):
        raise ValueError(f"this has to be {word}")
    return str(value)


def _id(value: object) -> str:
    return ids.digits(_without_spaces(_scalar(value, 'an id in quotes, such as "1234567890"')))


def _account(value: object) -> str:
    text = _scalar(value, 'an ad account id in quotes, such as "1234567890"')
    return ids.ad_account(_without_spaces(text))


def _without_spaces(text: str) -> str:
    """Return an id. Raise ValueError for spaces around it, which the schema refuses too."""
    if text != text.strip():
        raise ValueError(f'there are spaces around the id; write "{one_line(text, 64)}"')
    return text


def _day(value: object) -> date:
    return day(_scalar(value, "a date as YYYY-MM-DD"))


def _label(value: object) -> str:
    text = _text(value)
    if not _LABEL.fullmatch(text):
        raise ValueError(
            f"'{one_line(text, 64)}' is not a label; a label has at most 100 letters (a-z), "
            "digits, dots, hyphens and underscores, and begins with a letter or digit"
        )
    return text


def _label_or_id(value: object) -> str:
    return _id(value) if isinstance(value, NotText) else _label(value)


def _task(value: object) -> Task:
    text = _scalar(value, "a task such as ANALYZE")
    if text not in set(Task):
        hint = did_you_mean(text.upper(), list(Task), f"the tasks are {', '.join(Task)}")
        raise ValueError(f"'{one_line(text, 64)}' is not a task; {hint}")
    return Task(text)


def _finding(value: object) -> FindingName:
    text = _scalar(value, "the name of a finding such as unmanaged")
    if text not in set(FindingName):
        hint = did_you_mean(text, list(FindingName), f"the findings are {', '.join(FindingName)}")
        raise ValueError(f"'{one_line(text, 64)}' is not a finding; {hint}")
    return FindingName(text)


def _version(value: object) -> int:
    if value != "1" or not isinstance(value, NotText):
        raise ValueError("the version of the format has to be 1; write `version: 1`")
    return 1


def _choices(words: Iterable[Task | FindingName]) -> Schema:
    return {"oneOf": [{"const": str(word), "description": word.meaning} for word in words]}


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

TEXT = Scalar(_text, {"type": "string"})
REASON = Scalar(_reason, {"type": "string", "pattern": r"\S"})
ID = Scalar(_id, _ID_SCHEMA)
ACCOUNT = Scalar(_account, _ID_SCHEMA | {"pattern": "^(act_)?[0-9]{1,32}$"})
LABEL = Scalar(_label, {"type": "string", "pattern": f"^{_LABEL.pattern}$"})
LABEL_OR_ID = Scalar(_label_or_id, _ID_SCHEMA | {"pattern": f"^{_LABEL.pattern}$"})
DAY = Scalar(_day, _DAY_SCHEMA)
TASKS = ListOf(
    Scalar(_task, _choices(Task)), empty=f"list at least one of the tasks {', '.join(Task)}"
)
FINDING = Scalar(_finding, _choices(FindingName))
VERSION = Scalar(_version, {"const": 1})
