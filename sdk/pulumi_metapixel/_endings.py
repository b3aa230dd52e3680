"""The end of access by date: the date that counts as today, and the notices about ends."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pulumi

from metapixel_provider.sharing.days import (
    WARNING_DAYS,
    configured_today,
    configured_warning_days,
    day,
)
from pulumi_metapixel._values import as_day

#: The maximum number of labels in a notice.
_MOST_LABELS = 5


@dataclass(frozen=True)
class Calendar:
    """The UTC date of a run. It warns during `warning_days` days before the last day of access."""

    today: date
    warning_days: int = WARNING_DAYS

    def has_passed(self, last_day: date | None) -> bool:
        """Return whether the last day of an access lies before today."""
        return last_day is not None and last_day < self.today

    def warns_of(self, last_day: date) -> bool:
        """Return whether the run warns about access with this last day."""
        left = (last_day - self.today).days
        return self.warning_days > 0 and 0 <= left <= self.warning_days


def configured_calendar() -> Calendar:
    """Return the calendar that the stack configures. Warn if it configures the date.

    Raises pulumi.RunError if a value is wrong.
    """
    config = pulumi.Config("metapixel")
    today, days = config.get("today"), config.get("endWarningDays")
    try:
        warning_days = WARNING_DAYS if days is None else configured_warning_days(days)
    except ValueError as error:
        raise pulumi.RunError(f"metapixel:endWarningDays: {error}") from None
    if today is None:
        return Calendar(datetime.now(UTC).date(), warning_days)
    try:
        fixed = configured_today(today)
    except ValueError as error:
        raise pulumi.RunError(f"metapixel:today: {error}") from None
    pulumi.log.warn(f"metapixel:today is configured, so {fixed} counts as the current date")
    return Calendar(fixed, warning_days)


def last_day(value: object, of: str) -> date | None:
    """Return a program's `expires_on` as a date. `of` names the access in errors.

    Raises pulumi.RunError if the value is not a date, or if it is not known while the program runs.
    """
    if value is None:
        return None
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        raise pulumi.RunError(
            f"{of}: expires_on is an output, but the program must know the date to decide whether "
            f"the access has ended; pass a date, or text of the form YYYY-MM-DD"
        )
    try:
        return day(str(as_day(value)).strip())
    except ValueError as error:
        raise pulumi.RunError(f"{of}: expires_on: {error}") from None


def report_ends(
    component: pulumi.Resource | None,
    access: str,
    last_days: Mapping[str, date | None],
    calendar: Calendar,
    remains: str = "",
) -> None:
    """Report past dates, and warn about near dates.

    `last_days` maps labels to dates. `access` precedes the labels: "access of northlight to".
    `remains` ends the report of a past date.
    """
    for last, labels in _by_date(last_days):
        subject = f"{access} {_listed(labels)}"
        if calendar.has_passed(last):
            ended = f"ended on {last} and is no longer declared{remains}"
            pulumi.log.info(f"The {subject} {ended}", component)
        elif calendar.warns_of(last):
            left = (last - calendar.today).days
            when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
            pulumi.log.warn(
                f"The last day of the {subject} is {last} ({when}); change expires_on if the "
                f"access has to last longer",
                component,
            )


def _by_date(last_days: Mapping[str, date | None]) -> list[tuple[date, Sequence[str]]]:
    labels: defaultdict[date, list[str]] = defaultdict(list)
    for label, last in last_days.items():
        if last is not None:
            labels[last].append(label)
    return sorted(labels.items())


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > _MOST_LABELS:
        kept = _MOST_LABELS - 1
        return f"{', '.join(labels[:kept])} and {len(labels) - kept} other pixels"
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
