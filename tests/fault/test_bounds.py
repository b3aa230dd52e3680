"""An answer has a largest size and a longest time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

import pytest

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.http_responses import LARGEST_RESPONSE
from metapixel_provider.graph.patience import Patience
from tests.support.byte_server import ByteServer, Request, answer

LENGTH = "Content-Length: 99999999999"
#: The beginnings of answers that go on without an end.
BEGINNINGS = {
    "body": answer(b"", LENGTH),
    "body without a length": b"HTTP/1.1 200 OK\r\n\r\n",
    "redirection": answer(b"", LENGTH, "Location: /2", status=302),
    "chunks": answer(b"", "Transfer-Encoding: chunked"),
    "large chunk": answer(b"ffffffffff\r\n", "Transfer-Encoding: chunked"),
    "negative chunk": answer(b"-1\r\n", "Transfer-Encoding: chunked"),
    "header": b"HTTP/1.1 200 OK\r\nX-Odd: ",
}


def client(url: str, timeout: float = 20) -> Client:
    return Client(
        Credentials("token"), url, patience=Patience(timeout=timeout, read_attempts=1, outage=0)
    )


def refusal(script: Callable[[Request], Iterable[bytes]], timeout: float = 20) -> str:
    with ByteServer(script) as server, pytest.raises(OutcomeUnknownError) as raised:
        client(server.url, timeout).write(Call("POST", "1/agencies"))
    return str(raised.value)


def test_a_large_answer_is_read() -> None:
    body = json.dumps({"id": "1", "name": "x" * (LARGEST_RESPONSE // 2)}).encode()

    with ByteServer(lambda _: [answer(body)]) as server:
        assert client(server.url).get("1")["id"] == "1"
    assert "Accept-Encoding: identity" in server.requests[0].head


@pytest.mark.parametrize("begun", BEGINNINGS)
def test_an_answer_without_an_end_is_left(begun: str) -> None:
    def flood(_: Request) -> Iterator[bytes]:
        yield BEGINNINGS[begun]
        while True:
            yield b"1" * 65536

    assert "no answer within" not in refusal(flood)


@pytest.mark.parametrize("begun", list(BEGINNINGS)[:-2])
def test_a_body_that_drips_ends_with_the_timeout(begun: str) -> None:
    def drip(_: Request) -> Iterator[bytes]:
        yield BEGINNINGS[begun]
        for _each in range(200):
            yield b"1\r\n1\r\n" if begun == "chunks" else b"1"
            if not server.pause(0.02):
                return

    with (
        ByteServer(drip) as server,
        pytest.raises(OutcomeUnknownError, match=r"in 0\.3 s"),
    ):
        client(server.url, 0.3).get("1")


@pytest.mark.parametrize("begun", ["", "HTTP/1.1 200 OK\r\nX-Odd: ", "HTTP/1.1 200 OK\r\n\r\n{"])
def test_a_server_that_falls_silent_is_left_after_the_timeout(begun: str) -> None:
    def silence(_: Request) -> Iterator[bytes]:
        yield begun.encode()
        server.pause(4)

    with ByteServer(silence) as server, pytest.raises(OutcomeUnknownError, match=r"within 0\.3 s"):
        client(server.url, 0.3).get("1")


def test_a_tls_handshake_without_an_answer_ends_with_the_timeout() -> None:
    with (
        ByteServer(lambda _: []) as server,
        pytest.raises(OutcomeUnknownError, match=r"in 0\.3"),
    ):
        client(server.url.replace("http:", "https:"), 0.3).get("1")
