"""The settings of rules in the policy configuration file.

A setting is a JSON Schema, with which the engine checks the file. A setting without a default is
required: if a rule has such settings, it does not apply until one of them is configured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pulumi_policy import Policy

from metapixel_provider.sharing.tasks import Task
from metapixel_provider.texts import suggestion

Setting = dict[str, Any]

_ID = "^[0-9]{1,32}$"
_TEXT = {"type": "string"}


def _by_id(value: Setting) -> Setting:
    return {"type": "object", "patternProperties": {_ID: value}, "additionalProperties": False}


#: Ids are strings, because a JSON number can lose digits.
IDS: Setting = {"type": "array", "items": _TEXT | {"pattern": _ID}}
#: Ad accounts, each written as `act_123` or `123`.
AD_ACCOUNTS: Setting = {"type": "array", "items": _TEXT | {"pattern": "^(act_)?[0-9]{1,32}$"}}
#: A whole number of at least 1. The engine passes it as a float.
COUNT: Setting = {"type": "integer", "minimum": 1}
COUNT_BY_ID = _by_id(COUNT)
TASKS: Setting = {"type": "array", "items": _TEXT | {"enum": [task.value for task in Task]}}
TASKS_BY_ID = _by_id(TASKS)


def setting(form: Setting, description: str, **default: object) -> Setting:
    """Return a setting of one of these forms, with a `default` unless it is required."""
    return {**form, "description": description, **default}


def settings_of(rule: Policy) -> Mapping[str, Setting]:
    return rule.config_schema.properties if rule.config_schema else {}


def required(settings: Mapping[str, Setting]) -> list[str]:
    """Return the names of the required settings. Each is enough by itself."""
    return [name for name, setting in settings.items() if "default" not in setting]


def unknown(settings: Mapping[str, Setting], given: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each name that is no setting. The engine accepts such names."""
    for name in given:
        if name not in settings:
            yield f"there is no setting '{name}'{suggestion(name, settings)}"


def one_of(names: Iterable[str]) -> str:
    """Return names as a choice: `'agencies' or 'others'`."""
    return " or ".join(f"'{name}'" for name in names)
