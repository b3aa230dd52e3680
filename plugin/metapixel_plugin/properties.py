"""Properties as the engine transports them, and as the domain names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from metapixel_provider.process import unknown_values
from metapixel_provider.sharing.engine_names import domain_name, native_name
from metapixel_provider.texts import quoted

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties

#: An input that the plugin does not have.
CREDENTIALS = "credentials"


def of_wire(struct: struct_pb2.Struct) -> Properties:
    """Return properties with the domain's names. Pulumi's own properties are left out.

    The name of a credential set is left out too. It can be in a record of a dynamic provider.
    """
    return {
        domain_name(name): unknown_values.of_wire(rpc.unwrap_rpc_secret(value))
        for name, value in rpc.deserialize_properties(struct, keep_unknowns=True).items()
        if not (name.startswith("__") or name == CREDENTIALS)
    }


def to_wire(properties: Mapping[str, object], like: struct_pb2.Struct) -> struct_pb2.Struct:
    """Return properties for the engine. A property that is secret in `like` is secret."""
    wire = {native_name(name): unknown_values.to_wire(value) for name, value in properties.items()}
    for name in map(native_name, _secrets(like)):
        if name in wire:
            wire[name] = rpc.wrap_rpc_secret(wire[name])
    return json_format.ParseDict(wire, struct_pb2.Struct())


def without_secrets(text: str, given: struct_pb2.Struct) -> str:
    """Return the text without the quoted values that are secret in `given`, and their items."""
    for value in _secrets(given).values():
        for each in (value, *(value if isinstance(value, list) else ())):
            text = text.replace(quoted(each), "[secret]")
    return text


def _secrets(struct: struct_pb2.Struct) -> Mapping[str, object]:
    """Return the values of the properties that are secret, or that have a secret item."""
    found = rpc.deserialize_properties(struct, keep_unknowns=True).items()
    return {name: rpc.unwrap_rpc_secret(each) for name, each in found if rpc.is_rpc_secret(each)}
