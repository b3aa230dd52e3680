"""Ids as a program gives them."""

from __future__ import annotations

import pulumi

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.sharing import ids


def parts(resource_id: str, count: int) -> tuple[str, ...]:
    """The ids that a resource id consists of. Raises pulumi.RunError for another form."""
    try:
        return ids.parts(resource_id, count)
    except MetaPixelError as error:
        raise pulumi.RunError(str(error)) from None


def exact(value: pulumi.Input[object] | None) -> pulumi.Input[object] | None:
    """An id written as a number, as text: to the engine numbers are floats, and round."""
    if isinstance(value, pulumi.Output):
        return value.apply(_as_text)
    return _as_text(value)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
