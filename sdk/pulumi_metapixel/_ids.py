"""Ids as a program gives them."""

from __future__ import annotations

import pulumi

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.sharing import ids
from pulumi_metapixel._values import Given, converted


def parts(resource_id: str, count: int) -> tuple[str, ...]:
    """The ids that a resource id consists of. Raises pulumi.RunError for another form."""
    try:
        return ids.parts(resource_id, count)
    except MetaPixelError as error:
        raise pulumi.RunError(str(error)) from None


def exact(value: Given) -> Given:
    """An id that was given as a number, as text: to the engine numbers are floats, and round.

    A float becomes text as well. It may be rounded already, so it keeps its decimal point, and the
    provider refuses it on its property.
    """
    return converted(value, _as_text)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
