"""A client that does nothing but send."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from metapixel_simulator import Simulator
from tests.support.example import PIXEL

#: What a call answers.
Answer = dict[str, Any]


@dataclass
class Api:
    """Sends calls; `last` is the last response."""

    url: str
    last: requests.Response = field(init=False)

    def send(
        self, call: str, token: str = "owner-token", timeout: float = 10, **params: Any
    ) -> requests.Response:
        """Send a call, such as `GET agencies?limit=5`.

        A path that begins with a slash is complete, and an edge without a node is an edge of PIXEL.
        """
        method, _, path = call.partition(" ")
        path, _, query = path.partition("?")
        if path in ("agencies", "shared_accounts", "assigned_users"):
            path = f"{PIXEL}/{path}"
        sent = dict(parse_qsl(query, keep_blank_values=True))
        for key, value in params.items():
            sent[key] = json.dumps(value) if isinstance(value, list) else str(value)
        in_query = method == "GET"
        self.last = requests.request(
            method,
            f"{self.url}{path}" if path.startswith("/") else f"{self.url}/v27.0/{path}",
            params=sent if in_query else None,
            data=None if in_query else sent,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=timeout,
        )
        return self.last

    def call(self, call: str, token: str = "owner-token", **params: Any) -> Answer:
        answer: Answer = self.send(call, token, **params).json()
        return answer

    def share(self, pixel: str, agency: str, *tasks: str) -> Answer:
        wanted = list(tasks or ("ANALYZE",))
        return self.call(f"POST {pixel}/agencies", business=agency, permitted_tasks=wanted)

    def unshare(self, pixel: str, agency: str) -> Answer:
        return self.call(f"DELETE {pixel}/agencies", business=agency)

    def ask(self, pixel: str, agency: str, *tasks: str) -> str:
        """Share a pixel with an agency that has to accept it. Return the id of the request."""
        request: str = self.share(pixel, agency, *tasks)["pending_request_id"]
        return request

    def status(self, request: str) -> str:
        found: str = self.call(f"GET {request}", fields="request_status")["request_status"]
        return found


@pytest.fixture
def api(sim: Simulator) -> Api:
    return Api(sim.url)
