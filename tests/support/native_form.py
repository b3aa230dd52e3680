"""The native plugin's form of what the engine writes about resources of the dynamic provider."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_DYNAMIC, _NATIVE = "pulumi-python:dynamic/metapixel:", "metapixel:index:"
_PROVIDERS = re.compile(r"pulumi:providers:pulumi-python::\w+")
_PROPERTIES = ("inputs", "outputs", "detailedDiff")
#: Inputs of the dynamic provider alone.
_LEFT_OUT = ("__provider", "credentials")


def native(data: bytes) -> bytes:
    """Return an event stream or an exported state in the form of the native plugin."""
    text = _PROVIDERS.sub("pulumi:providers:metapixel::owner", native_token(data.decode()))
    try:
        return json.dumps(_native(json.loads(text))).encode()
    except ValueError:
        lines = (json.dumps(_native(json.loads(line))) for line in text.splitlines())
        return "".join(f"{line}\n" for line in lines).encode()


def native_properties(properties: Mapping[str, object]) -> dict[str, object]:
    """Return properties, or values by path, in the form of the native plugin."""
    return {camel(path): each for path, each in properties.items() if path not in _LEFT_OUT}


def native_token(token: str) -> str:
    """Return the type of a resource, or a URN that contains it."""
    return re.sub(f"{_DYNAMIC}(?=Pixel)", _NATIVE, token)


def dynamic_token(token: str) -> str:
    """Return the type of a resource, or a URN that contains it, as the dynamic provider has it."""
    return re.sub(f"{_NATIVE}(?=Pixel)", _DYNAMIC, token)


def _native(value: object) -> object:
    if isinstance(value, list):
        return [_native(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = {name: _native(each) for name, each in value.items()}
    if str(found.get("type")).startswith(_NATIVE):
        for name in _PROPERTIES:
            if isinstance(properties := found.get(name), Mapping):
                found[name] = native_properties(properties)
        if isinstance(paths := found.get("diffs"), list):
            found["diffs"] = [camel(str(path)) for path in paths]
    return found


def camel(path: str) -> str:
    """Return the native plugin's name of a property, or its path."""
    return re.sub(r"(?<=[a-z])_([a-z])", lambda match: match[1].upper(), path)
