"""A server that answers slowly, or never, is left after the timeout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from tests.support.byte_server import ByteServer, Request, answer

TIMEOUT = 0.3

BEGINNINGS = {
    "body": answer(b"", "Content-Length: 100000"),
    "body without a length": b"HTTP/1.1 200 OK\r\n\r\n",
    "chunks": answer(b"", "Transfer-Encoding: chunked"),
    "chunk": answer(b"ffff\r\n", "Transfer-Encoding: chunked"),
    "compressed body": answer(b"\x1f\x8b", "Content-Length: 100000", "Content-Encoding: gzip"),
    "body of a redirection": answer(
        b"", "Content-Length: 100000", "Location: /elsewhere", status=302
    ),
}


def once(url: str) -> Client:
    return Client(Credentials("token"), url, patience=Patience(timeout=TIMEOUT, read_attempts=1))


def error(client: Client) -> str:
    with pytest.raises(OutcomeUnknownError) as raised:
        client.write(Call("POST", "1/agencies"))
    return str(raised.value)


@pytest.mark.parametrize("begun", BEGINNINGS)
def test_a_body_that_drips_ends_with_the_timeout(begun: str) -> None:
    def drip(_: Request) -> Iterator[bytes]:
        yield BEGINNINGS[begun]
        for _each in range(200):
            server.pause(0.02)
            yield b"1\r\n1\r\n" if begun == "chunks" else b"1"

    with ByteServer(drip) as server:
        said = error(once(server.url))

    assert "no answer within 0.3 seconds" in said
    assert "the write may have taken effect" in said


@pytest.mark.parametrize("begun", ["", "HTTP/1.1 200 OK\r\nX-Odd: ", "HTTP/1.1 200 OK\r\n\r\n{"])
def test_a_server_that_falls_silent_is_left_after_the_timeout(begun: str) -> None:
    def silence(_: Request) -> Iterator[bytes]:
        yield begun.encode()
        server.pause(4)

    with ByteServer(silence) as server:
        assert "no answer within 0.3 seconds" in error(once(server.url))


def test_a_tls_handshake_without_an_answer_ends_with_the_timeout() -> None:
    with ByteServer(lambda _: []) as server:
        secure = server.url.replace("http:", "https:")
        assert "no answer within 0.3 seconds" in error(once(secure))
