"""A client that does nothing but send."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from metapixel_simulator import Simulator

#: What a call answers.
Answer = dict[str, Any]


@dataclass
class Api:
    """Sends calls; `last` is the last response. A path that begins with a slash is complete."""

    url: str
    last: requests.Response = field(init=False)

    def call(self, method: str, path: str, token: str = "owner-token", **params: object) -> Answer:
        sent = {
            key: json.dumps(value) if isinstance(value, list | dict) else str(value)
            for key, value in params.items()
        }
        in_query = method == "GET"
        self.last = requests.request(
            method,
            f"{self.url}{path}" if path.startswith("/") else f"{self.url}/v27.0/{path}",
            params=sent if in_query else None,
            data=None if in_query else sent,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=10,
        )
        answer: Answer = self.last.json()
        return answer

    def get(self, path: str, token: str = "owner-token", **params: object) -> Answer:
        return self.call("GET", path, token, **params)

    def post(self, path: str, token: str = "owner-token", **params: object) -> Answer:
        return self.call("POST", path, token, **params)

    def delete(self, path: str, token: str = "owner-token", **params: object) -> Answer:
        return self.call("DELETE", path, token, **params)

    def share(self, pixel: str, agency: str, *tasks: str) -> Answer:
        wanted = list(tasks or ("ANALYZE",))
        return self.post(f"{pixel}/agencies", business=agency, permitted_tasks=wanted)

    def unshare(self, pixel: str, agency: str) -> Answer:
        return self.delete(f"{pixel}/agencies", business=agency)

    def ask(self, pixel: str, agency: str, *tasks: str) -> str:
        """Share a pixel with an agency that has to accept it. Return the id of the request."""
        request: str = self.share(pixel, agency, *tasks)["pending_request_id"]
        return request

    def status(self, request: str) -> str:
        found: str = self.get(request, fields="request_status")["request_status"]
        return found


@pytest.fixture
def api(sim: Simulator) -> Api:
    return Api(sim.url)
