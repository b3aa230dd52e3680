"""The floor of the native plugin: a native plugin that only waits. It is copied as a program.

It reads and writes the engine's typed values, as our plugin has to. With `BENCH_OLD`, it copies
them, as it did until November 2026.
"""

# ruff: noqa: N802 (the protocol defines the names of the methods)

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from metapixel_provider.process import THREADS

_LATENCY = float(os.environ.get("BENCH_LATENCY", "0"))
#: How often a creation or a deletion waits, one wait after the other.
_WAITS = int(os.environ.get("BENCH_WAITS", "1"))
_OUTPUTS = {
    "status": "ACTIVE",
    "pendingRequestId": "",
    "requestedOn": "",
    "agencyName": "Agency number 1",
    "pixelName": "Pixel number 1",
}
Context = grpc.ServicerContext


class Floor(provider_pb2_grpc.ResourceProviderServicer):
    """A provider that pauses instead of calling Meta."""

    def Handshake(
        self, request: pb.ProviderHandshakeRequest, context: Context
    ) -> pb.ProviderHandshakeResponse:
        return pb.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version="0.1.0")

    def CheckConfig(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Configure(self, request: pb.ConfigureRequest, context: Context) -> pb.ConfigureResponse:
        return pb.ConfigureResponse()

    def Check(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=_echoed(request.news))

    def Diff(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)

    def Create(self, request: pb.CreateRequest, context: Context) -> pb.CreateResponse:
        time.sleep(_LATENCY * _WAITS)
        inputs = json_format.MessageToDict(_echoed(request.properties))
        outputs = {**inputs, **_OUTPUTS, "grantedTasks": inputs["permittedTasks"]}
        return pb.CreateResponse(
            id=f"{inputs['pixelId']}/{inputs['agencyBusinessId']}",
            properties=json_format.ParseDict(outputs, Struct()),
        )

    def Read(self, request: pb.ReadRequest, context: Context) -> pb.ReadResponse:
        time.sleep(_LATENCY)
        properties, inputs = _echoed(request.properties), _echoed(request.inputs)
        return pb.ReadResponse(id=request.id, properties=properties, inputs=inputs)

    def Delete(self, request: pb.DeleteRequest, context: Context) -> Empty:
        _echoed(request.properties)
        time.sleep(_LATENCY * _WAITS)
        return Empty()

    def Cancel(self, request: Empty, context: Context) -> Empty:
        return Empty()


def _echoed(properties: Struct) -> Struct:
    if "BENCH_OLD" in os.environ:
        return properties
    values = rpc.deserialize_properties(properties, keep_unknowns=True)
    return json_format.ParseDict(values, Struct())


if __name__ == "__main__":
    server = grpc.server(ThreadPoolExecutor(THREADS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Floor(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
