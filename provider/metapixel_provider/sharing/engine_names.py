"""The names of our properties in the engine, and in the messages about a resource.

The dynamic provider uses the domain's names, such as `permitted_tasks`. The native plugin uses
names such as `permittedTasks`, and its state can still have the dynamic provider's names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from metapixel_provider.sharing.resource_types import ResourceType

T = TypeVar("T")

#: The name of the property at the beginning of a path such as `permitted_tasks[1]`.
_NAME = re.compile(r"[^.\[]+")
#: An input or an option in a message, as in `expires_on` or `on_existing='adopt'`.
_INPUT = re.compile(r"`([a-z]+(?:_[a-z]+)*)(?:='(\w+)')?`")


def camel(name: str) -> str:
    """Return a name of several words as in `onExisting`."""
    first, *others = name.split("_")
    return "".join((first, *map(str.capitalize, others)))


_NATIVE = {name: camel(name) for type_ in ResourceType for name in type_.names}
_DOMAIN = {native: name for name, native in _NATIVE.items()}


@lru_cache
def domain_name(path: str) -> str:
    """Return the domain's name of a property. A path keeps everything after the name."""
    return _renamed(path, _DOMAIN)


@lru_cache
def native_name(path: str) -> str:
    """Return the native plugin's name of a property. A path keeps everything after the name."""
    return _renamed(path, _NATIVE)


def in_domain(properties: Mapping[str, T]) -> dict[str, T]:
    """Return properties, or values by path, with the domain's names."""
    return {domain_name(path): value for path, value in properties.items()}


def in_native(properties: Mapping[str, T]) -> dict[str, T]:
    """Return properties, or values by path, with the names of the native plugin."""
    return {native_name(path): value for path, value in properties.items()}


def type_of(urn: str) -> str:
    """Return the engine's name of the type of a resource, empty if the text is not a URN."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 2 else ""


def is_default(urn: str) -> bool:
    """Return whether a provider is a default one, which the stack's configuration configures."""
    return urn.rpartition("::")[2].partition("_")[0] == "default"


def for_programs(message: str, urn: str) -> str:
    """Return a message about a resource, with inputs as programs with its provider write them."""
    type_ = ResourceType.of(type_of(urn))
    is_native = type_ is not None and type_of(urn) == type_.native
    return for_native_programs(message) if is_native else message


def for_native_programs(message: str) -> str:
    """Return a message with `on_existing='fail'` written as `onExisting: fail`.

    Only names in backticks change. Text from Meta has no backticks.
    """

    def written(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"`{camel(name)}: {value}`" if value else f"`{camel(name)}`"

    return _INPUT.sub(written, message)


def _renamed(path: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: names.get(found[0], found[0]), path, count=1)
