"""Deaths of a plugin, or of the engine and its plugin, at a call to Meta."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_simulator.answers import Dropped
from metapixel_simulator.request_log import Entry
from tests.model.plugins import Plugin


class KilledError(BaseException):
    """The engine was killed, with everything that it started."""


@dataclass
class Death:
    """Kills the plugin at a call to Meta, before or after the effect of the call.

    `of_engine`: the engine is killed too. Else it goes on without its plugin.
    """

    calls: int
    after: bool
    of_engine: bool = True
    endpoint: str = ""
    plugin: Plugin | None = None
    struck: bool = False

    def look(self, entry: Entry, phase: str) -> None:
        """Count a call that the simulator sees; raises Dropped from the last one on."""
        if self.struck:
            raise Dropped(reset=True)
        counts = phase == ("after" if self.after else "before")
        if not counts or self.endpoint not in ("", entry.endpoint) or self.plugin is None:
            return
        self.calls -= 1
        if self.calls == 0:
            self.struck = True
            self.plugin.kill()
            raise Dropped(reset=True)
