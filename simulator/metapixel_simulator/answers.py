"""Answers that the server has not sent yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=UTF-8"


def json_answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(value, separators=(",", ":")), headers or {})


class Dropped(ConnectionError):  # noqa: N818 - the simulator drops the connection on purpose
    """A connection that ends without an answer. If `reset` is true, it ends with a TCP RST."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("dropped on purpose")
        self.reset = reset
