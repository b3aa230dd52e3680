"""A local server that answers with arbitrary bytes, which a script sends at its own pace."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
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


class ByteServer:
    """A server that answers one request on each connection. A script calls `pause` to wait."""

    def __init__(self, script: Script, host: str = "127.0.0.1") -> None:
        self.script = script
        self.requests: list[Request] = []
        self._stopping = threading.Event()
        self._listener = socket.create_server((host, 0), backlog=128)
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pause(self, seconds: float) -> bool:
        """Wait for some seconds. Return False if the server ended in the meantime."""
        return not self._stopping.wait(seconds)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection, suppress(OSError):
            request = _request_from(connection)
            if request is None:
                return
            self.requests.append(request)
            try:
                for piece in self.script(request):
                    if self._stopping.is_set():
                        return
                    connection.sendall(piece)
            except ResetError:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _request_from(connection: socket.socket) -> Request | None:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return None
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return Request(head.decode("latin-1"), body)


def answer(body: bytes, *headers: str, status: int | str = 200) -> bytes:
    """Return an HTTP answer. Add the length of the body, unless `headers` contain a length."""
    lines = [f"HTTP/1.1 {status} Status", "Connection: close", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
