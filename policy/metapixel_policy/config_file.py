"""Names in a policy configuration file that mean nothing.

The engine checks the values of the settings it knows. A rule it does not know it passes over, so a
misspelt name would leave a rule unconfigured and nobody would notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from pulumi_policy import Policy

#: Names that the engine itself understands.
_OF_THE_ENGINE = ("all", "environments")
_OF_EACH_RULE = ("enforcementLevel",)


def unknown_names(document: object, rules: Iterable[Policy]) -> Iterator[str]:
    """A sentence for each rule or setting that does not exist.

    `document` is the parsed file, in the plain form or in version 2 (rules under `policies`).
    """
    if not isinstance(document, Mapping):
        yield "the file is not an object with a key for each rule"
        return
    versioned = isinstance(document.get("version"), int)
    configured = document.get("policies", {}) if versioned else document
    settings = {rule.name: _settings(rule) for rule in rules}
    for name, value in configured.items():
        if name in settings:
            for setting in value if isinstance(value, Mapping) else ():
                if setting not in (*settings[name], *_OF_EACH_RULE):
                    meant = _meant(setting, settings[name])
                    yield f"{name}: there is no setting '{setting}'{meant}"
        elif name not in _OF_THE_ENGINE:
            yield f"there is no rule '{name}'{_meant(name, settings)}"


def _settings(rule: Policy) -> list[str]:
    return list(rule.config_schema.properties) if rule.config_schema else []


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
