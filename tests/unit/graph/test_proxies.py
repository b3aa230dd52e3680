"""Which calls go through a proxy of the environment."""

from __future__ import annotations

import pytest

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from tests.support.byte_server import ByteServer, answer

ONCE = Patience(timeout=5, read_attempts=1)
NODE = answer(b'{"id": "1"}')


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without proxies, whatever that of the tests has."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
@pytest.mark.parametrize("unproxied", [None, "", "graph.example"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "127.0.1.1"])
def test_this_machine_is_not_reached_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variable: str, unproxied: str | None, host: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    if unproxied is not None:
        monkeypatch.setenv("NO_PROXY", unproxied)

    with ByteServer(lambda _: [NODE], host="0.0.0.0") as server:
        client = Client(Credentials("token"), f"http://{host}:{server.port}", patience=ONCE)

        assert client.get("1") == {"id": "1"}


def test_another_host_is_reached_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ByteServer(lambda _: [NODE]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)

        assert Client(Credentials("token"), "http://graph.example", patience=ONCE).get("1")

    (request,) = proxy.requests
    assert request.target == "http://graph.example/v26.0/1"


def test_a_host_that_the_environment_excludes_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "0.0.0.0")

    with ByteServer(lambda _: [NODE], host="0.0.0.0") as server:
        client = Client(Credentials("token"), f"http://0.0.0.0:{server.port}", patience=ONCE)

        assert client.get("1") == {"id": "1"}
