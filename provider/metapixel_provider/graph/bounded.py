"""The bodies of HTTP answers, with a limit on their size and on the time to read them.

The timeout of requests applies to each read of the socket, so a body that arrives byte by byte
never exceeds it, and requests does not limit the size. This module checks both between two reads of
the body.
"""

from __future__ import annotations

import logging
import time

import requests

#: The maximum size of an answer in bytes.
LARGEST_ANSWER = 16 * 1024 * 1024

_CHUNK = 64 * 1024

# One warning of urllib3 quotes unreadable headers, with any secrets in them.
logging.getLogger("urllib3.connection").addFilter(lambda record: "headers" not in str(record.msg))


class AnswerTooLargeError(OSError):
    """An answer of more than `LARGEST_ANSWER` bytes."""


def body_of(response: requests.Response, ends: float) -> bytes:
    """Return the body of an answer that is read until a time of `time.monotonic`.

    Raises AnswerTooLargeError and the errors of requests, urllib3 and http.client.
    """
    content = bytearray()
    # `read` would wait for a whole chunk.
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise AnswerTooLargeError
        if time.monotonic() > ends:
            raise requests.ReadTimeout
    return bytes(content)
