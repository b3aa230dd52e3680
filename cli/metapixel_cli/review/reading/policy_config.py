"""The effect of a policy configuration file on the rules of `metapixel_policy`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from metapixel_cli.review.reading.output import InputError


@dataclass(frozen=True)
class PolicyConfig:
    """The names of all rules of `metapixel_policy`, and of the rules that the file switches off."""

    rules: frozenset[str]
    disabled: frozenset[str]
    not_configured: frozenset[str]
    """Rules that do not apply, because they lack a setting that has no default."""


def read_policy_config(data: bytes) -> PolicyConfig:
    """Return the effect of a file.

    Raises InputError if the file is not a JSON object, or if `metapixel_policy` is not installed.
    """
    try:
        # Only this option needs the package, which imports Pulumi.
        from metapixel_policy import RULES
        from metapixel_policy.config_file import disabled, missing_settings
    except ModuleNotFoundError as error:
        raise InputError(str(error)) from None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, Mapping):
        raise InputError("The policy configuration is not a JSON object")
    return PolicyConfig(
        rules=frozenset(rule.name for rule in RULES),
        disabled=frozenset(disabled(document, RULES)),
        not_configured=frozenset(rule for rule, _ in missing_settings(document, RULES)),
    )
