"""Conversion of the ids that a program passes."""

from __future__ import annotations

import pulumi

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.sharing import ids
from pulumi_metapixel._values import Given, converted


def parts(resource_id: str, count: int) -> tuple[str, ...]:
    """Split a resource id into `count` ids. Raise pulumi.RunError if it is malformed."""
    try:
        return ids.parts(resource_id, count)
    except MetaPixelError as error:
        raise pulumi.RunError(str(error)) from None


def exact(value: Given) -> Given:
    """Convert an id that is a number to text, because the engine would round it as a float.

    A float is converted too. The provider rejects its text, which has a decimal point, because the
    float may have been rounded.
    """
    return converted(value, _as_text)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
