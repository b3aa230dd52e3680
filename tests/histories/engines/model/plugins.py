"""The plugin's processes, and the calls that an engine makes to them over gRPC."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any, Self, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

import pulumi_metapixel
from pulumi_metapixel.pixel_agency_share import ShareWithLastDay
from tests.histories.recordings.calls import Json
from tests.histories.resources import Resource
from tests.support.quick import processes

#: How many times as fast as the real clock the plugins' clock is.
SPEED = "200"


def reference(resource: Resource) -> str:
    """Return the provider of a resource as the SDK writes it into its inputs."""
    return _reference(
        ShareWithLastDay if resource.in_component else getattr(pulumi_metapixel, resource.kind)
    )


@functools.cache
def _reference(declared: Any) -> str:
    return str(serialize_provider(declared._adapter()))


class CallFailedError(Exception):
    """The plugin's error, as the engine gives it to the user."""


class Plugin:
    """A plugin's process; `calls` are made as the engine makes them.

    The process ends with `client`, the connection to its server.
    """

    def __init__(
        self, pid: int, port: int, client: socket.socket, output: IO[str], is_native: bool
    ) -> None:
        self.pid, self._is_native = pid, is_native
        self._client, self._output = client, output
        self._channel = grpc.insecure_channel(
            f"127.0.0.1:{port}",
            options=[*_GRPC_CHANNEL_OPTIONS, ("grpc.use_local_subchannel_pool", 1)],
        )
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def call(self, method: str, request: Json) -> Json:
        """Return the answer. Raises CallFailedError where the plugin fails or is gone."""
        message = ParseDict(dict(request), getattr(provider_pb2, f"{method}Request")())
        try:
            answer = getattr(self._stub, method)(message, timeout=120)
        except grpc.RpcError as error:
            raise CallFailedError(cast(grpc.Call, error).details()) from None
        found: Json = MessageToDict(answer)
        return found

    def cancel(self) -> None:
        self._stub.Cancel(Empty())

    def send(self, number: int) -> None:
        """Send a signal to the process, if it has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def close(self) -> None:
        """End the process as the engine does, and the connection to it.

        The engine interrupts a plugin, and kills it if it has not ended after 5 seconds. The
        native plugin ignores the interruption.
        """
        self._channel.close()
        if not self._is_native:
            self.send(signal.SIGINT)
            self._client.settimeout(5)
            with suppress(OSError):
                self._client.recv(1)
        self.send(signal.SIGKILL)
        self._client.close()
        self._output.close()


class Plugins:
    """Starts plugins, which the warm server forks. They run in milliseconds, by a fast clock.

    `environment` are the variables of the plugins. Their messages are written to `said`.
    """

    def __init__(self, environment: Mapping[str, str], said: IO[bytes]) -> None:
        self._environment, self._said, self._read = environment, said, 0

    @classmethod
    @contextmanager
    def opened(cls, environment: Mapping[str, str]) -> Iterator[Self]:
        """Yield plugins that have these variables, and none of a user's real accounts."""
        kept = {name: value for name, value in os.environ.items() if "META_" not in name}
        with tempfile.TemporaryFile() as said:
            yield cls({**kept, **environment, "PYTHONWARNINGS": "ignore"}, said)

    def start(self, module: str, engine: str, temporary: str) -> Plugin:
        """Start the plugin of a module for the engine at an address, with a temporary folder."""
        order = {
            "arguments": ["-u", "-m", module, engine],
            "folder": os.getcwd(),
            "environment": {**self._environment, "TMPDIR": temporary},
            "prints_id": True,
        }
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(processes.server(SPEED) / "socket"))
        reading, writing = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        files = [nothing, writing, self._said.fileno()]
        socket.send_fds(client, [json.dumps(order).encode() + b"\n"], files)
        os.close(nothing)
        os.close(writing)
        output = os.fdopen(reading)
        pid, port = output.readline().split()
        return Plugin(int(pid), int(port), client, output, module == "metapixel_plugin")

    def said(self) -> str:
        """Return what the plugins wrote to stderr since the last time: the user's messages."""
        size = os.fstat(self._said.fileno()).st_size
        new = os.pread(self._said.fileno(), size - self._read, self._read)
        self._read = size
        return new.decode()
