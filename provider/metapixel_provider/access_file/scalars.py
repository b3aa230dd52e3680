"""The scalars of an access file: ids, labels, days, tasks, findings and text.

Each function returns the value of a scalar, or raises ValueError with a sentence. Its argument is
the text of the scalar, None for an empty value, or a node that is no scalar.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import TypeVar

from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.sharing import days, ids
from metapixel_provider.sharing.tasks import Task
from metapixel_provider.texts import did_you_mean, one_line

W = TypeVar("W", Task, FindingName)

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def text(value: object, wanted: str = "") -> str:
    """Return a text. `wanted` describes it, if not every text is right."""
    if value is None:
        raise ValueError(f"the value is empty; write {wanted or 'a value, or remove the key'}")
    if not isinstance(value, str):
        raise ValueError(f"this has to be {wanted or 'text'}")
    if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise ValueError("the text contains half of a character; write the character itself")
    return value


def reason(value: object) -> str:
    if isinstance(value, str) and not value.strip():
        raise ValueError("the reason is empty; write why the owner accepts the finding")
    return text(value)


def digits(value: object) -> str:
    return ids.digits(text(value, 'an id in quotes, such as "1234567890"'))


def ad_account(value: object) -> str:
    return ids.ad_account(text(value, 'an ad account id in quotes, such as "1234567890"'))


def day(value: object) -> date:
    return days.day(text(value, "a date as YYYY-MM-DD"))


def label(value: object) -> str:
    given = text(value)
    if not LABEL.fullmatch(given):
        raise ValueError(
            f"'{one_line(given, 64)}' is not a label; a label has at most 100 letters (a-z), "
            "digits, dots, hyphens and underscores, and begins with a letter or digit"
        )
    return given


def version(value: object) -> int:
    if value != "1":
        raise ValueError("the version of the format has to be 1; write `version: 1`")
    return 1


def task(value: object) -> Task:
    return _member(list(Task), value, "task", "a task such as ANALYZE")


def finding(value: object) -> FindingName:
    return _member(list(FindingName), value, "finding", "the name of a finding such as unmanaged")


def _member(members: Collection[W], value: object, noun: str, wanted: str) -> W:
    """Return the member with this text. `wanted` describes the text with an example."""
    given = text(value, wanted)
    for member in members:
        if member == given:
            return member
    hint = did_you_mean(given, members, f"the {noun}s are {', '.join(members)}")
    raise ValueError(f"'{one_line(given, 64)}' is not a {noun}; {hint}")
