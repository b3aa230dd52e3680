"""The keys of an access file and the form of their values, for the reader and for the JSON Schema.

The classes check one value at a time. `rules` contains the rules that need several values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from metapixel_provider.access_file.errors import did_you_mean
from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.nodes import NotText
from metapixel_provider.errors import one_line
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.tasks import Task

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

#: The largest number of 32 digits. Meta's ids are much shorter.
_LARGEST_ID = 10**32 - 1


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
    text = str(_text(value))
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


_ID_SCHEMA: dict[str, object] = {
    # An editor reads an unquoted id as a number.
    "type": ["string", "integer"],
    "pattern": "^[0-9]{1,32}$",
    "minimum": 0,
    "maximum": _LARGEST_ID,
}
_LABEL_SCHEMA: dict[str, object] = {"type": "string", "pattern": f"^{_LABEL.pattern}$"}
_DAY_SCHEMA: dict[str, object] = {
    "type": "string",
    "format": "date",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}


def _choices(words: Iterable[Task | FindingName]) -> dict[str, object]:
    return {"oneOf": [{"const": str(word), "description": word.meaning} for word in words]}


Id = Annotated[str, BeforeValidator(_id), WithJsonSchema(_ID_SCHEMA)]
AccountId = Annotated[
    str,
    BeforeValidator(_account),
    WithJsonSchema(_ID_SCHEMA | {"pattern": "^(act_)?[0-9]{1,32}$"}),
]
Label = Annotated[str, BeforeValidator(_label), WithJsonSchema(_LABEL_SCHEMA)]
LabelOrId = Annotated[
    str,
    BeforeValidator(_label_or_id),
    WithJsonSchema(_ID_SCHEMA | {"pattern": _LABEL_SCHEMA["pattern"]}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
#: A key that may be missing, but not empty: the default is not validated.
OptionalDay = Annotated[date | None, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
Reason = Annotated[
    str, BeforeValidator(_reason), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
TaskName = Annotated[Task, BeforeValidator(_task), WithJsonSchema(_choices(Task))]
Finding = Annotated[FindingName, BeforeValidator(_finding), WithJsonSchema(_choices(FindingName))]
Tasks = Annotated[list[TaskName], Field(min_length=1)]
Version = Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": 1})]


#: The tags for the two forms of a pixel and of a grant. NUL distinguishes them from labels.
_SHORT, _LONG = "\0short", "\0long"


def _form_of_pixel(value: object) -> str | None:
    return _LONG if isinstance(value, dict) else None if isinstance(value, list) else _SHORT


def _form_of_grant(value: object) -> str | None:
    return _LONG if isinstance(value, dict) else _SHORT if isinstance(value, list) else None


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PixelShape(_Shape):
    """A pixel with its former labels."""

    id: Id = Field(description="The id of the pixel at Meta.")
    previously: list[Label] = Field(
        default=[],
        description="Former labels of the pixel. With them, a rename interrupts no access.",
    )


class GrantShape(_Shape):
    """The access of an agency to one pixel."""

    tasks: Tasks = Field(description="The permitted tasks.")
    expires_on: OptionalDay = Field(
        default=None,
        description="The last day of the access, in UTC. If the agency has a last day too, the "
        "earlier day counts.",
    )
    reason: Text = Field(
        default="", description="The reason for this access, instead of the agency's reason."
    )
    ad_accounts: list[AccountId] = Field(
        default=[],
        description="The ad accounts of the agency that may use this pixel, instead of the "
        "agency's list.",
    )


PixelEntry = Annotated[
    Annotated[Id, Tag(_SHORT)] | Annotated[PixelShape, Tag(_LONG)],
    Discriminator(
        _form_of_pixel,
        custom_error_type="pixel",
        custom_error_message='write an id in quotes, or keys as in {id: "1290034567800001"}',
    ),
]
GrantEntry = Annotated[
    Annotated[Tasks, Tag(_SHORT)] | Annotated[GrantShape, Tag(_LONG)],
    Discriminator(
        _form_of_grant,
        custom_error_type="grant",
        custom_error_message="write tasks as in [ANALYZE], or keys as in {tasks: [ANALYZE]}",
    ),
]


class AgencyShape(_Shape):
    """The access of one agency business."""

    business: Id = Field(description="The id of the agency's business at Meta.")
    previously: list[Label] = Field(
        default=[],
        description="Former labels of the agency. With them, a rename interrupts no access.",
    )
    contact: Text = Field(
        default="", description="The person in the owner's business who answers for the access."
    )
    reason: Text = Field(default="", description="The reason for the access.")
    resend: Text = Field(
        default="",
        description="Any text. A change of this text asks the agency again to accept shares that "
        "it declined.",
    )
    expires_on: OptionalDay = Field(
        default=None, description="The last day of every access of the agency, in UTC."
    )
    access: dict[Label, GrantEntry] | None = Field(
        default=None, description="The agency's access, by the labels of the pixels."
    )
    ad_accounts: list[AccountId] = Field(
        default=[], description="The ad accounts of the agency that may use each of its pixels."
    )


class AcceptedShape(_Shape):
    """A finding of `metapixel access` that is accepted until a day."""

    finding: Finding = Field(description="The name of the finding.")
    business: Id = Field(
        default="", description="The id of the business. Without it: any business."
    )
    pixel: LabelOrId = Field(
        default="", description="The label or the id of the pixel. Without it: any pixel."
    )
    subject: AccountId = Field(
        default="",
        description="The id of the ad account, the user or the request. Without it, the entry "
        "accepts no finding about any of these.",
    )
    reason: Reason = Field(description="The reason for accepting the finding.")
    expires_on: Day = Field(description="The last day on which the finding is accepted, in UTC.")


class AcceptedFileShape(_Shape):
    """A file that contains only accepted findings."""

    version: Version = 1
    accepted: list[AcceptedShape] | None = None


class FileShape(_Shape):
    """The access of agencies to the pixels of a business."""

    version: Version = Field(description="The version of this format.")
    owner: Id = Field(description="The id of the business at Meta that owns the pixels.")
    pixels: dict[Label, PixelEntry] | None = Field(
        default=None, description="The ids of the pixels, by labels that you choose."
    )
    agencies: dict[Label, AgencyShape] | None = Field(
        default=None,
        description="The agencies with access, by labels that you choose. Access that this file "
        "leaves out is not managed.",
    )
    accepted: list[AcceptedShape] | None = Field(
        default=None, description="Findings of `metapixel access` that are accepted until a day."
    )
