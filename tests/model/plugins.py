"""The plugin's processes, and the calls that an engine makes to them over gRPC."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from metapixel_provider.dynamic.pixel_ad_account_permission import PixelAdAccountPermissionProvider
from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.dynamic.pixel_sharing_request_response import (
    PixelSharingRequestResponseProvider,
)

Json = Mapping[str, object]

_PROVIDERS: Mapping[str, type[ResourceProvider]] = {
    "PixelAgencyShare": PixelAgencyShareProvider,
    "PixelAdAccountPermission": PixelAdAccountPermissionProvider,
    "PixelSharingRequestResponse": PixelSharingRequestResponseProvider,
}
#: The provider of each kind as the SDK writes it into the inputs of a resource.
REFERENCES = {kind: serialize_provider(make()) for kind, make in _PROVIDERS.items()}

_REQUESTS: Mapping[str, type[Message]] = {
    "Configure": provider_pb2.ConfigureRequest,
    "Check": provider_pb2.CheckRequest,
    "Diff": provider_pb2.DiffRequest,
    "Create": provider_pb2.CreateRequest,
    "Read": provider_pb2.ReadRequest,
    "Update": provider_pb2.UpdateRequest,
    "Delete": provider_pb2.DeleteRequest,
}


class CallFailedError(Exception):
    """The plugin's error, as the engine gives it to the user."""


class Plugin:
    """A plugin's process; `calls` are made as the engine makes them."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self._channel = grpc.insecure_channel(
            f"127.0.0.1:{port}",
            options=[*_GRPC_CHANNEL_OPTIONS, ("grpc.use_local_subchannel_pool", 1)],
        )
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def call(self, method: str, request: Json) -> Json:
        """Return the answer. Raises CallFailedError where the plugin fails or is gone."""
        message = ParseDict(dict(request), _REQUESTS[method]())
        try:
            answer = getattr(self._stub, method)(message, timeout=120)
        except grpc.RpcError as error:
            raise CallFailedError(cast(grpc.Call, error).details()) from None
        found: Json = MessageToDict(answer)
        return found

    def kill(self) -> None:
        """End the process as if the machine had been switched off."""
        os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and the connection to it."""
        self._channel.close()
        with suppress(ProcessLookupError):
            self.kill()


class Plugins:
    """Starts plugins: `forked` ones quickly, or each as the engine does."""

    def __init__(self, environment: Mapping[str, str], forked: bool = True) -> None:
        kept = {name: value for name, value in os.environ.items() if "META_" not in name}
        self._environment = {**kept, **environment, "PYTHONWARNINGS": "ignore"}
        self._forked = forked
        self._folder = tempfile.TemporaryDirectory()
        output = Path(self._folder.name) / "output"
        self._output, self._said = output.open("a"), output.open("rb")
        self._engine = socket.create_server(("127.0.0.1", 0))
        self._address = "{}:{}".format(*self._engine.getsockname())
        self._server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        threading.Thread(target=self._be_an_engine, daemon=True).start()
        if self._forked:
            self._server = self._python("-m", "tests.model.fork_server")
            self._order()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._take(self._server).close()
            self._server.communicate()
        self._engine.close()
        self._output.close()
        self._said.close()
        self._folder.cleanup()

    def start(self) -> Plugin:
        """A plugin of its own for one command."""
        if self._server is None:
            process = self._python("-m", "pulumi.dynamic", self._address)
            assert process.stdout is not None
            return Plugin(process.pid, int(process.stdout.readline()))
        plugin = self._take(self._server)
        # The next one starts while this one works.
        self._order()
        return plugin

    def said(self) -> str:
        """Return what the plugins wrote to stderr since the last time: the user's messages."""
        return self._said.read().decode()

    def _order(self) -> None:
        assert self._server is not None
        assert self._server.stdin is not None
        self._server.stdin.write(f"{self._address}\n")
        self._server.stdin.flush()

    def _take(self, server: subprocess.Popen[str]) -> Plugin:
        assert server.stdout is not None
        pid, port = server.stdout.readline().split()
        return Plugin(int(pid), int(port))

    def _python(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-u", *arguments],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
            text=True,
        )

    def _be_an_engine(self) -> None:
        """Accept the connections by which a plugin finds out that its engine exists."""
        while True:
            try:
                self._engine.accept()[0].close()
            except OSError:
                return
