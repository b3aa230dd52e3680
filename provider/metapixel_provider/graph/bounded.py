"""HTTP exchanges with a limit on their time and on the size of the answer.

The timeout of requests applies to each read of the socket, so a body that arrives byte by byte
never exceeds it, and requests does not limit the size. This module checks both between two reads of
the body.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

#: The maximum size of an answer in bytes.
LARGEST_ANSWER = 16 * 1024 * 1024

_CHUNK = 64 * 1024
_LONGEST_CONNECT = 10.0

# One warning of urllib3 quotes unreadable headers, with any secrets in them.
logging.getLogger("urllib3.connection").addFilter(lambda record: "headers" not in str(record.msg))


class AnswerTooLargeError(OSError):
    """An answer of more than `LARGEST_ANSWER` bytes."""


def exchange(
    adapter: HTTPAdapter,
    request: requests.PreparedRequest,
    seconds: float,
    verify: bool | str,
    proxies: dict[str, str],
) -> tuple[int, Mapping[str, str], bytes]:
    """Send a request and return the status, the headers and the body.

    An adapter follows no redirect and keeps no cookie. Raises AnswerTooLargeError and the errors of
    requests, urllib3 and http.client.
    """
    ends = time.monotonic() + seconds
    # Most hosts have two addresses, and the connection timeout applies to each of them.
    timeout = Timeout(connect=min(_LONGEST_CONNECT, seconds / 2), total=seconds)
    with adapter.send(
        request,
        stream=True,
        timeout=timeout,  # type: ignore[arg-type] # the stubs know plain numbers only
        verify=verify,
        proxies=proxies,
    ) as response:
        content = bytearray()
        # `read` would wait for a whole chunk.
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            content += chunk
            if len(content) > LARGEST_ANSWER:
                raise AnswerTooLargeError
            if time.monotonic() > ends:
                raise requests.ReadTimeout
        return response.status_code, response.headers, bytes(content)
