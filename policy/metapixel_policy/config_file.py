"""Checks of a policy configuration file for mistakes that the engine does not report.

The engine checks only the values of known settings. It ignores a rule that does not exist, and it
silently skips a rule whose required setting is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metapixel_policy.rules import RULES
from metapixel_policy.settings import required, settings_of, unknown
from metapixel_provider.texts import suggestion

_OF_THE_ENGINE = ("all", "environments")
_OF_VERSION_2 = ("version", "environments", "policies", "exceptions")


def unknown_names(document: object) -> Iterator[str]:
    """Yield a sentence for each rule or setting that does not exist, or is in the wrong place.

    `document` is the parsed file, in the plain form or in version 2 (rules under `policies`).
    """
    if not isinstance(document, Mapping):
        yield "the file is not an object with a key for each rule"
        return
    if _is_version_2(document):
        for name in document:
            if name not in _OF_VERSION_2:
                yield f"'{name}' has no effect here: with \"version\", it belongs under 'policies'"
    settings = {rule.name: settings_of(rule) for rule in RULES}
    for name, value in _rules_in(document).items():
        if name in settings:
            given = _as_mapping(value).keys() - {"enforcementLevel"}
            for sentence in unknown(settings[name], sorted(given)):
                yield f"{name}: {sentence}"
        elif name not in _OF_THE_ENGINE:
            yield f"there is no rule '{name}'{suggestion(name, settings)}"


def missing_settings(document: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Yield each rule that does not apply, with its required settings. Each is enough by itself."""
    configured = _rules_in(document)
    for rule in RULES:
        needed = required(settings_of(rule))
        given = _as_mapping(configured.get(rule.name))
        if needed and given.keys().isdisjoint(needed):
            yield rule.name, needed


def disabled_rules(document: Mapping[str, object]) -> Iterator[str]:
    """Yield the name of each rule that the file disables, by its own name or by `all`."""
    configured = _rules_in(document)
    for rule in RULES:
        level = _level(configured.get(rule.name)) or _level(configured.get("all"))
        if level == "disabled":
            yield rule.name


def _level(given: object) -> object:
    return given.get("enforcementLevel") if isinstance(given, Mapping) else given


def _rules_in(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return _as_mapping(document.get("policies")) if _is_version_2(document) else document


def _as_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_version_2(document: Mapping[str, Any]) -> bool:
    """Return True if the engine reads rules only under `policies`.

    If the value of `version` is not a number, the engine treats `version` as the name of a rule.
    """
    version = document.get("version")
    return isinstance(version, (int, float)) and not isinstance(version, bool)
