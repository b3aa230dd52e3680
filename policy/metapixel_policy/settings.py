"""The settings of rules in the policy configuration file.

A setting has a schema, with which the engine checks the file, and a function that parses the
checked value. The engine accepts unknown names, so this module rejects them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pulumi_policy import PolicyConfigSchema

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.tasks import Task, canonical

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A named setting. `default` is written as in the file.

    If some settings of a rule have no default, the rule does not apply until one of them is
    configured.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    parse: Callable[[Any], T]
    default: Any = None


class Config:
    """The settings of one rule. A setting that the file omits has its default.

    Raises ValueError if a setting is unknown.
    """

    def __init__(self, settings: Iterable[Setting[Any]], given: Mapping[str, Any]) -> None:
        known = {setting.name: setting for setting in settings}
        self._values: dict[str, Any] = {}
        for name in given:
            if name not in known:
                names = ", ".join(known) or "none"
                raise ValueError(f"there is no setting '{name}'; the settings are: {names}")
        for name, setting in known.items():
            raw = given.get(name, setting.default)
            self._values[name] = None if raw is None else setting.parse(raw)
        self._required = [setting.name for setting in known.values() if setting.default is None]

    def __getitem__(self, setting: Setting[T]) -> T:
        value: T = self._values[setting.name]
        return value

    def get(self, setting: Setting[T], otherwise: T) -> T:
        """Return the value of a setting, or `otherwise` if it has neither a value nor a default."""
        value: T | None = self._values[setting.name]
        return otherwise if value is None else value

    @property
    def missing(self) -> str:
        """The required settings, joined by "or". Empty if the rule applies."""
        if any(self._values[name] is not None for name in self._required):
            return ""
        return one_of(self._required)


def one_of(names: Iterable[str]) -> str:
    """Return names as a choice: `'agencies' or 'others'`."""
    return " or ".join(f"'{name}'" for name in names)


def schema(settings: Iterable[Setting[Any]]) -> PolicyConfigSchema | None:
    """Return the schema of a rule's part of the file, or None if the rule has no settings."""
    properties: dict[str, dict[str, Any]] = {}
    for setting in settings:
        properties[setting.name] = {"description": setting.description, **setting.schema}
        if setting.default is not None:
            properties[setting.name]["default"] = setting.default
    return PolicyConfigSchema(properties=properties) if properties else None


_ID = "^[0-9]{1,32}$"
_TASKS = {"type": "array", "items": {"type": "string", "enum": [task.value for task in Task]}}


def id_list(
    name: str, description: str, default: list[str] | None = None
) -> Setting[frozenset[str]]:
    """Return a setting that lists ids. They are strings, because a JSON number can lose digits."""
    items = {"type": "string", "pattern": _ID}
    return Setting(name, description, {"type": "array", "items": items}, _ids, default)


def ad_account_list(name: str, description: str) -> Setting[frozenset[str]]:
    """Return a setting that lists ad accounts, each written as `act_123` or `123`."""
    items = {"type": "string", "pattern": "^(act_)?[0-9]{1,32}$"}
    return Setting(name, description, {"type": "array", "items": items}, _ad_accounts)


def number(name: str, description: str, default: int) -> Setting[int]:
    """Return a setting that is a whole number of at least 1."""
    return Setting(name, description, {"type": "integer", "minimum": 1}, int, default)


def number_by_id(name: str, description: str) -> Setting[dict[str, int]]:
    """Return a setting that maps ids to whole numbers of at least 1."""
    schema = _by_id({"type": "integer", "minimum": 1})
    return Setting(name, description, schema, lambda given: _each(given, int), {})


def task_list(name: str, description: str) -> Setting[frozenset[Task]]:
    return Setting(name, description, _TASKS, _tasks)


def task_list_by_id(name: str, description: str) -> Setting[dict[str, frozenset[Task]]]:
    return Setting(name, description, _by_id(_TASKS), lambda given: _each(given, _tasks))


def _by_id(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {_ID: value}, "additionalProperties": False}


def _ids(given: Iterable[object]) -> frozenset[str]:
    return frozenset(ids.digits(value) for value in given)


def _ad_accounts(given: Iterable[object]) -> frozenset[str]:
    return frozenset(ids.ad_account(value) for value in given)


def _tasks(given: Iterable[str]) -> frozenset[Task]:
    return frozenset(canonical(given))


def _each(given: Mapping[str, Any], parse: Callable[[Any], T]) -> dict[str, T]:
    return {ids.digits(key): parse(value) for key, value in given.items()}
