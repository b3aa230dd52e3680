"""The error table of ARCHITECTURE.md says what the code does, code by code, and nothing else.

A row's first cell begins with Meta's codes (`3, 10, 200–299`, `100 with subcode 33`), its second
names the error; rows that begin with a dash are subcodes of a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from metapixel_provider import errors
from metapixel_provider.graph.classify import RATE_LIMITS, TOKEN_ADVICE, classify

PAGE = Path(__file__).parents[2] / "ARCHITECTURE.md"
LESS_DATA = "Please reduce the amount of data"
WRONG_PROOF = "Invalid appsecret_proof provided in the API argument"
#: Every code Meta documents lies below; the largest are the rate limits of the Marketing API.
CODES = range(1, 100_000)


def rows() -> Iterator[tuple[str, str]]:
    """Meta's error and ours, of each row of the table."""
    section = PAGE.read_text().split("## Errors", 1)[1].split("\n## ", 1)[0]
    for line in section.splitlines():
        if line.startswith("|") and not line.startswith(("| Meta's", "|--")):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            yield cells[0], cells[1].strip("`")


def numbers(text: str) -> set[int]:
    """`4, 17, 80000–80014` as numbers."""
    found = set()
    for first, last in re.findall(r"(?<![\w.])(\d+)(?:[–-](\d+))?(?!xx)", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def documented() -> dict[int, str]:
    """The error of each code that the table names alone, without subcode or message."""
    return {
        code: error
        for said, error in rows()
        for part in said.split(";")
        if error and not re.search("subcode|with|HTTP|none", part)
        for code in numbers(part)
    }


def kind(code: int, subcode: int = 0, message: str = "no") -> str:
    error = {"code": code, "error_subcode": subcode, "message": message}
    return type(classify(error, 400)).__name__


@pytest.mark.parametrize(("code", "error"), sorted(documented().items()))
def test_a_code_in_the_table_is_the_error_it_says(code: int, error: str) -> None:
    assert kind(code) == error


def test_every_code_that_is_handled_stands_in_the_table() -> None:
    handled = {code for code in CODES if kind(code) != "InvalidParameterError"} | {100}

    assert handled == set(documented())


def test_the_codes_that_depend_on_more_stand_in_the_table() -> None:
    said = dict(rows())

    assert kind(1, message=LESS_DATA) == "TooMuchDataError"
    assert said['1 with "reduce the amount of data"'] == "TooMuchDataError"
    assert kind(100, message=WRONG_PROOF) == "TokenError"
    assert said['100 with "appsecret_proof"'] == "TokenError"
    assert kind(100, 33) == "NotVisibleError"
    assert said["100 with subcode 33; 803"] == "NotVisibleError"


def test_every_subcode_of_a_token_stands_in_the_table() -> None:
    subcodes = {code for said, error in rows() if not error for code in numbers(said)}

    assert subcodes == set(TOKEN_ADVICE)


def test_every_error_of_ours_stands_in_the_table() -> None:
    ours = {
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, errors.MetaPixelError)
    }

    assert {error for _, error in rows() if error} == ours - {"MetaPixelError", "GraphError"}


def test_every_rate_limit_stands_in_the_table() -> None:
    assert {code for code, error in documented().items() if error == "RateLimitedError"} == set(
        RATE_LIMITS
    )
