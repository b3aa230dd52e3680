"""The forms of single values.

The function `normal` of a form returns a value in its normal form, or raises ValueError. The error
quotes the value on one short line, because the value may be long or hostile.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.tasks import Task, in_order
from metapixel_provider.texts import quoted

#: The type that represents a value in a program.
ValueType = Literal["string", "list"]


class Unknown(enum.Enum):
    """The marker in a preview for a value that is not known yet."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True)
class Form:
    """A form of values.

    `words` lists the possible values, or the possible items of a list. It is empty if they are not
    limited.
    """

    name: str
    normal: Callable[[object], object] = field(repr=False)
    words: tuple[str, ...] = ()
    type: ValueType = "string"


def choice(words: Iterable[str]) -> Form:
    """Return the form of a value that is one of several words, in upper or lower case."""
    by_lowercase = {word.lower(): str(word) for word in words}
    normal_words = tuple(by_lowercase.values())

    def normal(value: object) -> str:
        found = by_lowercase.get(str(value).strip().lower())
        if found is None:
            raise ValueError(f"{quoted(value)} is not one of {', '.join(normal_words)}")
        return found

    return Form("word", normal, normal_words)


def _as_tasks(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{quoted(value)} is not a list of tasks such as ['ANALYZE']")
    if not value:
        raise ValueError(f"list at least one of the tasks {', '.join(Task)}")
    known = [_task_name(each) for each in value if each is not UNKNOWN]
    if len(known) < len(value):
        return list(value)  # No known one is wrong, but the normal order is not known yet.
    return [task.value for task in in_order(known)]


def _task_name(value: object) -> str:
    word = str(value).strip()
    # `upper` would turn some other letters into ASCII letters.
    if word.isascii() and word.upper() in Task.__members__:
        return word.upper()
    raise ValueError(f"{quoted(value)} is not a task; the tasks are {', '.join(Task)}")


def _as_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{quoted(value)} is not text")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _as_request_id(value: object) -> str:
    if value == "":
        raise ValueError(
            "is empty, because no request is open; to accept the requests of an owner whenever "
            "they are open, declare a PixelSharingStandingResponse"
        )
    return ids.digits(value)


ID = Form("id", ids.digits)
AD_ACCOUNT = Form("ad account id", ids.ad_account)
REQUEST_ID = Form("id", _as_request_id)
DAY = Form("date", lambda value: day(str(value).strip()).isoformat())
TEXT = Form("text", _as_text)
TASKS = Form("tasks", _as_tasks, tuple(map(str, Task)), type="list")
