"""One run of the engine: it starts its plugins, calls them and receives their messages."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.proto.engine_pb2_grpc import EngineServicer, add_EngineServicer_to_server

from tests.histories.engines.model.deaths import Death, InterruptionError, KilledError
from tests.histories.engines.model.plugins import CallFailedError, Plugin, Plugins
from tests.histories.engines.providers import token
from tests.histories.recordings.calls import Call, Json, message_in_domain
from tests.histories.resources import DYNAMIC, Resource
from tests.support.native_form import native_properties, native_token

Configuration = Mapping[str, str]

_PROVIDER_URN = "urn:pulumi:test::project::pulumi:providers:metapixel"
_PROPERTIES = ("news", "olds", "properties", "inputs", "oldInputs", "oldOutputs")


class Caller(EngineServicer):
    """The engine's side of a run, with its calls and errors. `death` kills the plugins.

    Each provider is a plugin of its own. Calls to the native plugin are translated, because the
    state has the form of the dynamic provider.
    """

    def __init__(self, plugins: Plugins, death: Death | None) -> None:
        self.calls: list[Call] = []
        self.errors: list[str] = []
        #: The messages of plugins to the user.
        self.said: list[str] = []
        self._plugins, self._death = plugins, death
        self._started: list[Plugin] = []
        #: The plugins with this configuration, by provider.
        self._running: dict[str, Plugin] = {}
        self._configured: Configuration | None = None
        #: Another run may have left its journal under the port that this run gets.
        self._temporary = TemporaryDirectory(ignore_cleanup_errors=True)
        self._server = grpc.server(ThreadPoolExecutor(2))
        add_EngineServicer_to_server(self, self._server)
        self._address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        self.said.append(request.message)
        return Empty()

    @property
    def configured(self) -> bool:
        return self._configured is not None

    def configure(self, configuration: Configuration, provider: str) -> None:
        """Start the plugin of a provider, unless one with this configuration runs."""
        if self._configured != configuration:
            self._configured, self._running = configuration, {}
        self._plugin(provider)

    def call(self, method: str, resource: Resource, **request: object) -> Json:
        """Return the plugin's answer.

        Raises CallFailedError, and KilledError if the engine died with the plugin.
        """
        provider = resource.provider
        plugin = self._plugin(provider)
        if provider == DYNAMIC:
            return self._send(plugin, method, resource.urn, {"urn": resource.urn, **request})
        urn = native_token(resource.urn)
        given = {
            name: _native(each) if name in _PROPERTIES else each for name, each in request.items()
        }
        return message_in_domain(self._send(plugin, method, urn, {"urn": urn, **given}))

    def failed(self, error: str) -> CallFailedError:
        """Return the failure of a call whose answer the engine refuses."""
        self.errors.append(error)
        return CallFailedError(error)

    def close(self) -> None:
        for plugin in self._started:
            plugin.close()
        self._server.stop(None)
        self._temporary.cleanup()

    def _plugin(self, provider: str) -> Plugin:
        if provider in self._running:
            return self._running[provider]
        assert self._configured is not None
        is_dynamic = provider == DYNAMIC
        module = "pulumi.dynamic" if is_dynamic else "metapixel_plugin"
        plugin = self._running[provider] = self._plugins.start(
            module, self._address, self._temporary.name
        )
        self._started.append(plugin)
        given: dict[str, object] = dict(self._configured)
        if not is_dynamic:
            given = {name.partition(":")[2]: value for name, value in given.items()}
            given |= {"accessToken": token(provider)} if provider else {}
        urn = "" if is_dynamic else f"{_PROVIDER_URN}::{provider or 'default'}"
        self._send(plugin, "Configure", "", {"args": given, "urn": urn})
        return plugin

    def _send(self, plugin: Plugin, method: str, urn: str, request: Json) -> Json:
        if self._death and self._death.struck:
            if self._death.is_interruption:
                raise InterruptionError
            if self._death.of_engine:
                raise KilledError
        if self._death:
            self._death.plugins = [plugin] if self._death.is_of_one else self._started
        try:
            answer = plugin.call(method, request)
        except CallFailedError as error:
            killed = self._death is not None and self._death.of_engine and self._death.struck
            outcome = "cut off" if killed else "failed"
            self.calls.append(Call(method, urn, request, outcome=outcome))
            if killed:
                raise KilledError from None
            self.errors.append(str(error))
            raise
        self.calls.append(Call(method, urn, request, answer))
        return answer


def _native(value: object) -> object:
    assert isinstance(value, Mapping)
    # A record of the dynamic provider is passed on as it is.
    is_moved = "__provider" in value and "status" in value
    return value if is_moved else native_properties(value)
