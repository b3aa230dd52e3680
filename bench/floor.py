"""The floor: a dynamic provider that does nothing but wait, with a state as large as a share's.

Copied beside the floor's program, from where the plugin imports it by name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

_LATENCY = float(os.environ.get("BENCH_LATENCY", "0"))
#: Threads of the plugin, where they are not Pulumi's own 4.
_POOL = int(os.environ.get("BENCH_POOL", "0"))


class FloorProvider(ResourceProvider):
    """Each call to Meta is a pause."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Widens the pool where that is asked for."""
        if _POOL:
            from metapixel_provider.dynamic.concurrency import widen_pool

            widen_pool(_POOL)

    def create(self, props: dict[str, object]) -> CreateResult:
        """One pause, as one write."""
        time.sleep(_LATENCY)
        outs = {
            **props,
            "status": "ACTIVE",
            "granted_tasks": props["permitted_tasks"],
            "pending_request_id": "",
            "agency_name": "Agency number 1",
        }
        return CreateResult(f"{props['pixel_id']}/{props['agency_business_id']}", outs)

    def read(self, id_: str, props: dict[str, object]) -> ReadResult:
        """One pause, as one read."""
        time.sleep(_LATENCY)
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, object], _news: dict[str, object]) -> UpdateResult:
        """One pause, as one write."""
        time.sleep(_LATENCY)
        return UpdateResult({**_olds, **_news})

    def delete(self, _id: str, _props: dict[str, object]) -> None:
        """One pause, as one write."""
        time.sleep(_LATENCY)


class FloorShare(Resource, module="floor", name="FloorShare"):
    """A resource with the inputs and outputs of a share."""

    def __init__(self, resource_name: str, inputs: Mapping[str, object]) -> None:
        outputs = ("status", "granted_tasks", "pending_request_id", "agency_name")
        super().__init__(FloorProvider(), resource_name, {**inputs, **dict.fromkeys(outputs)})
