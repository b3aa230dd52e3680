"""Dates and numbers of days in inputs and in the configuration."""

from __future__ import annotations

import re
from datetime import date

from metapixel_provider.errors import quoted

#: The default number of days before the last day of access on which runs begin to warn.
WARNING_DAYS = 30

#: The text that the engine appends to an unquoted date in `Pulumi.STACK.yaml`.
_MIDNIGHT = " 00:00:00 +0000 UTC"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> date:
    """Return the date that is written as `YYYY-MM-DD`.

    Raises ValueError for every other form, including forms that Python accepts, such as `2027-W13`.
    """
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a date; write YYYY-MM-DD") from None


def configured_today(text: str) -> date:
    """Return the date in `metapixel:today`. Raise ValueError if the text is not a date."""
    return day(text.removesuffix(_MIDNIGHT))


def configured_warning_days(text: str) -> int:
    """Return the number of days in `metapixel:endWarningDays`, from 0 to 9999.

    Raises ValueError for any other text.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise ValueError(f"{quoted(text)} is not a number of days, such as {WARNING_DAYS}")
    return int(text)
