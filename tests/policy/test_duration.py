"""How long access lasts."""

import pytest

from metapixel_policy import edit_expires_soon, share_expires
from tests.policy.conftest import Build, InDays, Judge


def test_a_share_that_ends_in_time_passes(violations: Judge, share: Build) -> None:
    assert violations(share_expires, share()) == []


def test_a_share_without_a_last_day_is_refused(violations: Judge, share: Build) -> None:
    (message,) = violations(share_expires, share(expires_on=...))

    assert message.startswith("The share has no `expires_on`. ")


def test_a_share_passes_on_its_last_day(violations: Judge, share: Build, in_days: InDays) -> None:
    assert violations(share_expires, share(expires_on=in_days(0))) == []


def test_a_share_that_has_ended_is_refused(
    violations: Judge, share: Build, in_days: InDays
) -> None:
    (message,) = violations(share_expires, share(expires_on=in_days(-1)))

    assert message.startswith("The share is past its last day. ")
    assert "remove access that has ended" in message


@pytest.mark.parametrize(("days", "refused"), [(90, False), (91, True)])
def test_a_share_lasts_at_most_the_days_configured(
    violations: Judge, share: Build, in_days: InDays, days: int, refused: bool
) -> None:
    found = violations(share_expires, share(expires_on=in_days(days)), config={"max_days": 90})

    assert bool(found) is refused


def test_a_share_without_edit_may_last_longer_than_edit(
    violations: Judge, share: Build, in_days: InDays
) -> None:
    assert violations(edit_expires_soon, share(expires_on=in_days(300))) == []


def test_edit_that_ends_soon_passes(violations: Judge, share: Build, in_days: InDays) -> None:
    assert violations(edit_expires_soon, share(permitted_tasks=["EDIT"])) == []


def test_edit_without_a_last_day_is_refused(violations: Judge, share: Build) -> None:
    broken = share(permitted_tasks=["EDIT"], expires_on=...)

    (message,) = violations(edit_expires_soon, broken)

    assert message.startswith("The share has EDIT but no `expires_on`. ")


def test_edit_that_lasts_is_refused_with_the_latest_day(
    violations: Judge, share: Build, in_days: InDays
) -> None:
    broken = share(permitted_tasks=["EDIT"], expires_on=in_days(31))

    (message,) = violations(edit_expires_soon, broken)

    assert f"after {in_days(30)}" in message
