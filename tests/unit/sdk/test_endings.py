"""Access ends after its last day, and the notices name each end once."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from datetime import UTC, date, datetime, timedelta

import pulumi
import pytest
from pulumi.runtime import set_all_config

from pulumi_metapixel._endings import last_day, report_ends
from pulumi_metapixel._resource import Run

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """Leaves nothing configured for other tests."""
    yield
    set_all_config({})


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(("left", "warns"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_warning_begins_30_days_before_the_last_day(
    left: int, warns: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    report_ends(None, "access of northlight to", {"a": days(left)}, TODAY)

    assert ("warning: The last day" in capsys.readouterr().err) is warns


def test_a_notice_names_each_end_that_is_past_or_near(capsys: pytest.CaptureFixture[str]) -> None:
    last_days = {"a": days(12), "b": days(1), "c": TODAY, "d": days(31), "e": days(-26)}
    last_days |= {"f": TODAY, "g": TODAY}

    report_ends(None, "access of northlight to", last_days, TODAY)

    captured = capsys.readouterr()
    assert [line.partition(";")[0] for line in (captured.out + captured.err).splitlines()] == [
        "info: The access of northlight to e ended on 2026-10-31 and is no longer declared",
        "warning: The last day of the access of northlight to c, f and g is 2026-11-26 (today)",
        "warning: The last day of the access of northlight to b is 2026-11-27 (tomorrow)",
        "warning: The last day of the access of northlight to a is 2026-12-08 (in 12 days)",
    ]


@pytest.mark.parametrize("given", [" 2026-12-31 ", date(2026, 12, 31)])
def test_a_last_day_is_a_date_or_text(given: object) -> None:
    assert last_day(given, "access") == date(2026, 12, 31)


@pytest.mark.parametrize("given", ["2026-13-01", "2026-W13", 20261231, ""])
def test_a_last_day_of_another_form_is_refused(given: object) -> None:
    with pytest.raises(
        pulumi.RunError, match=r"access: `expires_on`: '.*' is not a date; write YYYY"
    ):
        last_day(given, "access")


async def _later() -> str:
    return "2026-12-31"


def test_a_last_day_that_the_program_does_not_know_is_refused() -> None:
    awaitable: Awaitable[str] = _later()
    for given in (pulumi.Output.from_input("2026-12-31"), awaitable):
        with pytest.raises(pulumi.RunError, match="access: `expires_on` is an output"):
            last_day(given, "access")
    awaitable.close()  # type: ignore[attr-defined]


def test_without_configuration_the_date_in_utc_counts() -> None:
    before = datetime.now(UTC).date()
    today = Run().today

    assert before <= today <= datetime.now(UTC).date()


@pytest.mark.parametrize("written", ["2026-10-01", "2026-10-01 00:00:00 +0000 UTC"])
def test_a_configured_date_counts_and_is_named(
    written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_all_config({"metapixel:today": written})

    assert Run().today == date(2026, 10, 1)
    assert "metapixel:today is configured, so 2026-10-01 counts" in capsys.readouterr().err


def test_a_wrong_date_in_the_configuration_is_refused() -> None:
    set_all_config({"metapixel:today": "tomorrow"})

    with pytest.raises(pulumi.RunError, match="metapixel:today: 'tomorrow' is not a date; write"):
        _ = Run().today
