"""The model's engine with the native plugin: a process for each provider, with one engine."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.proto.engine_pb2_grpc import EngineServicer, add_EngineServicer_to_server

from metapixel_simulator import Simulator
from tests.histories.engines.model.calling import Caller, Configuration, Json
from tests.histories.engines.model.deaths import Death
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugin, Plugins
from tests.histories.engines.providers import Providers, domain_properties, token
from tests.histories.history import Command, History
from tests.histories.resources import DYNAMIC, Resource, Resources
from tests.support.native_form import native_properties, native_token
from tests.support.stack import Run

_PROPERTIES = ("news", "olds", "properties", "inputs", "oldInputs", "oldOutputs")


class NativePlugins(Plugins):
    """Starts plugins for an engine that runs."""

    def start_for(self, engine: str, module: str) -> Plugin:
        self._engine = socket.socket()
        self._fork(module, engine)
        return self._take()

    def close(self) -> None:
        """Every plugin was used."""

    def _order(self) -> None:
        """An engine orders its plugins itself."""


class NativeModelEngine(ModelEngine):
    """See `player.Engine` and `Providers`."""

    def __init__(
        self,
        sim: Simulator,
        plugins: NativePlugins,
        configuration: Mapping[str, str],
        history: History,
    ) -> None:
        super().__init__(sim, plugins, configuration)
        self._native_plugins = plugins
        self._providers = Providers(history)
        self._log = Log()

    def run(self, command: Command, program: Resources) -> tuple[Run, bool]:
        self._log.said.clear()
        killed = self._providers.killed(command.killed)
        drawn = tuple(self._providers.drawn(program))
        run, was_killed = super().run(replace(command, killed=killed), drawn)
        return replace(run, output="\n".join([run.output, *self._log.said])), was_killed

    def _caller(self, death: Death | None) -> Caller:
        return _NativeCaller(self._native_plugins, death, self._log)


class Log(EngineServicer):
    """What plugins tell the user."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        self.said.append(request.message)
        return Empty()


class _NativeCaller(Caller):
    """Translates calls to the native plugin. The state has the form of the dynamic provider."""

    def __init__(self, plugins: NativePlugins, death: Death | None, log: Log) -> None:
        super().__init__(plugins, death)
        self._native_plugins = plugins
        self._of_provider: dict[str, Plugin] = {}
        self._engine = grpc.server(ThreadPoolExecutor(2))
        add_EngineServicer_to_server(log, self._engine)
        self._address = f"127.0.0.1:{self._engine.add_insecure_port('127.0.0.1:0')}"
        self._engine.start()

    def configure(self, configuration: Configuration) -> None:
        """Let the next calls start plugins, unless the running ones have the configuration."""
        if self._configured != configuration:
            self._configured = configuration
            self._of_provider = {}

    def call(self, method: str, resource: Resource, **request: object) -> Json:
        plugin = self._of_provider.get(resource.provider) or self._start(resource.provider)
        if resource.provider == DYNAMIC:
            return self._send(plugin, method, resource.urn, {"urn": resource.urn, **request})
        urn = native_token(resource.urn)
        given = {
            name: _native(each) if name in _PROPERTIES else each for name, each in request.items()
        }
        answer = self._send(plugin, method, urn, {"urn": urn, **given})
        return {
            name: domain_properties(each)
            if name in _PROPERTIES and isinstance(each, Mapping)
            else each
            for name, each in answer.items()
        }

    def close(self) -> None:
        super().close()
        self._engine.stop(None)

    def _start(self, provider: str) -> Plugin:
        assert self._configured is not None
        module = "pulumi.dynamic" if provider == DYNAMIC else "metapixel_provider.native"
        plugin = self._native_plugins.start_for(self._address, module)
        self._started.append(plugin)
        self._of_provider[provider] = plugin
        given: dict[str, object] = dict(self._configured)
        if provider != DYNAMIC:
            given = {name.partition(":")[2]: value for name, value in given.items()}
            given |= {"accessToken": token(provider)} if provider else {}
        self._send(plugin, "Configure", "", {"args": given})
        return plugin


def _native(value: object) -> object:
    assert isinstance(value, Mapping)
    # A record of the dynamic provider is passed on as it is.
    is_moved = "__provider" in value and "status" in value
    return value if is_moved else native_properties(value)
