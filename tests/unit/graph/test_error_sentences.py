"""What a person reads when Meta refuses: one line, what to do, code and trace id, no secret."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest
import responses

from metapixel_provider import errors
from metapixel_provider.errors import (
    Fault,
    GraphError,
    OutcomeUnknownError,
    RateLimitedError,
    one_line,
)
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.classify import classify
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.transport import Transport
from metapixel_simulator import Simulator
from tests.support.example import PIXEL
from tests.unit.conftest import ClientMaker

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, GraphError) and kind is not GraphError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_says_what_was_tried_by_which_code_and_what_to_do(kind: type[GraphError]) -> None:
    error = kind(Fault("No.", 100, 7, 400, "AbC")).during("share pixel 1")

    assert "share pixel 1: No; " in str(error)
    assert error.default_advice in str(error)
    assert str(error).endswith("(code 100/7, trace id AbC)")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_said_first_stays(kind: type[GraphError]) -> None:
    error = kind(Fault("No")).during("share pixel 1", "ask Ann").during("do more", "ask Bob")

    assert "share pixel 1" in str(error)
    assert "ask Ann" in str(error)
    assert "ask Bob" not in str(error)
    assert type(error) is kind


def test_a_rate_limit_keeps_its_wait() -> None:
    limited = RateLimitedError(Fault("No"), wait=7.0).during("share pixel 1")

    assert isinstance(limited, RateLimitedError)
    assert limited.wait == 7.0


def test_without_a_code_the_http_status_stands_for_it() -> None:
    assert str(GraphError(Fault("No", status=404))).endswith("(HTTP 404)")
    assert str(GraphError(Fault("No (HTTP 404)", status=404))).count("HTTP 404") == 1


def test_an_answer_without_code_status_and_trace_has_no_empty_parentheses() -> None:
    assert "(" not in str(GraphError(Fault("No")))


@pytest.mark.parametrize(
    "hostile",
    [
        "two\nlines",
        "carriage\rreturn",
        "escape \x1b[31mred\x1b[0m",
        "nul \x00 and bell \x07",
        "turned \u202e around",
        "isolated \u2066 text \u2069",
        "arabic letter mark \u061c",
        "zero width \u200b\u200d\ufeff",
        "line \u2028 and paragraph \u2029",
        "half an emoji \ud83d",
        "tag \U000e0041",
    ],
    ids=ascii,
)
def test_text_from_outside_becomes_one_printable_line(hostile: str) -> None:
    error = classify({"code": 100, "message": hostile, "fbtrace_id": hostile}, 400)

    for text in (error.fault.message, error.fault.trace):
        assert text.isprintable()
    shown = str(error)
    assert shown.isprintable()
    shown.encode()


def test_printable_text_of_any_language_stays() -> None:
    text = "Größe – 大小 – гиперссылка – العربية 👍"

    assert one_line(text) == text


@pytest.mark.parametrize("message", ["x" * 10_000, "\u200b%" * 4_000_000], ids=["long", "huge"])
def test_a_very_long_message_is_cut(message: str) -> None:
    assert len(str(classify({"code": 100, "message": message}, 400))) < 500


def test_metas_message_for_people_is_said_too() -> None:
    error = classify({"code": 100, "message": "Invalid", "error_user_msg": "Pick another"}, 400)

    assert "Invalid - Pick another;" in str(error)


def test_a_message_for_people_that_says_the_same_is_not_repeated() -> None:
    error = classify({"code": 100, "message": "Invalid one", "error_user_msg": "Invalid"}, 400)

    assert str(error).count("Invalid") == 1


TOKEN, SECRET = "EAAB|0123456789", "f00dcafe0123456789"
CREDENTIALS = Credentials(TOKEN, SECRET)
SECRETS = (TOKEN, SECRET, CREDENTIALS.proof())


def quoted(secret: str) -> list[object]:
    """What Meta may say with a secret in it."""
    return [
        secret,
        f"Malformed access token {secret}.",
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        "".join(f"%{ord(character):02x}" for character in secret),
        {"text": secret},
        [[{"deep": [secret]}]],
        {secret: 1},
    ]


@pytest.mark.parametrize("secret", SECRETS, ids=["token", "app secret", "proof"])
@pytest.mark.parametrize(
    "key",
    ["message", "error_user_msg", "error_user_title", "error_data", "fbtrace_id", "type", "code"],
)
def test_a_secret_that_meta_quotes_is_not_shown(secret: str, key: str) -> None:
    for value in quoted(secret):
        error = {"code": 100, "message": "no", key: value}
        with responses.RequestsMock() as mocked:
            mocked.post(re.compile(".*"), json={"error": error}, status=400)
            transport = Transport("https://graph.example", "v26.0", CREDENTIALS, 5, Clock())
            (answer,) = transport.send([Call("POST", "1")])

        assert answer.error is not None
        shown = unquote(f"{answer.error} {answer.error!r}")
        assert secret not in shown


def test_the_rest_of_a_message_that_quotes_a_token_stays(
    sim: Simulator, client: ClientMaker
) -> None:
    message = "Malformed access token owner-token, 100%"
    sim.fault(kind="graph_error", code=190, message=message, times=-1)

    with pytest.raises(GraphError, match=r"Malformed access token \*\*\*, 100%"):
        client().get(PIXEL)


@pytest.mark.parametrize("number", [10**300, -(10**300), "9" * 400, 2**31])
def test_a_code_that_is_no_code_of_metas_is_not_repeated(number: object) -> None:
    error = classify({"code": number, "error_subcode": number, "message": "no"}, 400)

    assert len(str(error)) < 100


@pytest.mark.parametrize("message", [5, True, None, ["no"], {"no": 1}, ""])
def test_a_message_that_is_no_text_is_none(message: object) -> None:
    assert "no message" in str(classify({"code": 100, "message": message}, 400))


def test_an_empty_error_with_success_is_an_unknown_outcome() -> None:
    assert isinstance(classify({}, 200), OutcomeUnknownError)


def test_a_failed_connection_shows_the_host_and_neither_query_nor_token(
    client: ClientMaker,
) -> None:
    with pytest.raises(GraphError) as raised:
        client(url="http://user:secret-word@127.0.0.1:1").get(PIXEL, {"fields": "secret-field"})

    assert "the connection to 127.0.0.1:1 failed (connection refused)" in str(raised.value)
    assert "secret-field" not in str(raised.value)
    assert "secret-word" not in str(raised.value)
    assert "owner-token" not in str(raised.value)
