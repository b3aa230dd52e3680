"""Unknown values in properties for the engine."""

from __future__ import annotations

from pulumi.output import Unknown
from pulumi.runtime import rpc

from metapixel_provider.sharing.forms import UNKNOWN


def from_wire(value: object) -> object:
    """Return a value with the domain's marker for unknown values instead of Pulumi's marker."""
    if isinstance(value, list):
        return [from_wire(item) for item in value]
    # Current engines pass an unknown value as `Unknown`, and inside another value as a string.
    return UNKNOWN if isinstance(value, Unknown) or value == rpc.UNKNOWN else value


def to_wire(value: object) -> object:
    """Return a value with Pulumi's marker for unknown values instead of the domain's marker."""
    if isinstance(value, list):
        return [to_wire(item) for item in value]
    return rpc.UNKNOWN if value is UNKNOWN else value
