"""HTTP responses: their size, their bodies and the headers about rate limits.

The timeout of requests applies to each read of the socket, so a body that arrives byte by byte
never exceeds it, and requests does not limit the size. This module checks both between two reads.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import requests
from requests.structures import CaseInsensitiveDict

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError, RateLimitedError
from metapixel_provider.graph.calls import Node, Response, Usage
from metapixel_provider.graph.classify import TOO_MANY_REQUESTS, classify
from metapixel_provider.graph.limits import LEAST_WAIT

if TYPE_CHECKING:
    from metapixel_provider.graph.credentials import Credentials

LARGEST_RESPONSE = 16 * 1024 * 1024

_CHUNK = 64 * 1024
_OK = 200
#: The headers that report rate limits. Source: Meta, "Rate Limits".
_USAGE_HEADERS = ("X-Ad-Account-Usage", "X-Business-Use-Case-Usage")

# One warning of urllib3 quotes unreadable headers, with any secrets in them.
logging.getLogger("urllib3.connection").addFilter(lambda record: "headers" not in str(record.msg))


class ResponseTooLargeError(OSError):
    """A response of more than `LARGEST_RESPONSE` bytes."""


def body_of(response: requests.Response, ends: float) -> bytes:
    """Return the body of a response that is read until a time of `time.monotonic`.

    Raises ResponseTooLargeError and the errors of requests, urllib3 and http.client.
    """
    content = bytearray()
    # `read` would wait for a whole chunk.
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        content += chunk
        if len(content) > LARGEST_RESPONSE:
            raise ResponseTooLargeError
        if time.monotonic() > ends:
            raise requests.ReadTimeout
    return bytes(content)


def response_of(
    status: int,
    content: bytes | str,
    headers: Mapping[str, str],
    credentials: Credentials,
    listed: bool = False,
) -> Response:
    """Return the response to a call: an object or an error, and the usage.

    If `listed`, the body is a list, which becomes the field `data` of the object. Its entries are
    redacted one by one, once they are decoded.
    """
    usage = usage_of(headers)
    try:
        return Response(_node(status, content, credentials, listed), None, usage)
    except GraphError as failure:
        return Response({}, failure, usage)


def _node(status: int, content: bytes | str, credentials: Credentials, listed: bool) -> Node:
    """Return the object in a body. Raise GraphError if it is not one, or contains an error."""
    body = _decoded(status, content, credentials, listed)
    if listed and isinstance(body, list) and status == _OK:
        return {"data": body}
    if not isinstance(body, dict):
        raise _unknown("an answer that is not a JSON object", status)
    if isinstance(body.get("error"), dict):
        raise classify(body["error"], status)
    if body.get("error") is not None:
        raise _unknown("an answer with an unreadable error", status)
    if body.get("success") is False:
        raise _unknown("Meta answered success: false", status)
    if status != _OK:
        raise classify({"message": f"HTTP {status}"}, status)
    if listed:  # Only an error may be an object where a list is expected.
        raise _unknown("an answer that is not a list", status)
    return body


def _decoded(status: int, content: bytes | str, credentials: Credentials, listed: bool) -> object:
    """Return a body without secrets. Raise GraphError if it is not JSON."""
    if status != _OK and not 400 <= status < 600:
        raise _unknown("an answer that is neither success nor a refusal", status)
    try:
        text = content if isinstance(content, str) else content.decode()
        body = _JSON.decode(text)
        if listed and isinstance(body, list):
            return body  # `response_in_batch` redacts each entry.
        return credentials.redacted(body)
    except (ValueError, RecursionError):
        if status == TOO_MANY_REQUESTS:
            raise RateLimitedError(Fault("too many requests", status=status)) from None
        kind = "an answer that is not JSON" if content.strip() else "an empty answer"
        raise _unknown(f"{kind} (HTTP {status})", status) from None


def _unknown(reason: str, status: int) -> OutcomeUnknownError:
    return OutcomeUnknownError(Fault(reason, status=status))


def response_in_batch(entry: object, of_batch: Usage, credentials: Credentials) -> Response:
    """Return the response in an entry of a batch. `of_batch` is the usage of the whole batch."""
    if not isinstance(entry, dict):
        fault = Fault("Meta did not answer this entry of a batch in time")
        return Response({}, OutcomeUnknownError(fault), of_batch)
    status, body = entry.get("code"), entry.get("body")
    # Status 0 and an empty body are errors of their own in `response_of`.
    if not (isinstance(status, int) and 100 <= status < 600):
        status = 0
    if not isinstance(body, str):
        body = ""
    found = response_of(status, body, _headers_of(entry), credentials)
    wait = max(found.usage.wait, of_batch.wait)
    return replace(found, usage=Usage(wait, found.usage.tier or of_batch.tier))


def _headers_of(entry: Node) -> Mapping[str, str]:
    headers = entry.get("headers")
    named = CaseInsensitiveDict[str]()
    if not isinstance(headers, list):
        return named
    for header in headers:
        if isinstance(header, dict):
            named[str(header.get("name"))] = str(header.get("value"))
    return named


def usage_of(headers: Mapping[str, str]) -> Usage:
    """Return the usage that the headers of a response report. Unreadable headers are ignored."""
    wait, tier = 0.0, ""
    for each in _usages_in(headers):
        minutes = _number(each.get("estimated_time_to_regain_access"))
        wait = max(wait, _number(each.get("reset_time_duration")), 60 * minutes)
        level = each.get("ads_api_access_tier")
        if level and isinstance(level, str):
            tier = level
    if wait > 0:
        wait = max(wait, LEAST_WAIT)
    return Usage(wait, tier)


def _usages_in(headers: Mapping[str, str]) -> Iterator[Node]:
    """Yield each usage in the headers. Meta reports the use cases of a business in lists."""
    for name in _USAGE_HEADERS:
        try:
            usage = json.loads(headers.get(name, "{}"))
        except (ValueError, RecursionError):
            continue
        if not isinstance(usage, dict):
            continue
        yield usage
        for cases in usage.values():
            if isinstance(cases, list):
                yield from (case for case in cases if isinstance(case, dict))


def _number(value: object) -> float:
    """Return a finite number, or 0 for any other value."""
    if isinstance(value, int | float) and abs(value) <= sys.float_info.max:
        return float(value)
    return 0.0


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


#: A decoder of standard JSON, which refuses NaN and Infinity.
_JSON = json.JSONDecoder(parse_constant=_refuse)
