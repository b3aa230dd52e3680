"""One HTTP exchange with the Graph API: a call goes out, an answer or an error comes back.

No retries here. Secrets travel in the Authorization header and in bodies, never in a URL.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from metapixel_provider.errors import Fault, OutcomeUnknownError, RateLimitedError
from metapixel_provider.graph.calls import Answer, Call
from metapixel_provider.graph.classify import TOO_MANY_REQUESTS, classify
from metapixel_provider.graph.limits import Usage, usage_of

if TYPE_CHECKING:
    from metapixel_provider.graph.credentials import Credentials

#: Entries Meta takes in one batch. Source: Meta, "Batch Requests".
MOST_IN_BATCH = 50

_CONNECT_TIMEOUT = 10.0
_CONNECTIONS = 64


class Transport:
    """Speaks to one Graph API with one credential set."""

    def __init__(
        self, graph_url: str, api_version: str, credentials: Credentials, timeout: float
    ) -> None:
        self._base = f"{graph_url.rstrip('/')}/{api_version}"
        self._credentials = credentials
        self._timeout = (min(_CONNECT_TIMEOUT, timeout), timeout)
        self._session = requests.Session()
        # Proxies and certificates of the environment, read once: requests would look through the
        # whole environment for each call. ~/.netrc may not replace the token of this set.
        found = self._session.merge_environment_settings(self._base, {}, None, None, None)
        self._session.proxies, self._session.verify = found["proxies"], found["verify"]
        self._session.trust_env = False
        self._session.auth = _Bearer(credentials.access_token)
        self._session.headers["User-Agent"] = "pulumi-metapixel"
        adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(self, call: Call) -> Answer:
        """One call. What goes wrong is in the answer, never raised."""
        if self._credentials.app_secret and call.method != "POST":
            # The proof is a parameter of each call; outside a body it would stand in the URL.
            return self.send_batch([call])[0]
        params = dict(call.params)
        if call.method == "POST":
            return self._exchange("POST", call.path, body=self._proven(params))
        return self._exchange(call.method, call.path, query=params)

    def send_batch(self, calls: Sequence[Call]) -> list[Answer]:
        """Up to 50 calls in one request, answered in order. Each counts against the limits."""
        entries = [self._entry(call) for call in calls]
        body = {"batch": json.dumps(entries, separators=(",", ":")), "include_headers": "true"}
        whole = self._exchange("POST", "", body=self._proven(body))
        if whole.error is not None:
            return [whole] * len(calls)
        answers = list(self._batch_answers(whole.node.get("data"), whole.usage))
        if len(answers) != len(calls):
            fault = Fault(f"the batch of {len(calls)} calls came back with {len(answers)} answers")
            return [Answer({}, OutcomeUnknownError(fault))] * len(calls)
        return answers

    def _entry(self, call: Call) -> dict[str, str]:
        params = self._proven(dict(call.params))
        if call.method == "POST":
            return {"method": "POST", "relative_url": call.path, "body": urlencode(params)}
        return {"method": call.method, "relative_url": f"{call.path}?{urlencode(params)}"}

    def _batch_answers(self, entries: object, usage: Usage) -> Iterator[Answer]:
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict):
                fault = Fault("Meta gave no answer to this entry of a batch in time")
                yield Answer({}, OutcomeUnknownError(fault), usage)
                continue
            headers = CaseInsensitiveDict(
                (str(header.get("name")), str(header.get("value")))
                for header in entry.get("headers") or []
                if isinstance(header, dict)
            )
            status = entry.get("code")
            found = self._read(status if isinstance(status, int) else 0, str(entry.get("body")))
            yield Answer(found.node, found.error, usage_of(headers).fullest(usage))

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
    ) -> Answer:
        try:
            response = self._session.request(
                method,
                f"{self._base}/{path}",
                params=query,
                data=body,
                timeout=self._timeout,
                allow_redirects=False,
            )
            answer = self._read(response.status_code, response.text)
            return Answer(answer.node, answer.error, usage_of(response.headers))
        except requests.Timeout:
            fault = Fault(f"no answer within {self._timeout[1]:g} seconds")
        except requests.RequestException as error:
            # The text of such an error quotes the URL; its kind says enough.
            host = urlsplit(self._base).netloc.rpartition("@")[2]
            fault = Fault(f"the connection failed ({type(error).__name__} to {host})")
        return Answer({}, OutcomeUnknownError(fault))

    def _read(self, status: int, text: str) -> Answer:
        """Meta's answer: an object, a list (under `data`), or one of the ways to fail."""
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            if status == TOO_MANY_REQUESTS:
                return Answer({}, RateLimitedError(Fault("too many requests", status=status)))
            kind = "an empty answer" if not text.strip() else "an answer that is not JSON"
            return Answer({}, OutcomeUnknownError(Fault(f"{kind} (HTTP {status})", status=status)))
        if isinstance(body, list):
            return Answer({"data": body})
        if not isinstance(body, dict):
            return Answer(
                {}, OutcomeUnknownError(Fault("an answer that is no object", status=status))
            )
        error = body.get("error")
        if isinstance(error, dict):
            clean = {
                key: self._credentials.redact(value) if isinstance(value, str) else value
                for key, value in error.items()
            }
            return Answer({}, classify(clean, status))
        if body.get("success") is False:
            return Answer(
                {}, OutcomeUnknownError(Fault("Meta answered success: false", status=status))
            )
        if status >= 400:
            return Answer({}, classify({"message": f"HTTP {status}"}, status))
        return Answer(body)

    def _proven(self, params: dict[str, str]) -> dict[str, str]:
        proof = self._credentials.proof()
        return {**params, "appsecret_proof": proof} if proof else params


class _Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
