"""Deaths of a plugin, or of the engine and its plugin, and interruptions, at a call to Meta."""

from __future__ import annotations

from signal import SIGINT, SIGKILL

from metapixel_simulator.answers import Dropped
from metapixel_simulator.request_log import Entry
from tests.histories.engines.model.plugins import Plugin
from tests.histories.history import Killed


class KilledError(BaseException):
    """The engine was killed, with everything that it started."""


class InterruptionError(BaseException):
    """The user interrupted the command, so the engine takes no further step."""


class Death:
    """Kills the plugin at a call to Meta, and the engine with it unless only the plugin is killed.

    The model has no engine that dies alone: the plugin would end a moment later. An interruption
    kills nothing: the engine cancels its plugins, and records what they answer. After a second
    one, it records nothing, and interrupts them.
    """

    def __init__(self, killed: Killed) -> None:
        self.of_engine = killed.what not in ("plugin", "a plugin", "interruption")
        self.is_interruption = killed.what == "interruption"
        self._cancels = killed.what.endswith("interruption")
        #: The plugins that die: all, or the one that was called last.
        self.plugins: list[Plugin] = []
        self.is_of_one = killed.what == "a plugin"
        self.struck = False
        self._killed, self._calls = killed, killed.call

    def look(self, entry: Entry, phase: str) -> None:
        """Count a call that the simulator sees; raises Dropped from the last one on."""
        if self.struck and not (self.is_of_one or self._cancels):
            raise Dropped(reset=True)
        counts = phase == self._killed.phase and self._killed.endpoint in ("", entry.endpoint)
        if self.struck or not counts or not self.plugins:
            return
        self._calls -= 1
        if self._calls == 0:
            self.struck = True
            for each in self.plugins:
                if self._cancels:
                    each.cancel()
                if not self.is_interruption:
                    each.send(SIGINT if self._cancels else SIGKILL)
            if not self._cancels:
                raise Dropped(reset=True)
