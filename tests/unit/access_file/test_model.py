"""Questions to the model of an access file."""

from __future__ import annotations

from datetime import date

from metapixel_provider.access_file.model import AccessFile, AgencyGrants, Grant, Pixel
from metapixel_provider.sharing.tasks import Task

TODAY = date(2026, 11, 26)


def agency(*days: date | None) -> AgencyGrants:
    """Return an agency with a grant for each last day."""
    grants = tuple(
        Grant(Pixel(f"p{n}", str(n)), (Task.ANALYZE,), expires_on=day) for n, day in enumerate(days)
    )
    return AgencyGrants("northlight", "3", grants)


def file(*days: date | None) -> AccessFile:
    return AccessFile("1", agencies=(agency(*days),))


def test_a_grant_exists_on_its_last_day_and_not_after_it() -> None:
    grants = file(date(2026, 11, 25), TODAY, None)

    assert [grant.pixel.label for _, grant in grants.ended_on(TODAY)] == ["p0"]
