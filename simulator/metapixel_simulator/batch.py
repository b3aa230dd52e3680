"""Conversion of a batch into its entries, and of the entries' answers into the batch's answer."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .answers import Answer
from .calls import Call
from .errors import GraphError

MOST_ENTRIES = 50


def read_entries(call: Call) -> list[dict[str, object]]:
    """Return the entries of a batch. Raise GraphError if the batch is malformed or too long."""
    try:
        entries = json.loads(call.params["batch"])
    except ValueError:
        raise _refused("The batch parameter is not JSON") from None
    if not isinstance(entries, list) or not entries:
        raise _refused("The batch parameter must be a non-empty JSON array")
    if len(entries) > MOST_ENTRIES:
        raise _refused(f"Too many requests in batch message. Maximum batch size is {MOST_ENTRIES}")
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("relative_url"), str):
            raise _refused("Each batch entry needs a method and a relative_url")
    return entries


def write_entries(answers: Sequence[Answer | None]) -> list[object]:
    """Return a row for each entry, in the order of the entries. A lost entry has None."""
    return [answer and _row(answer) for answer in answers]


def _row(answer: Answer) -> dict[str, object]:
    headers = {"Content-Type": answer.content_type, **answer.headers}
    pairs = [{"name": name, "value": value} for name, value in headers.items()]
    return {"code": answer.status, "body": answer.body, "headers": pairs}


def _refused(message: str) -> GraphError:
    # Meta does not document the code, so 100 is an assumption.
    return GraphError(message, type="GraphBatchException", code=100)
