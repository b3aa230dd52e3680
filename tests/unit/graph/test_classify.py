"""Which error each of Meta's codes is."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import (
    BlockedError,
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    PermissionMissingError,
    RateLimitedError,
    TokenError,
    TooMuchDataError,
)
from metapixel_provider.graph.classify import TOKEN_ADVICE, classify

TABLE: dict[type[GraphError], list[int]] = {
    OutcomeUnknownError: [1, 2],
    RateLimitedError: [4, 17, 32, 341, 613, *range(80000, 80015)],
    InvalidParameterError: [100, 2635],
    TokenError: [102, 104, 190],
    PermissionMissingError: [3, 10, *range(200, 300)],
    BlockedError: [368],
    NotVisibleError: [803],
}


@pytest.mark.parametrize(
    ("code", "kind"), [(code, kind) for kind, codes in TABLE.items() for code in codes]
)
def test_each_code_is_its_kind_of_error(code: int, kind: type[GraphError]) -> None:
    assert type(classify({"code": code, "message": "no"}, 400)) is kind


@pytest.mark.parametrize("code", [5, 9, 11, 18, 33, 99, 103, 105, 191, 199, 300, 79999, 80015])
def test_a_code_beside_the_known_ones_is_a_refusal(code: int) -> None:
    assert type(classify({"code": code, "message": "no"}, 400)) is InvalidParameterError


def test_a_code_written_as_text_counts() -> None:
    assert type(classify({"code": "190", "message": "no"}, 400)) is TokenError


def test_subcode_33_of_100_is_an_object_that_cannot_be_seen() -> None:
    assert type(classify({"code": 100, "error_subcode": 33}, 400)) is NotVisibleError


def test_whatever_is_transient_is_temporary() -> None:
    assert type(classify({"code": 99, "is_transient": True}, 400)) is OutcomeUnknownError


def test_a_rate_limit_that_is_transient_is_a_rate_limit() -> None:
    assert type(classify({"code": 80004, "is_transient": True}, 400)) is RateLimitedError


@pytest.mark.parametrize(
    "message",
    [
        "Please reduce the amount of data you're asking for, then retry your request",
        "(#1) PLEASE REDUCE THE AMOUNT OF DATA",
    ],
)
def test_code_1_may_ask_for_less_data(message: str) -> None:
    assert type(classify({"code": 1, "message": message}, 500)) is TooMuchDataError


def test_other_codes_do_not_ask_for_less_data() -> None:
    error = classify({"code": 100, "message": "reduce the amount of data"}, 400)

    assert type(error) is InvalidParameterError


def test_a_server_error_without_a_code_is_temporary() -> None:
    assert type(classify({"message": "no"}, 503)) is OutcomeUnknownError


@pytest.mark.parametrize("subcode", sorted(TOKEN_ADVICE))
@pytest.mark.parametrize("code", [102, 190])
def test_each_subcode_of_a_token_says_what_to_do(code: int, subcode: int) -> None:
    error = classify({"code": code, "error_subcode": subcode, "message": "no"}, 401)

    assert TOKEN_ADVICE[subcode] in str(error)
    assert f"code {code}/{subcode}" in str(error)


def test_every_documented_token_subcode_has_its_advice() -> None:
    assert set(TOKEN_ADVICE) == {458, 459, 460, 463, 464, 467}


@pytest.mark.parametrize("wrong", [{}, {"code": None}, {"code": "x"}, {"code": [1]}])
def test_an_error_without_a_readable_code_is_still_an_error(wrong: dict[str, object]) -> None:
    assert isinstance(classify(wrong, 400), GraphError)


@pytest.mark.parametrize("code", [-1, 0, 99, 960])
def test_a_server_error_is_an_unknown_outcome_whatever_its_code(code: int) -> None:
    assert type(classify({"code": code, "message": "no"}, 503)) is OutcomeUnknownError


def test_too_many_requests_without_a_code_is_a_limit() -> None:
    assert type(classify({"message": "HTTP 429"}, 429)) is RateLimitedError
