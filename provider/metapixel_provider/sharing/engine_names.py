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

#: An input or an option in a message, as in `expires_on` or `on_existing='adopt'`.
_INPUT = re.compile(r"`([a-z]+(?:_[a-z]+)*)(?:='(\w+)')?`")


def camel(name: str) -> str:
    """Return a name of several words as in `onExisting`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


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
    parts = urn.split("::")  # urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    is_urn = len(parts) > 2
    # The types of all parents come first.
    return parts[2].split("$")[-1] if is_urn else ""


def is_default(urn: str) -> bool:
    """Return whether a provider is a default one, which the stack's configuration configures."""
    name = urn.split("::")[-1]
    return name == "default" or name.startswith("default_")


def for_programs(message: str, urn: str) -> str:
    """Return a message about a resource, with inputs as programs with its provider write them."""
    is_native = type_of(urn) in [each.native for each in ResourceType]
    return for_native_programs(message) if is_native else message


def for_native_programs(message: str) -> str:
    """Return a message with `on_existing='fail'` written as `onExisting: fail`.

    Only names in backticks change. Text from Meta has no backticks.
    """

    def native(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"`{camel(name)}: {value}`" if value else f"`{camel(name)}`"

    return _INPUT.sub(native, message)


def _renamed(path: str, names: Mapping[str, str]) -> str:
    name = re.split(r"[.\[]", path, maxsplit=1)[0]
    return names.get(name, name) + path.removeprefix(name)
