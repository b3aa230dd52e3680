"""The timeout is that of a whole exchange, however a server spreads its answer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from metapixel_provider.errors import GraphError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from tests.support.byte_server import ByteServer, Request, answer

TIMEOUT = 0.5
#: What a loaded machine may add; without a bound each of these would last for minutes.
LOADED = 5.0

BEGINNINGS = {
    "nothing": b"",
    "status line": b"HTTP/1.1 ",
    "headers": b"HTTP/1.1 200 OK\r\nX-Odd: ",
    "body": answer(b"", "Content-Length: 1000"),
    "body without a length": b"HTTP/1.1 200 OK\r\n\r\n",
    "chunk size": answer(b"", "Transfer-Encoding: chunked"),
    "chunk": answer(b"ffff\r\n", "Transfer-Encoding: chunked"),
    "trailer": answer(b"0\r\n", "Transfer-Encoding: chunked"),
    "compressed body": answer(b"", "Content-Length: 1000", "Content-Encoding: gzip"),
    "body of a redirection": answer(
        b"", "Content-Length: 1000", "Location: /elsewhere", status=302
    ),
}


def once(url: str) -> Client:
    return Client(Credentials("token"), url, patience=Patience(timeout=TIMEOUT, read_attempts=1))


def error_in_time(client: Client, write: bool = False) -> GraphError:
    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError) as raised:
        client.write(Call("POST", "1/agencies")) if write else client.get("1")
    assert time.monotonic() - began < LOADED
    return raised.value


@pytest.mark.parametrize("begun", BEGINNINGS)
def test_an_answer_that_drips_ends_with_the_timeout(begun: str) -> None:
    def drip(_: Request) -> Iterator[bytes]:
        yield BEGINNINGS[begun]
        while server.pause(0.05):
            yield b"1"

    with ByteServer(drip) as server:
        error = error_in_time(once(server.url))

    assert "no answer within 0.5 seconds" in str(error)


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"]
)
def test_an_answer_that_is_announced_for_ever_ends_with_the_timeout(piece: bytes) -> None:
    def announce(_: Request) -> Iterator[bytes]:
        while server.pause(0.01):
            yield piece

    with ByteServer(announce) as server:
        assert "no answer within 0.5 seconds" in str(error_in_time(once(server.url)))


def test_a_silent_server_is_left_after_the_timeout() -> None:
    def silence(_: Request) -> Iterator[bytes]:
        server.pause(60)
        yield b""

    with ByteServer(silence) as server:
        assert "no answer within 0.5 seconds" in str(error_in_time(once(server.url)))


def test_a_write_whose_answer_drips_may_have_taken_effect() -> None:
    def drip(_: Request) -> Iterator[bytes]:
        yield BEGINNINGS["body"]
        while server.pause(0.05):
            yield b"1"

    with ByteServer(drip) as server:
        error = error_in_time(once(server.url), write=True)

    assert "the write may have taken effect" in str(error)


def test_a_proxy_that_drips_ends_with_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(_: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 "
        while server.pause(0.05):
            yield b"1"

    with ByteServer(drip) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        monkeypatch.setenv("NO_PROXY", "")
        error_in_time(once("https://graph.example"))

    assert [request.method for request in server.requests] == ["CONNECT"]


def test_a_tls_handshake_that_drips_ends_with_the_timeout() -> None:
    with ByteServer(lambda _: []) as server:
        error_in_time(once(server.url.replace("http:", "https:")))
