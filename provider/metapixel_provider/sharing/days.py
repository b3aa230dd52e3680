"""Dates in inputs."""

from __future__ import annotations

import re
from datetime import date

from metapixel_provider.errors import one_line

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> date:
    """Return the date that is written as `YYYY-MM-DD`.

    Raises ValueError for every other form, including forms that Python accepts, such as `2027-W13`.
    """
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError(f"'{one_line(text, 64)}' is not a date; write YYYY-MM-DD") from None
