"""The HTTP server, which extends the server of werkzeug.

It also keeps connections open between calls, and it can end a connection without an answer.
"""

from __future__ import annotations

import io
import socket
import struct
import time
from contextlib import suppress
from functools import partial

from werkzeug import Request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .answers import Dropped
from .app import respond
from .graph import Graph


class Handler(WSGIRequestHandler):
    """A handler that keeps connections open between calls, as Meta does."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes. With Nagle's algorithm, the second would wait for an ACK.
    disable_nagle_algorithm = True
    server: Server

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # Read the whole body, because the server would treat an unread part as the next request.
        body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            response = respond(self.server.graph, Request(environ))
        except Dropped as dropped:
            self.close_connection = True
            if dropped.reset:
                self._reset()
            return
        sent, status, headers = response.get_wsgi_response(environ)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"".join(sent))

    def _reset(self) -> None:
        cut = socket.socket(fileno=self.connection.detach())
        cut.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        cut.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the value of the header `Date`."""
        shift = self.server.graph.state.date_shift
        return super().date_time_string((timestamp or time.time()) + shift.total_seconds())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do nothing, because the request log has more details."""


class Server(ThreadedWSGIServer):
    def __init__(self, host: str, port: int, graph: Graph) -> None:
        self.graph = graph
        self._open: set[socket.socket] = set()
        # Bind the port here, because werkzeug ends the whole process if the port is in use.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=128) as listener:
            app = Request.application(partial(respond, graph))
            super().__init__(host, port, app, Handler, fd=listener.fileno())

    def serve(self) -> None:
        # werkzeug's method would also close the socket at the end, but `Simulator.stop` closes it.
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
