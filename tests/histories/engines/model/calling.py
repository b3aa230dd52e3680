"""The calls of one run of the engine, and the plugins that it starts for them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.histories.engines.model.deaths import Death, KilledError
from tests.histories.engines.model.plugins import CallFailedError, Plugin, Plugins
from tests.histories.recordings.calls import Call
from tests.histories.resources import Resource

Json = Mapping[str, object]
Configuration = Mapping[str, str]


class Caller:
    """Makes calls and keeps them, with the errors. `death` is that of the plugin, if it dies."""

    def __init__(self, plugins: Plugins, death: Death | None) -> None:
        self.calls: list[Call] = []
        self.errors: list[str] = []
        self._plugins, self._death = plugins, death
        self._started: list[Plugin] = []
        self._configured: Configuration | None = None

    @property
    def configured(self) -> bool:
        return self._configured is not None

    def configure(self, configuration: Configuration) -> None:
        """Start a plugin with a configuration, unless the running one has it."""
        if self._configured == configuration:
            return
        self._configured = configuration
        plugin = self._plugins.start()
        self._started.append(plugin)
        self._send(plugin, "Configure", "", {"args": configuration})

    def call(self, method: str, resource: Resource, **request: object) -> Json:
        """Return the plugin's answer.

        Raises CallFailedError, and KilledError if the engine died with the plugin.
        """
        return self._send(self._started[-1], method, resource.urn, {"urn": resource.urn, **request})

    def close(self) -> None:
        """End the plugins."""
        for plugin in self._started:
            plugin.close()

    def _send(self, plugin: Plugin, method: str, urn: str, request: Json) -> Json:
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
