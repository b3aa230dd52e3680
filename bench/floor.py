"""The floor: a dynamic provider that only waits, as often as the provider has to wait for Meta.

Its resources have as many properties as shares, because the engine and the program need time for
each of them. Its state is as large as a share's.

This file is copied next to the floor's program, so that the plugin can import it by name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from pulumi.dynamic import ConfigureRequest, CreateResult, ReadResult, Resource, ResourceProvider

_LATENCY = float(os.environ.get("BENCH_LATENCY", "0"))
#: How often a creation or a deletion waits, one wait after the other.
_WAITS = int(os.environ.get("BENCH_WAITS", "1"))
_OUTPUTS = {
    "status": "ACTIVE",
    "granted_tasks": [],
    "pending_request_id": "",
    "requested_on": "",
    "agency_name": "Agency number 1",
    "pixel_name": "Pixel number 1",
}


class FloorProvider(ResourceProvider):
    """A provider that pauses instead of calling Meta."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Enlarge the thread pool, as our provider does."""
        from metapixel_provider.dynamic.plugin_process import enlarge_pool

        enlarge_pool()

    def create(self, props: dict[str, object]) -> CreateResult:
        time.sleep(_LATENCY * _WAITS)
        outs = {**props, **_OUTPUTS, "granted_tasks": props["permitted_tasks"]}
        return CreateResult(f"{props['pixel_id']}/{props['agency_business_id']}", outs)

    def read(self, id_: str, props: dict[str, object]) -> ReadResult:
        time.sleep(_LATENCY)
        return ReadResult(id_, props)

    def delete(self, _id: str, _props: dict[str, object]) -> None:
        time.sleep(_LATENCY * _WAITS)


class FloorShare(Resource, module="floor", name="FloorShare"):
    """A resource with the inputs and outputs of a share."""

    def __init__(self, resource_name: str, inputs: Mapping[str, object]) -> None:
        super().__init__(FloorProvider(), resource_name, {**inputs, **dict.fromkeys(_OUTPUTS)})
