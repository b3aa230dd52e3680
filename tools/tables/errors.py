"""The table of Meta's errors, read from the function that classifies them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from metapixel_provider.errors import GraphError, InvalidParameterError
from metapixel_provider.graph.classify import TOKEN_ADVICE, classify

#: All codes that Meta documents. The highest are rate limits of the Marketing API.
_CODES = range(1, 100_000)
#: Errors that are classified by a subcode, or by words in the message, besides Meta's code.
_WITH_MORE = (
    *((190, subcode, "") for subcode in sorted(TOKEN_ADVICE)),
    (100, 33, ""),
    (100, 0, "appsecret_proof"),
    (1, 0, "reduce the amount of data"),
)


def errors() -> str:
    """Return the table of Meta's codes, with our error and its advice for each."""
    head = "| Meta's code | error | advice to the user |\n|---|---|---|"
    return "\n".join([head, *(f"| {code} | {shown} |" for code, shown in _rows())])


def _rows() -> Iterator[tuple[str, str]]:
    codes: defaultdict[str, list[int]] = defaultdict(list)
    for code in _CODES:
        error = classify({"code": code}, 400)
        if not isinstance(error, InvalidParameterError):
            codes[_shown(error)].append(code)
    for shown, found in codes.items():
        yield _ranges(found), shown
    for code, subcode, words in _WITH_MORE:
        error = classify({"code": code, "error_subcode": subcode, "message": words}, 400)
        yield f'{code} with "{words}"' if words else f"{code} with {subcode}", _shown(error)
    yield "any other", _shown(classify({}, 400))


def _shown(error: GraphError) -> str:
    return f"`{type(error).__name__}` | {error.advice}"


def _ranges(codes: Iterable[int]) -> str:
    """Return numbers as text: `4, 17, 80000–80014`."""
    found = []
    for _, group in groupby(enumerate(codes), key=lambda each: each[1] - each[0]):
        numbers = [number for _, number in group]
        first, last = numbers[0], numbers[-1]
        found.append(str(first) if first == last else f"{first}–{last}")
    return ", ".join(found)
