"""A mapping that finds the items of a group without a scan of all items."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Grouped(MutableMapping[Key, Value], Generic[Key, Value]):
    """A mapping in the order of insertion. `group` returns the group of a key."""

    def __init__(self, group: Callable[[Key], Hashable]) -> None:
        self._group = group
        self._items: dict[Key, Value] = {}
        self._groups: dict[Hashable, dict[Key, Value]] = {}

    def of(self, group: Hashable) -> Mapping[Key, Value]:
        return self._groups.get(group, {})

    def __getitem__(self, key: Key) -> Value:
        return self._items[key]

    def __setitem__(self, key: Key, value: Value) -> None:
        self._items[key] = value
        self._groups.setdefault(self._group(key), {})[key] = value

    def __delitem__(self, key: Key) -> None:
        del self._items[key]
        del self._groups[self._group(key)][key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
