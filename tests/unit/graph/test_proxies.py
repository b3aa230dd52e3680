"""Which calls go through a proxy of the environment."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from tests.support.byte_server import ByteServer, answer

ONCE = Patience(timeout=0.5, read_attempts=1, outage=0)
NODE = answer(b'{"id": "1"}')


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without proxies, whatever that of the tests has."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
def test_this_machine_is_not_reached_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")

    with ByteServer(lambda _: [NODE]) as server:
        assert Client(Credentials("token"), server.url, patience=ONCE).get("1") == {"id": "1"}


def test_another_host_is_reached_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ByteServer(lambda _: [answer(b"", status=503)]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(OutcomeUnknownError, match=r"failed \(ProxyError\)"):
            Client(Credentials("token"), "https://graph.example", patience=ONCE).get("1")

    (request,) = proxy.requests
    assert (request.method, request.target) == ("CONNECT", "graph.example:443")


def test_a_host_that_the_environment_excludes_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    with ByteServer(lambda _: []) as server:
        secure = server.url.replace("http:", "https:")
        with pytest.raises(OutcomeUnknownError, match="no answer within"):
            Client(Credentials("token"), secure, patience=ONCE).get("1")
