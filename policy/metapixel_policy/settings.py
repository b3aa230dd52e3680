"""The settings of rules in the policy configuration file.

A setting is a JSON Schema, with which the engine checks the file. A setting without a default is
required: if a rule has such settings, it does not apply until one of them is configured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metapixel_provider.sharing.tasks import Task

#: The schema of a setting.
Setting = dict[str, Any]

_ID = "^[0-9]{1,32}$"
_COUNT = {"type": "integer", "minimum": 1}
_TASKS = {"type": "array", "items": {"type": "string", "enum": [task.value for task in Task]}}


def required(settings: Mapping[str, Setting]) -> list[str]:
    """Return the names of the required settings. Each is enough by itself."""
    return [name for name, setting in settings.items() if "default" not in setting]


def values(settings: Mapping[str, Setting], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configured values and defaults. Raise ValueError if a name is unknown.

    The engine accepts unknown names.
    """
    for name in given:
        if name not in settings:
            names = ", ".join(settings) or "none"
            raise ValueError(f"there is no setting '{name}'; the settings are: {names}")
    defaults = {name: each["default"] for name, each in settings.items() if "default" in each}
    return {**defaults, **given}


def one_of(names: Iterable[str]) -> str:
    """Return names as a choice: `'agencies' or 'others'`."""
    return " or ".join(f"'{name}'" for name in names)


def id_list(description: str, default: list[str] | None = None) -> Setting:
    """Return a setting that lists ids. They are strings, because a JSON number can lose digits."""
    return _list_of(_ID, description) | ({} if default is None else {"default": default})


def ad_account_list(description: str) -> Setting:
    """Return a setting that lists ad accounts, each written as `act_123` or `123`."""
    return _list_of("^(act_)?[0-9]{1,32}$", description)


def number(description: str, *, default: int) -> Setting:
    """Return a setting that is a whole number of at least 1. The engine passes it as a float."""
    return {"description": description, **_COUNT, "default": default}


def number_by_id(description: str) -> Setting:
    """Return a setting that maps ids to whole numbers of at least 1."""
    return _by_id(_COUNT, description) | {"default": {}}


def task_list(description: str) -> Setting:
    return {"description": description, **_TASKS}


def task_list_by_id(description: str) -> Setting:
    return _by_id(_TASKS, description)


def _list_of(pattern: str, description: str) -> Setting:
    items = {"type": "string", "pattern": pattern}
    return {"description": description, "type": "array", "items": items}


def _by_id(value: Setting, description: str) -> Setting:
    by_id = {"patternProperties": {_ID: value}, "additionalProperties": False}
    return {"description": description, "type": "object", **by_id}
