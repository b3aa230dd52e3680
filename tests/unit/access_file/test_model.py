"""Questions to the model of an access file."""

from __future__ import annotations

from datetime import date

from metapixel_provider.access_file.model import AccessFile, AgencyGrants, Grant, Pixel
from metapixel_provider.sharing.tasks import Task

TODAY = date(2026, 11, 26)
PIXEL = Pixel("shop-fr", "2", ("shop-france", "france"))


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

    assert [grant.pixel.label for _, grant in grants.grants_on(TODAY)] == ["p1", "p2"]
    assert [grant.pixel.label for _, grant in grants.ended_on(TODAY)] == ["p0"]


def test_a_grant_ends_soon_from_some_days_before_its_last_day_until_this_day() -> None:
    grants = file(date(2026, 11, 25), TODAY, date(2026, 12, 6), date(2026, 12, 7), None)

    found = [grant.pixel.label for _, grant in grants.ending_soon(TODAY, 10)]

    assert found == ["p1", "p2"]


def test_the_names_of_a_share_are_its_name_and_its_former_names() -> None:
    grants = AgencyGrants("northlight", "3", (Grant(PIXEL, ()),), previously=("north",))

    assert grants.share_names(grants.grants[0]) == (
        "northlight-shop-fr",
        "northlight-shop-france",
        "northlight-france",
        "north-shop-fr",
        "north-shop-france",
        "north-france",
    )


def test_the_names_of_a_permission_end_with_the_ad_account() -> None:
    grants = AgencyGrants("northlight", "3", (Grant(PIXEL, ()),))

    assert grants.permission_names(grants.grants[0], "607") == (
        "northlight-shop-fr-607",
        "northlight-shop-france-607",
        "northlight-france-607",
    )
