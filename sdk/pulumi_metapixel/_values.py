"""Conversion of the values that a program passes to types that the engine can transport."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, datetime

import pulumi

#: A value, an awaitable or output of one, or None.
Given = pulumi.Input[object] | None


def day(value: Given) -> Given:
    """Convert a date to `YYYY-MM-DD`. The time and the time zone of a `datetime` are ignored."""
    return converted(value, as_day)


def converted(value: Given, convert: Callable[[object], object]) -> Given:
    """Return the converted value, or an output of it if the value is not known yet."""
    if isinstance(value, pulumi.Output):
        return value.apply(convert)
    if inspect.isawaitable(value):
        return pulumi.Output.from_input(value).apply(convert)
    return convert(value)


def as_day(value: object) -> object:
    """Return the date of a `date` or `datetime` as text, and any other value unchanged."""
    whole = value.date() if isinstance(value, datetime) else value
    return whole.isoformat() if isinstance(whole, date) else whole
