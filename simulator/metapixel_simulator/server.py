"""The HTTP server: werkzeug's threaded one, with connections kept open, cut or ended on purpose."""

from __future__ import annotations

import io
import socket
import struct
from contextlib import suppress

from werkzeug import Request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .answers import Dropped
from .app import Application


class Handler(WSGIRequestHandler):
    """Keeps connections open between calls, as Meta does; werkzeug's own closes each."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: without this the second would wait for the client's ACK.
    disable_nagle_algorithm = True
    server: Server

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # Read now: what is left of a body would be taken for the next request.
        if "wsgi.input_terminated" in environ:
            body = environ["wsgi.input"].read()
        else:
            body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            response = self.server.application.respond(Request(environ))
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

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The request log tells more."""


class Server(ThreadedWSGIServer):
    def __init__(self, host: str, port: int, application: Application) -> None:
        self.application = application
        self._open: set[socket.socket] = set()
        # Bound here: werkzeug ends the whole process when a port is taken.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=128) as listener:
            super().__init__(host, port, application, Handler, fd=listener.fileno())

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
