"""Properties as the engine transports them, and as the domain names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from metapixel_provider.errors import quoted
from metapixel_provider.plugin import unknown_values
from metapixel_provider.sharing.engine_names import domain_name, native_name
from metapixel_provider.sharing.forms import UNKNOWN

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties

#: An input that the plugin does not have.
CREDENTIALS = "credentials"


def of_wire(struct: struct_pb2.Struct) -> Properties:
    """Return properties with the domain's names. Pulumi's own properties are left out.

    The name of a credential set is left out too. It can be in a record of a dynamic provider.
    """
    return {
        domain_name(name): _of_wire(value)
        for name, value in json_format.MessageToDict(struct).items()
        if not (name.startswith("__") or name == CREDENTIALS)
    }


def to_wire(properties: Mapping[str, object], like: struct_pb2.Struct) -> struct_pb2.Struct:
    """Return properties for the engine. A property that is secret in `like` is secret."""
    wire = {native_name(name): unknown_values.to_wire(value) for name, value in properties.items()}
    for name in (native_name(each) for each, value in like.items() if _is_secret(value)):
        if name in wire:
            wire[name] = rpc.wrap_rpc_secret(wire[name])
    return json_format.ParseDict(wire, struct_pb2.Struct())


def without_secrets(text: str, given: struct_pb2.Struct) -> str:
    """Return the text without the quoted values that are secret in `given`, and their items."""
    secrets = json_format.MessageToDict(given)
    for name, value in given.items():
        if _is_secret(value):
            found = _of_wire(secrets[name])
            for each in (found, *(found if isinstance(found, list) else ())):
                text = text.replace(quoted(each), "[secret]")
    return text


def _is_secret(value: object) -> bool:
    if isinstance(value, struct_pb2.ListValue):
        return any(map(_is_secret, value))
    return isinstance(value, struct_pb2.Struct) and rpc._special_sig_key in value


def _of_wire(value: object) -> object:
    if rpc.is_rpc_secret(value):
        return _of_wire(rpc.unwrap_rpc_secret(value))
    if isinstance(value, list):
        return [_of_wire(item) for item in value]
    if isinstance(value, dict) and value.get(rpc._special_sig_key) == rpc._special_resource_sig:
        return value.get("id")  # another resource as a value
    return UNKNOWN if value == rpc.UNKNOWN else value
