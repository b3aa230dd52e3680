"""The simulator, which serves a `State` over HTTP."""

from __future__ import annotations

import threading
from copy import deepcopy
from typing import Self

from .graph import Graph
from .server import Server
from .state import State
from .world import World


class Simulator(State):
    """A simulated Meta that serves over HTTP.

    Use it as a context manager, or call `start` and `stop`. `port=0` chooses a free port. All
    methods are thread-safe while the server runs. The simulator copies `world` and never changes
    the original. Raises WorldError if the world refers to a thing that does not exist.
    """

    def __init__(
        self, world: World | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        world = deepcopy(world) if world is not None else World.example()
        world.check()
        super().__init__(world)
        self._graph = Graph(self)
        self._host = host
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Serve in the background. Raise OSError if the port cannot be used."""
        self._graph.stopping.clear()
        self._server = Server(self._host, self._port, self._graph)
        self._port = self._server.port
        self._thread = threading.Thread(target=self._server.serve, daemon=True, name="simulator")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop the server at once. Running calls lose their connections."""
        if self._server is None or self._thread is None:
            return
        self._graph.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.drop_connections()
        self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL of the Graph API, without a version and without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def page_url(self) -> str:
        return f"{self.url}/_page"

    @property
    def control_url(self) -> str:
        return f"{self.url}/_control"
