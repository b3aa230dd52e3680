"""Faults that tests inject into calls, before or after the effect of the call."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, ValidationError
from pydantic import dataclasses as checked

from . import errors
from .answers import Answer, Dropped, json_answer
from .calls import Call
from .field_types import one_of
from .limits import usage_headers
from .routes import ENDPOINTS
from .sentences import sentence
from .switches import Seconds

HTML = (
    "<!DOCTYPE html><html><head><title>Error</title></head>"
    "<body>Sorry, something went wrong.</body></html>"
)


@dataclass(frozen=True)
class Strike:
    """A fault that affects a call.

    `answer` is the call's own answer, or None if the fault strikes before the effect. `wait` is a
    function that sleeps for a number of seconds.
    """

    fault: Fault
    answer: Answer | None
    wait: Callable[[float], None]
    trace_id: str
    business: str | None


class EntryLost(Exception):  # noqa: N818 - an outcome of one batch entry
    """A batch entry that timed out. The answer of the batch contains null for this entry."""


def _delay(strike: Strike) -> Answer | None:
    """The answer arrives `seconds` late."""
    strike.wait(strike.fault.seconds)
    return strike.answer


def _reset(strike: Strike) -> Answer:
    """The connection ends with a TCP RST."""
    raise Dropped(reset=True)


def _timeout(strike: Strike) -> Answer:
    """The call gets no answer, and the connection ends after `seconds`."""
    strike.wait(strike.fault.seconds)
    raise Dropped(reset=False)


def _status(strike: Strike) -> Answer:
    """The answer is an HTML page, or `body`, with the HTTP status `status` (default 502)."""
    fault = strike.fault
    return Answer(fault.status or 502, fault.body, content_type="text/html; charset=utf-8")


def _truncated(strike: Strike) -> Answer:
    """The answer is cut off in the middle of the JSON, with HTTP 200."""
    whole = strike.answer.body if strike.answer else '{"success":true}'
    return Answer(200, whole[: max(1, len(whole) // 2)])


def _half_page(strike: Strike) -> Answer | None:
    """A page that has a next page lacks the second half of its rows. Use `when="after"`."""
    answer = strike.answer
    try:
        page = json.loads(answer.body if answer else "null")
        page["paging"]["next"]
    except (ValueError, TypeError, KeyError):
        return answer
    page["data"] = page["data"][: len(page["data"]) // 2]
    return json_answer(page, 200, answer.headers if answer else {})


def _graph_error(strike: Strike) -> Answer:
    """The answer is an error of the Graph API, with `code` (default 2), `subcode`, `message`,
    `is_transient` and `status`.
    """
    fault = strike.fault
    code = 2 if fault.code is None else fault.code
    error = errors.GraphError(
        fault.message,
        code=code,
        subcode=fault.subcode,
        is_transient=fault.is_transient,
        status=fault.status or (500 if code in (1, 2) else 400),
    )
    return json_answer(error.body(strike.trace_id), error.status)


def _rate_limit(strike: Strike) -> Answer:
    """The answer is a rate limit error with `code` (default 80004), and with the time to wait,
    `seconds`, in the headers.
    """
    error = errors.rate_limited(strike.fault.code or 80004)
    headers = usage_headers(100, strike.fault.seconds, strike.business)
    return json_answer(error.body(strike.trace_id), error.status, headers)


def _batch_null(strike: Strike) -> Answer:
    """The answer to a call in a batch is `null`."""
    raise EntryLost


#: The effect of each kind of fault: the answer to send, or None if the call continues after a wait.
#: It raises Dropped if the connection must end, and EntryLost if a batch entry is lost. The
#: docstrings are in docs/simulator-reference.md.
KINDS: dict[str, Callable[[Strike], Answer | None]] = {
    effect.__name__.removeprefix("_"): effect
    for effect in (
        *(_delay, _reset, _timeout, _status, _truncated),
        *(_half_page, _graph_error, _rate_limit, _batch_null),
    )
}


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


@checked.dataclass(config=ConfigDict(strict=True, extra="forbid"))
class Fault:
    """A fault that affects some calls.

    The fault matches calls by `endpoint` (a name in the request log), by `method`, and by `path` (a
    regular expression for the path without the version). A field that is None matches every call.
    The first `after_n` matching calls succeed. The fault affects the next `times` matching calls,
    or all later matching calls if `times` is -1. `struck` is the number of affected calls so far.

    `when` is `before` or `after`: the fault strikes before or after the effect of the call. A fault
    before the effect prevents the effect, unless the fault is a delay.
    `seconds` is the length of a delay, of a timeout, or of the wait that a rate limit reports.
    The kind `status` uses `status` and `body`. The kind `graph_error` uses `status`, `code`,
    `subcode`, `message` and `is_transient`. The kind `rate_limit` uses `code`.
    """

    kind: Annotated[str, one_of(*KINDS)]
    endpoint: Annotated[str, one_of(*sorted(ENDPOINTS))] | None = None
    method: str | None = None
    path: Annotated[str, AfterValidator(_expression)] | None = None
    when: Literal["before", "after"] = "before"
    times: int = 1
    after_n: int = 0
    seconds: Seconds = 0.0
    status: int | None = None
    body: str = HTML
    code: int | None = None
    subcode: int | None = None
    message: str = "An unknown error occurred"
    is_transient: bool | None = None
    struck: int = field(default=0, init=False)

    @classmethod
    def of(cls, /, **fields: object) -> Self:
        """Return a fault with these fields. Raise ValueError, with the name of the wrong field."""
        try:
            return cls(**fields)  # type: ignore[arg-type]
        except ValidationError as error:
            names = [name for name in cls.__dataclass_fields__ if name != "struck"]
            raise ValueError(sentence(error, lambda *_: names)) from None

    def fits(self, call: Call, endpoint: str) -> bool:
        if self.kind == "batch_null" and not call.batch:
            return False
        return (
            self.endpoint in (None, endpoint)
            and self.method in (None, call.method)
            and (self.path is None or re.search(self.path, "/" + call.path) is not None)
        )


def strike(faults: Iterable[Fault], call: Call, endpoint: str) -> list[Fault]:
    """Return the faults that affect this call, and update the counts of the matching faults.

    Callers must hold the simulator's lock.
    """
    striking = []
    for fault in faults:
        if not fault.fits(call, endpoint) or fault.struck == fault.times:
            continue
        if fault.after_n > 0:
            fault.after_n -= 1
            continue
        fault.struck += 1
        striking.append(fault)
    return striking
