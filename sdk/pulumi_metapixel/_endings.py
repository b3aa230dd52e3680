"""The end of access by date: the last day in a program, and the notices about ends."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import date

import pulumi

from metapixel_provider.sharing.days import day
from pulumi_metapixel._values import as_day

#: The number of days before the last day of access on which runs begin to warn.
_WARNING_DAYS = 30


def last_day(value: object, of: str) -> date | None:
    """Return a program's `expires_on` as a date. `of` names the access in errors.

    Raises pulumi.RunError if the value is not a date, or if it is not known while the program runs.
    """
    if value is None:
        return None
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        raise pulumi.RunError(
            f"{of}: `expires_on` is an output, but the program must know the date to decide "
            f"whether the access has ended; pass a date, or text of the form YYYY-MM-DD"
        )
    text = str(as_day(value)).strip()
    try:
        return day(text)
    except ValueError as error:
        raise pulumi.RunError(f"{of}: `expires_on`: {error}") from None


def report_ends(
    component: pulumi.Resource | None,
    access: str,
    last_days: Mapping[str, date | None],
    today: date,
) -> None:
    """Report the past and near dates in `last_days`, which are by label.

    `access` precedes the labels: "access of northlight to".
    """
    for last in sorted({each for each in last_days.values() if each is not None}):
        *others, label = [label for label, each in last_days.items() if each == last]
        labels = f"{', '.join(others)} and {label}" if others else label
        report_end(component, f"{access} {labels}", last, today)


def report_end(
    component: pulumi.Resource | None, access: str, last: date, today: date, remains: str = ""
) -> None:
    """Report a past last day of `access`, with what `remains`. Warn about a near one."""
    days = (last - today).days
    if days < 0:
        ended = f"ended on {last} and is no longer declared{remains}"
        pulumi.log.info(f"The {access} {ended}", component)
    elif days <= _WARNING_DAYS:
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        pulumi.log.warn(
            f"The last day of the {access} is {last} ({when}); change `expires_on` if the "
            f"access has to last longer",
            component,
        )
