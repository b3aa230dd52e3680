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

#: The codes beside the known ones are refusals.
CODES: dict[type[GraphError], list[int]] = {
    OutcomeUnknownError: [1, 2],
    RateLimitedError: [4, 17, 32, 341, 613, *range(80000, 80015)],
    InvalidParameterError: [
        *(5, 9, 11, 18, 33, 99, 100, 103, 105, 191, 199, 300, 2635, 79999, 80015)
    ],
    TokenError: [101, 102, 104, 190, 415],
    PermissionMissingError: [3, 10, *range(200, 300)],
    BlockedError: [368],
    NotVisibleError: [803],
}
LESS_DATA = "Please reduce the amount of data you're asking for, then retry your request"


@pytest.mark.parametrize(
    ("code", "kind"), [(code, kind) for kind, codes in CODES.items() for code in codes]
)
def test_each_code_is_its_kind_of_error(code: int, kind: type[GraphError]) -> None:
    assert type(classify({"code": code, "message": "no"}, 400)) is kind


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ({"code": "190"}, 400, TokenError),
        ({"code": 100, "error_subcode": 33}, 400, NotVisibleError),
        ({"code": 100, "message": "Invalid appsecret_proof provided"}, 400, TokenError),
        ({"code": 1, "message": LESS_DATA.upper()}, 500, TooMuchDataError),
        ({"code": 100, "message": LESS_DATA}, 400, InvalidParameterError),
        ({"code": 99, "is_transient": True}, 400, OutcomeUnknownError),
        ({"code": 80004, "is_transient": True}, 400, RateLimitedError),
        ({"code": 100}, 503, InvalidParameterError),
        *(({"code": code}, 503, OutcomeUnknownError) for code in (-1, 0, 99, 960)),
        ({}, 200, OutcomeUnknownError),
        ({}, 429, RateLimitedError),
        *(({"code": 99}, status, InvalidParameterError) for status in (200, 429)),
        *(({"code": code}, 400, InvalidParameterError) for code in (None, "x", [1])),
    ],
    ids=str,
)
def test_the_subcode_the_message_and_the_status_decide_after_the_code(
    error: dict[str, object], status: int, kind: type[GraphError]
) -> None:
    assert type(classify(error, status)) is kind


def test_every_documented_token_subcode_has_its_advice() -> None:
    assert set(TOKEN_ADVICE) == {458, 459, 460, 463, 464, 467}
    for subcode, advice in TOKEN_ADVICE.items():
        for code in (102, 190):
            error = classify({"code": code, "error_subcode": subcode, "message": "no"}, 401)

            assert f"no; {advice} (code {code}/{subcode})" in str(error)
