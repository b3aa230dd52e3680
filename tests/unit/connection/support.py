"""Configurations of values and an environment."""

from __future__ import annotations

from metapixel_provider.connection.configuration import Configuration


def configuration(
    values: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
    with_stack: bool = True,
    provider: str = "",
) -> Configuration:
    """A configuration; the keys are those of `metapixel:`."""
    keyed = {f"metapixel:{key}": value for key, value in (values or {}).items()}
    return Configuration(keyed.get, environment or {}, with_stack, provider)
