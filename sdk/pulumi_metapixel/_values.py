"""Values as a program gives them, in the form in which they can travel to the provider."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, datetime

import pulumi

#: A value, one that comes later, or none.
Given = pulumi.Input[object] | None


def day(value: Given) -> Given:
    """A date as `YYYY-MM-DD`; of a date with a time, the date that is written in it."""
    return converted(value, _as_day)


def converted(value: Given, convert: Callable[[object], object]) -> Given:
    """The converted value, once it is there."""
    if isinstance(value, pulumi.Output):
        return value.apply(convert)
    if inspect.isawaitable(value):
        return pulumi.Output.from_input(value).apply(convert)
    return convert(value)


def _as_day(value: object) -> object:
    whole = value.date() if isinstance(value, datetime) else value
    return whole.isoformat() if isinstance(whole, date) else whole
