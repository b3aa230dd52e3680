"""What a rule can be told in the policy configuration file.

A setting is a schema, by which the engine checks the file before anything runs, and the typed value
that the rule works with. The engine lets names pass that no rule knows; they are refused here.
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
    """One named setting; `default` is written as in the file.

    A rule with a setting that has no default does not apply until that setting is configured.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    parse: Callable[[Any], T]
    default: Any = None


class Config:
    """The settings of one rule: what the file says, else the defaults.

    Raises ValueError naming the setting that is unknown or wrong.
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
            try:
                self._values[name] = None if raw is None else setting.parse(raw)
            except (ValueError, TypeError, AttributeError) as error:
                raise ValueError(f"{name}: {error}") from None

    def __getitem__(self, setting: Setting[T]) -> T:
        value: T = self._values[setting.name]
        return value

    @property
    def missing(self) -> str | None:
        """The first setting that has neither a value nor a default."""
        return next((name for name, value in self._values.items() if value is None), None)


def schema(settings: Iterable[Setting[Any]]) -> PolicyConfigSchema | None:
    """The schema of a rule's part of the configuration file, or None when it has no settings."""
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
    """A list of ids, each a string of digits: as a JSON number an id may lose digits."""
    items = {"type": "string", "pattern": _ID}
    return Setting(name, description, {"type": "array", "items": items}, _ids, default)


def ad_account_list(name: str, description: str) -> Setting[frozenset[str]]:
    """A list of ad accounts, each written `act_123` or `123`."""
    items = {"type": "string", "pattern": "^(act_)?[0-9]{1,32}$"}
    return Setting(name, description, {"type": "array", "items": items}, _ad_accounts)


def number(name: str, description: str, default: int) -> Setting[int]:
    """A whole number of at least 1."""
    return Setting(name, description, {"type": "integer", "minimum": 1}, _positive, default)


def number_by_id(name: str, description: str) -> Setting[dict[str, int]]:
    """A whole number of at least 1 for each of some ids."""
    schema = _by_id({"type": "integer", "minimum": 1})
    return Setting(name, description, schema, lambda given: _each(given, _positive), {})


def task_list(name: str, description: str, default: list[str]) -> Setting[frozenset[Task]]:
    """A list of tasks."""
    return Setting(name, description, _TASKS, _tasks, default)


def task_list_by_id(name: str, description: str) -> Setting[dict[str, frozenset[Task]]]:
    """A list of tasks for each of some ids."""
    return Setting(name, description, _by_id(_TASKS), lambda given: _each(given, _tasks), {})


def _by_id(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {_ID: value}, "additionalProperties": False}


def _ids(given: Iterable[object]) -> frozenset[str]:
    return frozenset(ids.digits(value) for value in given)


def _ad_accounts(given: Iterable[object]) -> frozenset[str]:
    return frozenset(ids.ad_account(value) for value in given)


def _tasks(given: Iterable[str]) -> frozenset[Task]:
    return frozenset(canonical(given))


def _positive(given: float) -> int:
    if given < 1 or given != int(given):
        raise ValueError(f"{given} is not a whole number of at least 1")
    return int(given)


def _each(given: Mapping[str, Any], parse: Callable[[Any], T]) -> dict[str, T]:
    return {ids.digits(key): parse(value) for key, value in given.items()}
