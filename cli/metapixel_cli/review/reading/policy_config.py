"""The effect of a policy configuration file on the rules of `metapixel_policy`."""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_cli.review.reading.output import InputError
from metapixel_cli.stacks.engine import parsed


def without_effect_of(data: bytes) -> frozenset[str]:
    """Return the rules that a file disables, or that lack a required setting in it.

    Raises InputError if the file is not a JSON object, or if `metapixel_policy` is not installed.
    """
    try:
        # Only this option needs the package, which imports Pulumi.
        from metapixel_policy.config_file import disabled, missing_settings
    except ModuleNotFoundError as error:
        raise InputError(str(error)) from None
    document = parsed(data)
    if not isinstance(document, Mapping):
        raise InputError("The policy configuration is not a JSON object")
    incomplete = (rule for rule, _ in missing_settings(document))
    return frozenset([*disabled(document), *incomplete])
