"""Answers that are no answers: each is an unknown outcome, or a refusal in Meta's words."""

from __future__ import annotations

import http.client
import json
import re
import ssl

import pytest
import requests
import responses
import urllib3

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    PermissionMissingError,
)
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from tests.unit.conftest import QUICK, SHARE

URL = re.compile("https://graph.example/.*")


def written(body: str | bytes | Exception, status: int = 200) -> GraphError:
    """The error of a write that is answered with this body, or fails with an exception."""
    client = Client(Credentials("token"), "https://graph.example", patience=QUICK)
    with responses.RequestsMock() as mocked:
        mocked.post(URL, body=body, status=status, headers={"Location": "https://graph.example/2"})
        with pytest.raises(GraphError) as raised:
            client.write(SHARE)
        assert len(mocked.calls) == 1  # No redirection is followed.
    return raised.value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "an empty answer"),
        ("  \n", "an empty answer"),
        ("<html>Sorry</html>", "an answer that is not JSON"),
        ('{"success": tr', "an answer that is not JSON"),
        ("[" * 100_000, "an answer that is not JSON"),
        ("17", "an answer that is not a JSON object"),
        ('[{"success": true}]', "an answer that is not a JSON object"),
        (b'{"success": true, "name": "\xff"}', "an answer that is not JSON"),
        ('{"success": true}'.encode("utf-16"), "an answer that is not JSON"),
        ('{"success": true, "count": NaN}', "an answer that is not JSON"),
        ('{"success": true, "count": -Infinity}', "an answer that is not JSON"),
        (f'{{"success": true, "count": 1{"0" * 5000}}}', "an answer that is not JSON"),
        ('{"success": true, "error": "no"}', "an answer with an unreadable error"),
        ('{"success": true, "error": []}', "an answer with an unreadable error"),
        ('{"success": false}', "Meta answered success: false"),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.parametrize("status", [200, 400, 500, 502])
@pytest.mark.usefixtures("no_collection_of_garbage")
def test_what_cannot_be_understood_is_an_unknown_outcome(
    body: str | bytes, said: str, status: int
) -> None:
    error = written(body, status)

    assert isinstance(error, OutcomeUnknownError)
    assert said in str(error)
    assert error.advice == MAY_HAVE_TAKEN_EFFECT


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("{}", 503, OutcomeUnknownError),
        ("{}", 404, InvalidParameterError),
        ('{"error": {"code": 10}}', 200, PermissionMissingError),
    ],
)
def test_an_error_object_counts_with_any_status_and_the_status_only_without_one(
    body: str, status: int, kind: type[GraphError]
) -> None:
    assert type(written(body, status)) is kind


@pytest.mark.parametrize("status", [201, 202, 204, 206, 226, 300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("body", ['{"success": true}', '{"error": {"code": 100}}'])
def test_another_status_than_success_and_refusal_is_an_unknown_outcome(
    status: int, body: str
) -> None:
    assert isinstance(written(body, status), OutcomeUnknownError)


def caused(error: Exception, by: Exception) -> Exception:
    error.__context__ = by
    return error


FAILURES: list[tuple[Exception, str]] = [
    (requests.exceptions.InvalidHeader("bad"), "InvalidHeader"),
    (urllib3.exceptions.HeaderParsingError([], "bad"), "HeaderParsingError"),
    (http.client.IncompleteRead(b""), "IncompleteRead"),
    (UnicodeError("bad"), "UnicodeError"),
    (OSError("no such certificate"), "OSError"),
    (
        caused(requests.exceptions.SSLError("?secret"), ssl.SSLCertVerificationError(1, "no")),
        "the certificate is not trusted",
    ),
    # The connection to the proxy was refused, and not the connection to Meta.
    (caused(requests.exceptions.ProxyError("?secret"), ConnectionRefusedError()), "ProxyError"),
]


@pytest.mark.parametrize(("raised", "reason"), FAILURES, ids=[reason for _, reason in FAILURES])
def test_whatever_the_libraries_raise_is_an_unknown_outcome(raised: Exception, reason: str) -> None:
    error = written(raised)

    assert isinstance(error, OutcomeUnknownError)
    assert f"failed ({reason});" in str(error)
    assert "secret" not in str(error)


@responses.activate
def test_answers_contain_no_secret() -> None:
    odd = {
        "name": "of hidden-token",
        "hidden/proof": [{"url": "?t=hidden%2Dtoken%2f&u=hidden%2Fproof"}],
    }
    clean = {"name": "of ***", "***": [{"url": "?t=***/&u=***"}]}
    odd["proof"], clean["proof"] = Credentials("hidden-token", "hidden/proof").proof(), "***"
    responses.get(URL, json=odd)
    responses.post(URL, json=[{"code": 200, "body": json.dumps(odd)}] * 2)

    assert Client(Credentials("hidden-token"), "https://graph.example").get("1")["name"] == "of ***"
    secured = Client(Credentials("hidden-token", "hidden/proof"), "https://graph.example")
    assert [each.node for each in secured.get_many([SHARE, SHARE])] == [clean, clean]
