"""The errors of a run, as the engine shows them to the user."""

from __future__ import annotations

import traceback

import pulumi

from metapixel_provider.connection.environment import APP_SECRET, TOKEN
from metapixel_provider.errors import MetaPixelError, TokenError
from metapixel_provider.graph.classify import PROOF_ADVICE

_CONFIGURATION_OF_THE_LAST_UP = (
    " - an import, refresh (also `pulumi up --refresh`) and destroy use the configuration of "
    "the last `pulumi up`, even if that command failed: after a change of the configuration, run a "
    "plain `pulumi up` first, or add --run-program, which an import does not have"
)


def text_of(error: Exception) -> str:
    """Return an expected error as one sentence, and a bug with its traceback."""
    if isinstance(error, TokenError):
        origin = error.origin
        source = origin.app_secret if error.advice == PROOF_ADVICE else origin.token
        return f"{error}{hint_if_outdated(source)}"
    if isinstance(error, pulumi.RunError | MetaPixelError):
        return str(error)
    trace = "".join(traceback.format_exception(error, limit=50))
    return f"this is a bug in pulumi-metapixel, please report it:\n{trace}"


def hint_if_outdated(source: str) -> str:
    """Return the hint for a secret that may be outdated, because it is from the configuration."""
    is_variable = source.startswith((TOKEN, APP_SECRET))
    return "" if is_variable else _CONFIGURATION_OF_THE_LAST_UP
