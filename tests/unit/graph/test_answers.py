"""Answers that are no answers: each is an unknown outcome, or a refusal in Meta's words."""

from __future__ import annotations

import re

import pytest
import responses

from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    PermissionMissingError,
)
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from metapixel_simulator import Simulator
from tests.unit.conftest import QUICK, ClientMaker, Ids

SHARE = Call(
    "POST",
    f"{Ids.pixel}/agencies",
    {"business": Ids.northlight, "permitted_tasks": '["ANALYZE"]'},
)
URL = re.compile("https://graph.example/.*")


def written(body: str, status: int = 200) -> GraphError:
    """The error of a write that is answered with this body."""
    client = Client(Credentials("token"), "https://graph.example", patience=QUICK)
    with responses.RequestsMock() as mocked:
        mocked.post(URL, body=body, status=status)
        with pytest.raises(GraphError) as raised:
            client.write(SHARE)
    return raised.value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "an empty answer"),
        ("  \n", "an empty answer"),
        ("<html>Sorry</html>", "an answer that is not JSON"),
        ('{"success": tr', "an answer that is not JSON"),
        ("[" * 100_000, "an answer that is not JSON"),
        ("17", "an answer that is no object"),
        ('{"success": false}', "Meta answered success: false"),
    ],
    ids=["empty", "blank", "html", "truncated", "nested", "number", "success_false"],
)
@pytest.mark.parametrize("status", [200, 400, 500, 502])
def test_what_cannot_be_understood_is_an_unknown_outcome(body: str, said: str, status: int) -> None:
    error = written(body, status)

    assert isinstance(error, OutcomeUnknownError)
    assert said in str(error)


def test_a_server_error_with_json_but_no_error_object_is_an_unknown_outcome() -> None:
    assert isinstance(written("{}", 503), OutcomeUnknownError)


def test_a_client_error_with_json_but_no_error_object_is_a_refusal() -> None:
    assert isinstance(written("{}", 404), InvalidParameterError)


def test_an_error_object_counts_even_with_http_200() -> None:
    assert isinstance(written('{"error": {"code": 10}}', 200), PermissionMissingError)


def test_a_redirection_is_not_followed_with_the_token() -> None:
    with responses.RequestsMock() as mocked:
        mocked.post(URL, status=302, headers={"Location": "https://elsewhere.example/"})
        with pytest.raises(OutcomeUnknownError):
            Client(Credentials("token"), "https://graph.example", patience=QUICK).write(SHARE)


@pytest.mark.parametrize("kind", ["reset", "timeout"])
def test_a_connection_that_ends_unanswered_is_an_unknown_outcome(
    sim: Simulator, client: ClientMaker, kind: str
) -> None:
    sim.fault("POST agencies", kind=kind)

    with pytest.raises(OutcomeUnknownError, match="the connection failed"):
        client().write(SHARE)


def test_an_answer_that_takes_too_long_is_an_unknown_outcome(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.fault("POST agencies", kind="timeout", seconds=3)

    with pytest.raises(OutcomeUnknownError, match=r"no answer within 0\.3 seconds"):
        client(patience=Patience(timeout=0.3)).write(SHARE)


def test_a_write_of_unknown_outcome_is_not_sent_again(sim: Simulator, client: ClientMaker) -> None:
    sim.fault("POST agencies", kind="reset", times=-1)

    with pytest.raises(OutcomeUnknownError):
        client().write(SHARE)

    assert sim.count("POST agencies") == 1
