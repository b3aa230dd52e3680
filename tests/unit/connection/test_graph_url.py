"""Tokens go only to an address in which every parser finds the same host."""

from __future__ import annotations

import re
from contextlib import nullcontext
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from metapixel_provider.connection.graph_url import checked, is_metas
from metapixel_provider.errors import ConfigurationError
from tests.conftest import Approve
from tests.unit.connection.support import configuration


@pytest.mark.parametrize(
    "written",
    [
        "https://graph.facebook.com",
        "https://proxy.example/meta",
        "https://proxy.example:8443/meta/",
        "HTTPS://Graph_proxy.example",
        "https://xn--mnchen-3ya.example",
        "https://[2001:db8::1]",
        "http://127.0.0.1:8765",
        "http://localhost:8765/",
        "http://[::1]:8765",
    ],
)
def test_an_address_that_keeps_tokens_secret_is_taken(written: str) -> None:
    assert configuration({"graphUrl": written}).graph_url == written


WRONG = [
    "127.0.0.1:8765",
    "EAAcanary",
    "http://graph.facebook.com",
    "http://192.0.2.2:8765",
    "http://127.0.0.1.example.com",
    "http://notlocalhost",
    "http://127.1",
    "http://[2001:db8::1]",
    "http://localhost:8765\\@127.0.0.1",
    "http://localhost@example.com",
    "https://user:canary@graph.facebook.com",
    "https://graph.facebook.com?access_token=canary",
    "https://graph.facebook.com#canary",
    "https://",
    "https://[fe80::1%25eth0]",
    "https://graph.facebook.com:0",
    "https://graph.facebook.com:65536",
    "https://graph.facebook.com:٤٤٣",
    "https://graph.facebook.com/%2e%2e",
    "https://graph.\nfacebook.com",
    "https://graph.\u202efacebook.com",
    "https://a..b",
    "https://" + "a" * 64 + ".example",
    "https://" + ".".join(["abcdefgh"] * 40),
    "https://gra\uff50h.facebook.com",
]


@pytest.mark.parametrize("written", WRONG, ids=ascii)
def test_an_address_that_could_show_tokens_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(ConfigurationError, match="use an https:// address, or an http") as raised:
        configuration({"graphUrl": written}).check()

    assert "canary" not in str(raised.value)


def test_an_error_names_the_place_of_a_setting(approve: Approve) -> None:
    errors = []
    for places in ((), (False, "as-agency")):
        for values in (
            {"graphUrl": "graph.facebook.com"},
            {"graphUrl": "https://graph.facebook.com/v26.0"},
            {"apiVersion": "newest"},
        ):
            with pytest.raises(ConfigurationError) as raised:
                configuration(values, {}, *places).check()
            errors.append(f"{places} {values}: {raised.value}\n")

    approve("graph-url.txt", "".join(errors))


_PIECES = ["http", "https", "://", "localhost", "127.0.0.1", "[::1]", "::1", "a.b", "xn--a", "8080"]


@given(st.lists(st.sampled_from([*_PIECES, *"@:/\\?#%.;-_~[] \t\n\r\u3002\u00fc"]), max_size=12))
def test_the_check_and_the_http_library_find_the_same_host(pieces: list[str]) -> None:
    for start in ("", "http://localhost", "https://"):
        try:
            accepted = checked(start + "".join(pieces), str)
        except ConfigurationError:
            continue
        used = parse_url(accepted)
        assert f"{used.host}".strip("[]") == urlsplit(accepted).hostname
        assert used.port == urlsplit(accepted).port
        assert used.auth is used.query is used.fragment is None
        assert used.scheme == "https" or used.host in ("localhost", "127.0.0.1", "[::1]")


@pytest.mark.parametrize(
    ("address", "metas"),
    [
        ("https://graph.facebook.com", True),
        ("https://GRAPH.Facebook.com:443/", True),
        ("https://graph.beta.facebook.com", True),
        ("http://127.0.0.1:8765", False),
        ("http://[::1]:8765", False),
        ("https://graph.facebook.com.example", False),
        ("https://notfacebook.com", False),
        ("https://example.com/graph.facebook.com", False),
    ],
)
def test_only_a_host_of_metas_is_metas(address: str, metas: bool) -> None:
    assert is_metas(checked(address, str)) is metas


@pytest.mark.parametrize(
    ("configured", "only", "refused"),
    [
        ("", "https://graph.facebook.com", False),
        ("https://graph.beta.facebook.com", "https://graph.facebook.com", False),
        ("http://127.0.0.1:8765", "", False),
        ("http://127.0.0.1:8765/", "http://127.0.0.1:8765", False),
        ("http://127.0.0.1:8765", "http://127.0.0.1:876", True),
        ("https://evil.example", "https://graph.facebook.com", True),
    ],
)
def test_a_variable_allows_only_one_address_besides_metas(
    configured: str, only: str, refused: bool
) -> None:
    found = configuration({"graphUrl": configured}, {"METAPIXEL_ONLY_GRAPH_URL": only})

    told = (
        f"The calls would go to {configured} (metapixel:graphUrl), but METAPIXEL_ONLY_GRAPH_URL "
        f"allows only Meta and {only}; correct the address, or allow it"
    )
    expected = pytest.raises(ConfigurationError, match=re.escape(told))
    with expected if refused else nullcontext():
        found.check()
