"""Dates in inputs and in the configuration."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.texts import quoted

#: The text that the engine appends to an unquoted date in `Pulumi.STACK.yaml`.
_MIDNIGHT = " 00:00:00 +0000 UTC"

NO_LAST_DAY = (
    "a share outside of AgencyAccess has no last day; declare the share in AgencyAccess, which "
    "ends it after this day, or remove the share"
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def date_of_run(configured: str | None) -> date:
    """Return the UTC date of a run, which `metapixel:today` replaces. Raise ConfigurationError."""
    if configured is None:
        return today()
    try:
        return configured_today(configured)
    except ValueError as error:
        raise ConfigurationError(f"metapixel:today: {error}") from None


def today() -> date:
    return datetime.now(UTC).date()


def has_passed(last_day: object, today: date) -> bool:
    """Return whether the last day in an input lies before today. An unknown day has not passed."""
    return isinstance(last_day, str) and "" < last_day < today.isoformat()


def day(text: str) -> date:
    """Return the date that is written as `YYYY-MM-DD`.

    Raises ValueError for every other form, including forms that Python accepts, such as `2027-W13`.
    """
    with suppress(ValueError):  # Such as the error about February 30.
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    raise ValueError(f"{quoted(text)} is not a date; write YYYY-MM-DD")


def configured_today(text: str) -> date:
    """Return the date in `metapixel:today`. Raise ValueError if the text is not a date."""
    return day(text.removesuffix(_MIDNIGHT))


def moment(timestamp: object) -> datetime | None:
    """Return the time of a Unix timestamp in seconds, or None for 0 (never) or no timestamp."""
    if not isinstance(timestamp, int) or timestamp == 0:
        return None
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, ValueError, OSError):
        return None
