"""Calls of the engine that arrive at the same time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from metapixel_provider.native import components
from metapixel_provider.native.service import MetaPixel


def test_the_first_components_are_constructed_at_the_same_time_in_one_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places: list[str] = []

    class Slow:
        def __init__(self, engine: str) -> None:
            time.sleep(0.05)
            places.append(engine)

        def constructed(
            self, request: pb.ConstructRequest, context: grpc.ServicerContext
        ) -> pb.ConstructResponse:
            return pb.ConstructResponse(urn=request.name)

    monkeypatch.setattr(components, "Components", Slow)
    plugin = MetaPixel("127.0.0.1:1")
    context = cast("grpc.ServicerContext", None)

    with ThreadPoolExecutor() as pool:
        requests = [pb.ConstructRequest(name=each) for each in "ab"]
        made = list(pool.map(lambda each: plugin.Construct(each, context).urn, requests))

    assert made == ["a", "b"]
    assert places == ["127.0.0.1:1"]
