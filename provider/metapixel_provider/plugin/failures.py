"""The text of an error that the engine shows to the user."""

from __future__ import annotations

import traceback

import pulumi

from metapixel_provider.errors import MetaPixelError, TokenError
from metapixel_provider.plugin.operations import CONFIGURATION_OF_THE_LAST_UP


def text_of(error: Exception) -> str:
    """Return an expected error as one sentence, and a bug with its traceback."""
    if isinstance(error, pulumi.RunError):
        return str(error)
    if isinstance(error, MetaPixelError):
        hint = CONFIGURATION_OF_THE_LAST_UP if isinstance(error, TokenError) else ""
        return f"{error}{hint}"
    trace = "".join(traceback.format_exception(error, limit=50))
    return f"this is a bug in pulumi-metapixel, please report it:\n{trace}"
