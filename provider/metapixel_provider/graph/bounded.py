"""HTTP exchanges with a limit on their total time and on the size of the answer.

The timeouts of requests and urllib3 apply to each read of the socket, so a server that sends a byte
now and then never exceeds them. Neither library limits the size. This module gives each read of the
socket, including the headers, only the time that is left for the exchange.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util import Timeout

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer
    from urllib3.connection import HTTPConnection

#: The maximum size of an answer in bytes, both compressed and decompressed.
LARGEST_ANSWER = 16 * 1024 * 1024

_CHUNK = 64 * 1024
_LONGEST_CONNECT = 10.0


class AnswerTooLargeError(OSError):
    """An answer of more than `LARGEST_ANSWER` bytes."""


class BoundedSession(requests.Session):
    """A session with a total timeout in seconds for each exchange, and without redirects."""

    def __init__(self, seconds: float, connections: int) -> None:
        super().__init__()
        # Most hosts have two addresses, and the connection timeout applies to each of them.
        self._timeout = Timeout(connect=min(_LONGEST_CONNECT, seconds / 2), total=seconds)
        adapter = _BoundedAdapter(pool_maxsize=connections, max_retries=0)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))

    def exchange(
        self,
        method: str,
        url: str,
        query: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request and return the status, the headers and the decompressed body.

        Raises AnswerTooLargeError and the errors of requests, urllib3 and http.client.
        """
        with self.request(
            method,
            url,
            params=query,
            data=form,
            timeout=self._timeout,  # type: ignore[arg-type] # the stubs know plain numbers only
            allow_redirects=False,
            stream=True,
        ) as response:
            chunks, size = [], 0
            for chunk in response.iter_content(_CHUNK):
                size += len(chunk)
                if size > LARGEST_ANSWER:
                    raise AnswerTooLargeError
                chunks.append(chunk)
            return response.status_code, response.headers, b"".join(chunks)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None, because otherwise requests would read the whole body of a redirect."""


class _BoundedAdapter(HTTPAdapter):
    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if not isinstance(pool, HTTPConnectionPool):
            raise TypeError(f"{type(pool).__name__} makes no HTTP connections")
        pool.ConnectionCls = _bounded(pool.ConnectionCls)
        return pool


@functools.cache
def _bounded(connection: type[HTTPConnection]) -> type[HTTPConnection]:
    """Return a subclass of a connection class, with a limit on the size of an answer.

    There are connection classes for plain connections, for TLS and for proxies.
    """
    if issubclass(connection.response_class, _BoundedResponse):
        return connection
    return type(connection.__name__, (connection,), {"response_class": _BoundedResponse})


class _BoundedResponse(http.client.HTTPResponse):
    """An answer that must arrive completely within the timeout of its socket."""

    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> None:
        super().__init__(sock, debuglevel, method)
        self.fp = io.BufferedReader(_BoundedReader(sock, self.fp.detach()))

    def begin(self) -> None:
        super().begin()
        if self.msg.defects or self.msg.get_payload():
            # urllib3 would log unreadable headers, with any secrets in them, and continue.
            raise http.client.HTTPException("unreadable headers")


class _BoundedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock, self._raw = sock, raw
        self._ends = time.monotonic() + (sock.gettimeout() or 0.0)
        self._room = LARGEST_ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        count = self._raw.readinto(buffer)
        self._room -= count or 0
        if self._room < 0:
            raise AnswerTooLargeError
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
