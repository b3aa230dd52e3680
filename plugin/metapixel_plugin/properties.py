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


class Received:
    """Properties from the engine.

    `properties` have the domain's names. Pulumi's own properties are left out, and so is the name
    of a credential set, which can be in a record of a dynamic provider. `secrets` are the values of
    the properties that are secret, or that have a secret item, by their names in the engine.
    """

    def __init__(self, struct: struct_pb2.Struct) -> None:
        found: Properties = rpc.deserialize_properties(struct, keep_unknowns=True)
        self.properties: dict[str, object] = {}
        self.secrets: dict[str, object] = {}
        for name, value in found.items():
            plain = rpc.unwrap_rpc_secret(value)
            if rpc.is_rpc_secret(value):
                self.secrets[name] = plain
            is_pulumis = name.startswith("__")
            if not is_pulumis and name != CREDENTIALS:
                self.properties[domain_name(name)] = unknown_values.from_wire(plain)


def to_wire(properties: Mapping[str, object], like: Received) -> struct_pb2.Struct:
    """Return properties for the engine. A property that is secret in `like` is secret."""
    wire = {native_name(name): unknown_values.to_wire(value) for name, value in properties.items()}
    for name in map(native_name, like.secrets):
        if name in wire:
            wire[name] = rpc.wrap_rpc_secret(wire[name])
    return json_format.ParseDict(wire, struct_pb2.Struct())


def without_secrets(text: str, given: Received) -> str:
    """Return the text without the quoted values that are secret in `given`, and their items."""
    for value in given.secrets.values():
        items = value if isinstance(value, list) else []
        for secret in [value, *items]:
            text = text.replace(quoted(secret), "[secret]")
    return text
