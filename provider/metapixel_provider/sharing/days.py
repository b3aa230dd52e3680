"""Days as inputs write them."""

from __future__ import annotations

import re
from datetime import date

from metapixel_provider.errors import one_line

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> date:
    """Return the day that `YYYY-MM-DD` names.

    Raises ValueError for any other form, also for those that only Python reads, such as `2027-W13`.
    """
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError(f"'{one_line(text, 64)}' is not a date; write YYYY-MM-DD") from None
