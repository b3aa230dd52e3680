"""Unknown values in properties for the engine."""

from __future__ import annotations

from pulumi.runtime import rpc

from metapixel_provider.sharing.forms import UNKNOWN


def to_wire(value: object) -> object:
    """Return a value with Pulumi's marker for unknown values instead of the domain's marker."""
    if isinstance(value, list):
        return [to_wire(item) for item in value]
    return rpc.UNKNOWN if value is UNKNOWN else value
