"""A local server that answers with arbitrary bytes, which a script sends at its own pace."""

from __future__ import annotations

import re
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Request:
    """A received request. `head` contains its first line and its headers."""

    head: str
    body: bytes

    @property
    def method(self) -> str:
        return self.head.split(" ", 2)[0]

    @property
    def target(self) -> str:
        return self.head.split(" ", 2)[1]


class ResetError(Exception):
    """An error that a script raises to reset the connection."""


#: A function that yields an answer in pieces of bytes. The connection ends after the last piece.
Script = Callable[[Request], Iterable[bytes]]


class ByteServer(socketserver.ThreadingTCPServer):
    """A server that answers one request on each connection. A script calls `pause` to wait."""

    request_queue_size = 128
    #: A connection ends without a notice before, so that a script can reset it.
    shutdown_request = socketserver.TCPServer.close_request

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.script = script
        self.requests: list[Request] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pause(self, seconds: float) -> bool:
        """Wait for some seconds. Return False if the server ended in the meantime."""
        return not self.stopping.wait(seconds)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()


class _Connection(socketserver.StreamRequestHandler):
    server: ByteServer
    timeout = 5

    def handle(self) -> None:
        with suppress(OSError):
            lines = iter(lambda: self.rfile.readline().strip().decode("latin-1"), "")
            head = "\r\n".join(lines)
            length = re.search(r"(?i)^content-length: *(\d+)", head, re.MULTILINE)
            request = Request(head, self.rfile.read(int(length[1]) if length else 0))
            self.server.requests.append(request)
            try:
                for piece in self.server.script(request):
                    if self.server.stopping.is_set():
                        return
                    self.wfile.write(piece)
            except ResetError:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def answer(body: bytes, *headers: str, status: int | str = 200) -> bytes:
    """Return an HTTP answer. Add the length of the body, unless `headers` contain a length."""
    lines = [f"HTTP/1.1 {status} Status", "Connection: close", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
