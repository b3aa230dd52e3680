"""One HTTP exchange with the Graph API, which sends a call and returns a response or an error.

There are no retries. Secrets are sent in the Authorization header and in bodies, never in a URL.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

from metapixel_provider.errors import (
    Fault,
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    RateLimitedError,
)
from metapixel_provider.graph.calls import Call, Response
from metapixel_provider.graph.http_responses import (
    LARGEST_RESPONSE,
    ResponseTooLargeError,
    body_of,
    response_in_batch,
    response_of,
)

if TYPE_CHECKING:
    from metapixel_provider.graph.clock import Clock
    from metapixel_provider.graph.credentials import Credentials

#: The maximum number of entries that Meta accepts in one batch. Source: Meta, "Batch Requests".
MOST_IN_BATCH = 50

_CONNECTIONS = 64
_LONGEST_CONNECT = 10.0
_BATCHES_ARE_REFUSED = (
    "Meta refused a batch of calls, so this run sends each call alone. If Meta refuses a read "
    "without appsecret_proof, turn off 'Require app secret' in Meta's App Dashboard."
)
_TOO_LARGE = Fault(f"an answer of more than {LARGEST_RESPONSE // 2**20} MiB")

#: The errors of an exchange. requests does not convert all errors of the libraries that it uses.
_FAILURES = (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError)

_REASONS: dict[type[Exception], str] = {
    ConnectionRefusedError: "connection refused",
    urllib3.exceptions.NameResolutionError: "the name cannot be resolved",
    ssl.SSLCertVerificationError: "the certificate is not trusted",
}


class Transport:
    def __init__(
        self,
        graph_url: str,
        api_version: str,
        credentials: Credentials,
        timeout: float,
        clock: Clock,
        announce: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._clock, self._announce = clock, announce
        #: Whether calls are sent in batches. Meta may refuse batches for an app.
        self._uses_batches = True
        self._base = f"{graph_url.rstrip('/')}/{api_version}"
        self._credentials = credentials
        proof = credentials.proof()
        self._proof = {"appsecret_proof": proof} if proof else {}
        self._seconds = timeout
        # Most hosts have two addresses, and the connection timeout applies to each of them.
        self._timeout = Timeout(connect=min(_LONGEST_CONNECT, timeout / 2), total=timeout)
        self._adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
        self._headers = {
            "Accept-Encoding": "identity",  # `body_of` does not decompress bodies.
            "Authorization": f"Bearer {credentials.access_token}",
            "User-Agent": f"pulumi-metapixel/{metadata.version('pulumi-metapixel')}",
        }
        self._host = urlsplit(graph_url).netloc.rpartition("@")[2]
        # Proxies and certificates are read once, because requests would search the whole
        # environment for each call.
        settings = requests.Session().merge_environment_settings(self._base, {}, None, None, None)
        self._verify = settings["verify"] or True  # Only the types allow None.
        # An http:// address belongs to this machine, and is reached without a proxy.
        is_local = graph_url.lower().startswith("http:")
        self._proxies = {} if is_local else dict(settings["proxies"])

    def send(self, calls: Sequence[Call]) -> list[Response]:
        """Send up to 50 calls in one request. Return their responses and errors, in order."""
        if len(calls) == 1:
            return self._send_one(calls[0])
        return self._send_batch(calls) if self._uses_batches else self._send_one_by_one(calls)

    def _send_one(self, call: Call) -> list[Response]:
        """Send a call in a request of its own, with no secret and no proof in its URL."""
        if call.method == "POST":
            return [self._exchange("POST", call.path, body={**call.params, **self._proof})]
        # The parameters of any other call are in its URL, or in the body of a batch. If Meta
        # refuses batches, only a secret needs one: not every app requires the proof.
        can_add_proof = self._proof and self._uses_batches
        if self._is_secret(call) or can_add_proof:
            return self._send_batch([call])
        return [self._exchange(call.method, call.path, query=call.params)]

    def _is_secret(self, call: Call) -> bool:
        return self._credentials.access_token in call.params.values()

    def _send_batch(self, calls: Sequence[Call]) -> list[Response]:
        entries = [self._entry(call) for call in calls]
        batch = json.dumps(entries, separators=(",", ":"))
        body = {"batch": batch, "include_headers": "true", **self._proof}
        whole = self._exchange("POST", "", body=body, listed=True)
        if whole.error is not None:
            return self._handle_failed_batch(calls, whole, whole.error)
        responses = whole.node["data"]
        if isinstance(responses, list) and len(responses) == len(calls):
            return [response_in_batch(each, whole.usage, self._credentials) for each in responses]
        fault = Fault(f"an answer without an entry for each of the {len(calls)} calls of a batch")
        return [Response({}, OutcomeUnknownError(fault))] * len(calls)

    def _handle_failed_batch(
        self, calls: Sequence[Call], whole: Response, error: GraphError
    ) -> list[Response]:
        """Send the calls in another way if that is safe. Otherwise, return the error for each."""
        is_single = len(calls) == 1
        is_single_secret = is_single and self._is_secret(calls[0])
        is_refusal = isinstance(error, InvalidParameterError | NotVisibleError)
        if is_refusal and 400 <= error.fault.status < 500 and not is_single_secret:
            # Meta refused the batch itself, so no call in it had an effect. A secret call may not
            # be in a URL, so it is sent again in a batch of its own, and not after that.
            self._uses_batches = False
            self._announce(_BATCHES_ARE_REFUSED)
            return self._send_one_by_one(calls)
        is_too_large = error.fault == _TOO_LARGE and not is_single
        if is_too_large and calls[0].method == "GET":
            # Reads can be sent again.
            half = len(calls) // 2
            return self.send(calls[:half]) + self.send(calls[half:])
        return [whole] * len(calls)

    def _send_one_by_one(self, calls: Sequence[Call]) -> list[Response]:
        """Send each call alone, until Meta limits one, whose response the others get too."""
        responses: list[Response] = []
        for call in calls:
            responses += self.send([call])
            if isinstance(responses[-1].error, RateLimitedError):
                break
        unsent = len(calls) - len(responses)
        return responses + [responses[-1]] * unsent

    def _entry(self, call: Call) -> dict[str, str]:
        params = urlencode({**call.params, **self._proof})
        if call.method == "POST":
            return {"method": "POST", "relative_url": call.path, "body": params}
        return {"method": call.method, "relative_url": f"{call.path}?{params}"}

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
        listed: bool = False,
    ) -> Response:
        began = time.monotonic()
        try:
            url = f"{self._base}/{path}"
            request = requests.Request(method, url, self._headers, data=body, params=query)
            # An adapter follows no redirect and keeps no cookie.
            with self._adapter.send(
                request.prepare(),
                stream=True,
                timeout=self._timeout,  # type: ignore[arg-type] # the stubs know only numbers
                verify=self._verify,
                proxies=self._proxies,
            ) as received:
                self._clock.record(received.headers.get("Date"))
                content = body_of(received, began + self._seconds)
        except _FAILURES as error:
            fault = self._failure(error, time.monotonic() - began)
            return Response({}, OutcomeUnknownError(fault))
        status, headers = received.status_code, received.headers
        return response_of(status, content, headers, self._credentials, listed)

    def _failure(self, error: Exception, took: float) -> Fault:
        if isinstance(error, ResponseTooLargeError):
            return _TOO_LARGE
        if isinstance(error, requests.ConnectTimeout):
            return Fault(f"no connection to {self._host} in time")
        if isinstance(error, requests.Timeout) or took >= self._seconds:
            return Fault(f"no answer within {self._seconds:g} seconds")
        return Fault(f"the connection to {self._host} failed ({_reason(error)})")


def _reason(error: Exception) -> str:
    """Return a known reason, or else the error's class, because the error's text has the URL."""
    # The causes of a proxy's error are about the proxy, and would seem to be about Meta's host.
    if isinstance(error, requests.exceptions.ProxyError):
        return type(error).__name__
    cause: BaseException | None = error
    while cause is not None:
        for kind, reason in _REASONS.items():
            if isinstance(cause, kind):
                return reason
        # urllib3 and requests wrap the errors of others in their own.
        cause = cause.__context__
    return type(error).__name__
