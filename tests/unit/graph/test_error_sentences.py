"""What a person reads when Meta refuses: one line, what to do, code and trace id, no secret."""

from __future__ import annotations

import re

import pytest

from metapixel_provider import errors
from metapixel_provider.errors import (
    Fault,
    GraphError,
)
from metapixel_provider.graph.classify import classify
from metapixel_simulator import Simulator
from tests.support.example import PIXEL
from tests.unit.conftest import ClientMaker

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, GraphError) and kind is not GraphError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_keeps_the_first_action_and_advice_and_ends_with_the_code(
    kind: type[GraphError],
) -> None:
    error = kind(Fault("No.", 100, 7, 400, "AbC")).during("share pixel 1")
    advised = error.during("do more", "ask Ann").during("do more", "ask Bob")

    assert type(advised) is kind
    assert f"share pixel 1: No; {error.default_advice}" in str(error)
    assert "share pixel 1: No; ask Ann" in str(advised)
    assert str(error).endswith("(code 100/7, trace id AbC)")


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (Fault("No", status=404), "(HTTP 404)"),
        (Fault("No (HTTP 404)", status=404), "see Meta's message"),
        (Fault("No"), "see Meta's message"),
    ],
    ids=["status", "status in the message", "nothing"],
)
def test_an_error_without_a_code_ends_with_its_http_status_once(fault: Fault, end: str) -> None:
    assert str(GraphError(fault)).endswith(end)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "two\r\nlines \x1b[31m\x00 \u202e\u2066\u061cturned \u2028\U000e0041",
            "two lines [31m turned",
        ),
        ("half an emoji \ud83d", "half an emoji"),
        ("Größe – 大小 – гиперссылка – العربية 👍", "Größe – 大小 – гиперссылка – العربية 👍"),
        ("x" * 10_000, "x" * 297 + "..."),
        ("\u200b%" * 4_000_000, "% " * 148 + "%..."),
    ],
    ids=["control characters", "surrogate", "languages", "long", "huge"],
)
def test_text_from_outside_becomes_one_short_printable_line(text: str, line: str) -> None:
    error = classify({"code": 100, "message": text, "fbtrace_id": text}, 400)

    assert error.fault.message == line
    assert error.fault.trace.isprintable()
    assert len(str(error)) < 500


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"message": "Invalid", "error_user_msg": "Pick another"}, "Invalid - Pick another"),
        ({"message": "Invalid one", "error_user_msg": "Invalid"}, "Invalid one"),
        *(({"message": odd}, "no message") for odd in (5, None, ["no"], {"no": 1}, "")),
        *(({"message": "No", "code": odd}, "No") for odd in (10**300, "9" * 400, 2**31)),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_metas_text_for_people_is_added_and_odd_values_are_left_out(
    error: dict[str, object], said: str
) -> None:
    assert str(classify(error, 400)).endswith(
        f": {said}; correct the parameter in Meta's message (HTTP 400)"
    )


def test_the_rest_of_a_message_that_quotes_a_token_stays(
    sim: Simulator, client: ClientMaker
) -> None:
    message = "Malformed access token owner-token, 100%"
    sim.fault(kind="graph_error", code=190, message=message, times=-1)

    with pytest.raises(GraphError, match=r"Malformed access token \*\*\*, 100%"):
        client().get(PIXEL)


@pytest.mark.parametrize(
    ("host", "reason"),
    [("127.0.0.1:1", "connection refused"), ("graph.invalid", "the name cannot be resolved")],
)
def test_a_failed_connection_shows_the_host_and_the_reason_and_no_secret(
    client: ClientMaker, host: str, reason: str
) -> None:
    with pytest.raises(GraphError) as raised:
        client(url=f"http://user:secret-word@{host}").get(PIXEL, {"fields": "secret-field"})

    assert f"the connection to {host} failed ({reason})" in str(raised.value)
    assert not re.search("secret-field|secret-word|owner-token", str(raised.value))
