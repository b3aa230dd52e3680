"""How a call authenticates: a header and a body, never a URL."""

from __future__ import annotations

import hashlib
import hmac
import re
from importlib.metadata import version

import pytest
import responses

from metapixel_provider.errors import InvalidParameterError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.sharing import writes
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, OWNER, PIXEL, PIXEL_2
from tests.unit.conftest import QUICK, SHARE, ClientMaker, all_nodes

SECRET = "example-app-secret"
PROOF = hmac.new(SECRET.encode(), b"secured-token", hashlib.sha256).hexdigest()


@responses.activate
def test_a_call_carries_the_token_and_the_version_in_headers_and_no_cookie() -> None:
    responses.get(re.compile(".*"), json={"id": "1"}, headers={"Set-Cookie": "kept=1"})
    client = Client(Credentials("owner-token"), "https://graph.example", "v26.0", QUICK)

    client.get("1")
    client.get("1")

    request = responses.calls[1].request
    assert request.url == "https://graph.example/v26.0/1"
    assert request.headers["Authorization"] == "Bearer owner-token"
    assert request.headers["User-Agent"] == f"pulumi-metapixel/{version('pulumi-metapixel')}"
    assert "Cookie" not in request.headers


def test_a_netrc_of_the_user_does_not_replace_the_token(
    client: ClientMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = tmp_path / "netrc"  # type: ignore[operator]
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))

    assert client().get(PIXEL)["id"] == PIXEL


def test_each_call_carries_a_proof_and_no_url_holds_a_token_a_secret_or_a_proof(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.set(require_appsecret_proof=True, max_page_size=1)
    secured = client("secured-token", SECRET)

    secured.write(SHARE)
    all_nodes(secured, f"{OWNER}/owned_pixels", {"fields": "id"})
    secured.get_many([Call("GET", PIXEL), Call("GET", PIXEL_2)])
    secured.write(writes.unshare(PIXEL, NORTHLIGHT).call)
    assert sim.shares() == {}

    urls = " ".join(sim.raw_urls)
    assert len(sim.raw_urls) >= 6
    assert not [secret for secret in ("secured-token", SECRET, PROOF) if secret in urls]


def test_without_batches_reads_and_deletions_have_no_proof_and_no_secret_is_in_a_url(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.set(batches="refused")
    said: list[str] = []
    secured = client("secured-token", SECRET, limiter=RateLimiter(said.append))

    secured.write(SHARE)
    assert secured.get(PIXEL)["id"] == PIXEL
    secured.write(writes.unshare(PIXEL, NORTHLIGHT).call)
    with pytest.raises(InvalidParameterError, match="Batch requests are not available"):
        secured.get("debug_token", {"input_token": "secured-token"})

    assert sim.shares() == {}
    assert "If Meta refuses a read without appsecret_proof, turn off" in said[0]
    urls = " ".join(sim.raw_urls)
    assert not [secret for secret in ("secured-token", SECRET, PROOF) if secret in urls]


def test_the_text_of_credentials_shows_no_secret() -> None:
    assert "hidden" not in repr(Credentials("hidden-token", "hidden-secret", "here"))


@pytest.mark.parametrize("calls", [1, 3])
def test_a_token_to_inspect_is_in_no_url(sim: Simulator, client: ClientMaker, calls: int) -> None:
    inspect = Call("GET", "debug_token", {"input_token": "owner-token"})

    answers = client().get_many([inspect] * calls)

    assert all(isinstance(answer.node["data"], dict) for answer in answers)
    assert not [url for url in sim.raw_urls if "owner-token" in url]
