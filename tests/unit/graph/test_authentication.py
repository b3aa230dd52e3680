"""How a call authenticates: a header and a body, never a URL."""

from __future__ import annotations

import hashlib
import hmac
import re
from importlib.metadata import version

import pytest
import responses

from metapixel_provider.errors import TokenError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, OWNER, PIXEL, PIXEL_2
from tests.unit.conftest import QUICK, ClientMaker, all_nodes

SECRET = "example-app-secret"
PROOF = hmac.new(SECRET.encode(), b"secured-token", hashlib.sha256).hexdigest()


def share(tasks: str = '["ANALYZE"]') -> Call:
    params = {"business": NORTHLIGHT, "permitted_tasks": tasks}
    return Call("POST", f"{PIXEL}/agencies", params)


def unshare() -> Call:
    return Call("DELETE", f"{PIXEL}/agencies", {"business": NORTHLIGHT})


@responses.activate
def test_the_token_travels_as_a_bearer_header() -> None:
    responses.get(re.compile("https://graph.example/v26.0/1"), json={"id": "1"})

    Client(Credentials("owner-token"), "https://graph.example", "v26.0", QUICK).get("1")

    (call,) = responses.calls
    assert call.request.headers["Authorization"] == "Bearer owner-token"
    assert "owner-token" not in str(call.request.url)


@responses.activate
def test_calls_carry_the_version_of_the_distribution() -> None:
    responses.get(re.compile(".*"), json={"id": "1"})

    Client(Credentials("t"), "https://graph.example", patience=QUICK).get("1")

    (call,) = responses.calls
    assert call.request.headers["User-Agent"] == f"pulumi-metapixel/{version('pulumi-metapixel')}"


@responses.activate
def test_cookies_are_not_sent_back() -> None:
    responses.get(re.compile(".*"), json={"id": "1"}, headers={"Set-Cookie": "kept=1"})
    client = Client(Credentials("t"), "https://graph.example", patience=QUICK)

    client.get("1")
    client.get("1")

    assert "Cookie" not in responses.calls[1].request.headers


def test_a_netrc_of_the_user_does_not_replace_the_token(
    client: ClientMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = tmp_path / "netrc"  # type: ignore[operator]
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))

    assert client().get(PIXEL)["id"] == PIXEL


@pytest.mark.parametrize("call", [share(), unshare()], ids=["post", "delete"])
def test_writes_carry_the_proof_of_the_app_secret(
    sim: Simulator, client: ClientMaker, call: Call
) -> None:
    sim.set(require_appsecret_proof=True)
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    client("secured-token", SECRET).write(call)

    assert sim.count(call.method + " agencies", status=200) == 1


def test_reads_carry_the_proof_of_the_app_secret(sim: Simulator, client: ClientMaker) -> None:
    sim.set(require_appsecret_proof=True)

    node = client("secured-token", SECRET).get(PIXEL, {"fields": "id,name"})

    assert node["name"] == "Acme web shop"


def test_with_a_secret_a_read_and_a_deletion_go_as_a_batch_of_one(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])
    secured = client("secured-token", SECRET)

    secured.get(PIXEL)
    secured.write(unshare())

    assert [entry.endpoint for entry in sim.requests] == [
        "POST batch",
        "GET pixel",
        "POST batch",
        "DELETE agencies",
    ]


def test_no_url_holds_a_token_a_secret_or_a_proof(sim: Simulator, client: ClientMaker) -> None:
    sim.set(require_appsecret_proof=True, max_page_size=1)
    secured = client("secured-token", SECRET)

    secured.write(share())
    all_nodes(secured, f"{OWNER}/owned_pixels", {"fields": "id"})
    secured.get_many([Call("GET", PIXEL), Call("GET", PIXEL_2)])
    secured.write(unshare())

    urls = " ".join(sim.raw_urls)
    assert len(sim.raw_urls) >= 6
    assert not [secret for secret in ("secured-token", SECRET, PROOF) if secret in urls]


def test_a_wrong_secret_is_said_in_metas_words(sim: Simulator, client: ClientMaker) -> None:
    with pytest.raises(TokenError, match="Invalid appsecret_proof provided"):
        client("secured-token", "another-secret").get(PIXEL)


def test_the_text_of_credentials_shows_no_secret() -> None:
    assert "hidden" not in repr(Credentials("hidden-token", "hidden-secret", "here"))


@pytest.mark.parametrize("calls", [1, 3])
def test_a_token_to_inspect_is_in_no_url(sim: Simulator, client: ClientMaker, calls: int) -> None:
    inspect = Call("GET", "debug_token", {"input_token": "owner-token"})

    answers = client().get_many([inspect] * calls)

    assert all(isinstance(answer.node["data"], dict) for answer in answers)
    assert not [url for url in sim.raw_urls if "owner-token" in url]
