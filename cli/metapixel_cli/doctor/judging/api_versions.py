"""The versions of the Graph API, and their ends for the Marketing API.

Table of 2026-11-26. Source: Meta, "Versions" and "Versioning" of the Marketing API. Meta supports a
version for at least 90 days after the release of the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 11, 26)


@dataclass(frozen=True)
class ApiVersion:
    """A version. `ends` is None if Meta had published no end by the date of the table.

    `lasts_until` is the end of the 90 days after the release of the next version.
    """

    name: str
    released: date
    ends: date | None = None
    lasts_until: date | None = None


#: The known versions, the oldest first.
VERSIONS = (
    ApiVersion("v25.0", date(2026, 2, 18), ends=date(2027, 2, 23)),
    ApiVersion("v26.0", date(2026, 7, 29), lasts_until=date(2027, 2, 2)),
    ApiVersion("v27.0", date(2026, 11, 4)),
)


def number(version: str) -> tuple[int, ...]:
    """Return the numbers of a version such as `v26.0`."""
    return tuple(map(int, version.removeprefix("v").split(".")))
