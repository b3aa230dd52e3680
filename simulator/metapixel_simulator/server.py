"""The HTTP server: werkzeug's threaded one, which can also cut a connection or stop at once."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .app import RESET, Application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: without this the second waits for the client's ACK.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The request log tells more."""

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        self.close_connection = True
        if environ is not None and environ.get(RESET):
            cut = socket.socket(fileno=self.connection.detach())
            cut.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            cut.close()


class Server(ThreadedWSGIServer):
    def __init__(self, host: str, port: int, app: Application) -> None:
        self._open: set[socket.socket] = set()
        # Bound here: werkzeug ends the whole process when a port is taken.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=128) as listener:
            super().__init__(host, port, app, Handler, fd=listener.fileno())

    def serve(self) -> None:
        # Not werkzeug's own, which closes the socket at its end, as `stop` does.
        super(ThreadedWSGIServer, self).serve_forever(poll_interval=0.05)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def close_request(self, request: socket.socket) -> None:  # type: ignore[override]
        super().close_request(request)
        self._open.discard(request)

    def drop_connections(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
