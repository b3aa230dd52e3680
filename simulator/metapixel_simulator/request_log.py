"""The request log. It contains an entry for each call, including each call in a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from .clock import graph_time


@dataclass
class Entry:
    """The log entry of a call.

    `status` is None if the call is still running or if its connection ended without an answer.
    `params` contains no secrets. `pixel` and `business` are ids from the path or the parameters.
    `time` is the start of the call on the simulator's clock, and `seconds` is the call's duration.
    """

    endpoint: str
    method: str
    path: str
    version: str | None
    node: str
    params: dict[str, str]
    pixel: str | None
    business: str | None
    user: str | None
    batch: bool
    time: datetime
    status: int | None = None
    error_code: int | None = None
    fault: str | None = None
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "time": graph_time(self.time)}


def find(entries: Iterable[Entry], /, **wanted: object) -> list[Entry]:
    """Return the entries whose fields have all the wanted values.

    A wanted value can also be text, such as `true` or `200`. Case does not matter. Raises
    ValueError for an unknown field.
    """
    known = Entry.__dataclass_fields__
    for name in wanted:
        if name not in known:
            raise ValueError(
                f"an entry of the request log has no field {name!r}; its fields are "
                f"{', '.join(known)}"
            )
    return [
        entry
        for entry in entries
        if all(_same(getattr(entry, name), value) for name, value in wanted.items())
    ]


def _same(found: object, wanted: object) -> bool:
    return found == wanted or str(found).lower() == str(wanted).lower()
