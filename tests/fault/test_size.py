"""An answer has a largest size, on the wire and decompressed."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.bounded import LARGEST_ANSWER
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from tests.support.byte_server import ByteServer, Request, answer

PIECE = b"1" * 65536
ONCE = Patience(timeout=20, read_attempts=1)


def once(url: str) -> Client:
    return Client(Credentials("token"), url, patience=ONCE)


def refusal(script: Iterable[bytes]) -> str:
    with ByteServer(lambda _: script) as server, pytest.raises(OutcomeUnknownError) as raised:
        once(server.url).get("1")
    return str(raised.value)


def test_a_large_answer_is_read() -> None:
    node = {"id": "1", "name": "x" * (LARGEST_ANSWER // 2)}

    with ByteServer(lambda _: [answer(json.dumps(node).encode())]) as server:
        assert once(server.url).get("1") == node


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b'{"id": "1"}')),
        ("gzip", gzip.compress(b'{"id"') + gzip.compress(b': "1"}')),
        ("identity", b'{"id": "1"}'),
    ],
    ids=["compressed", "two members", "not compressed"],
)
def test_an_answer_with_an_encoding_is_read(encoding: str, body: bytes) -> None:
    with ByteServer(lambda _: [answer(body, f"Content-Encoding: {encoding}")]) as server:
        assert once(server.url).get("1") == {"id": "1"}


def test_unreadable_headers_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    broken = answer(b'{"id": "1"}', "X-Secret without a colon", "Content-Type: text/plain")

    with ByteServer(lambda _: [broken]) as server:
        once(server.url).get("1")

    assert "X-Secret" not in caplog.text


@pytest.mark.parametrize("size", [LARGEST_ANSWER + 1, 20 * LARGEST_ANSWER])
@pytest.mark.parametrize("status", [200, 302])
def test_a_compressed_answer_is_not_unpacked_beyond_the_largest_size(
    size: int, status: int
) -> None:
    body = gzip.compress(b" " * size, 1)
    whole = answer(body, "Content-Encoding: gzip", "Location: /2", status=status)
    tracemalloc.start()
    try:
        assert "an answer of more than 16 MiB" in refusal([whole])
        assert tracemalloc.get_traced_memory()[1] < 4 * LARGEST_ANSWER
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "beginning",
    [
        answer(b"", "Content-Length: 99999999999"),
        answer(b"", "Content-Length: 99999999999", "Location: /2", status=302),
        b"HTTP/1.1 200 OK\r\n\r\n",
        answer(b"-1\r\n", "Transfer-Encoding: chunked"),
        answer(b"ffffffffff\r\n", "Transfer-Encoding: chunked"),
        b"HTTP/1.1 200 OK\r\nX-Odd: ",
    ],
    ids=["length", "redirection", "no length", "negative chunk", "large chunk", "header"],
)
def test_an_answer_without_an_end_is_left(beginning: bytes) -> None:
    def script(_: Request) -> Iterator[bytes]:
        yield beginning
        while True:
            yield PIECE

    with ByteServer(script) as server, pytest.raises(OutcomeUnknownError) as raised:
        once(server.url).get("1")
    assert "no answer within" not in str(raised.value)
