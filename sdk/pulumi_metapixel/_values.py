"""Conversion of the values that a program passes to types that the engine can transport."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import partial

import pulumi

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.tasks import Task, TaskName

Tasks = pulumi.Input[Sequence[pulumi.Input[Task | TaskName]] | AbstractSet[Task | TaskName]]

#: The maximum length of the name of a credential set. Meta's tokens are longer.
_LONGEST_NAME = 40


def transported(name: str, value: object) -> object:
    """Return the value of an input as the engine transports it: without sets, dates and floats.

    If the value is not known yet, the result is an output. Raises pulumi.RunError if the name of a
    credential set may be a token.
    """
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        return pulumi.Output.from_input(value).apply(partial(transported, name))
    if name == "credentials" and len(str(value)) > _LONGEST_NAME:
        # The engine would print the token.
        raise pulumi.RunError(
            f"`credentials` is too long for the name of a credential set ({len(str(value))} "
            f"characters), so it may be a token: pass the name of a set in metapixel:credentials, "
            f"and revoke the token if others can read this program"
        )
    if name.endswith("_id"):
        return _as_id(value)
    return list(value) if isinstance(value, AbstractSet) else as_day(value)


def _as_id(value: object) -> object:
    """Return a number as text. The engine would round it, because it transports it as a float."""
    if isinstance(value, float) and ids.is_exact(value):
        # Programs in other languages pass each number as a float.
        value = int(value)
    # The text of any other float has a decimal point, or an exponent, which the provider rejects.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def as_day(value: object) -> object:
    """Return a date, or the date of a `datetime`, as `YYYY-MM-DD`. Keep any other value."""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value
