"""The event stream that a preview of the engine prints, written by the model's dry run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from tests.histories.engines.model.state import Held
from tests.histories.recordings.calls import Json
from tests.histories.resources import DYNAMIC
from tests.support.native_form import native

Event = dict[str, object]

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
_STACK = "urn:pulumi:test::project::pulumi:pulumi:Stack::project-test"


class Events:
    """The events of one preview. `configuration` is that of the stack."""

    def __init__(self, configuration: Mapping[str, str]) -> None:
        self._events: list[Event] = [{"preludeEvent": {"config": {**configuration}}}]
        self._operations: Counter[str] = Counter()

    def step(self, op: str, old: Held | None, new: Held | None, is_skipped: bool = False) -> None:
        """Add an operation. `new` has the declared inputs.

        It has outputs only after a refresh, or if it is no target of the command.
        """
        shown = new or old
        assert shown is not None
        metadata = {
            "op": op,
            "urn": shown.urn,
            "type": shown.urn.split("::")[2].rpartition("$")[2],
            "old": _state(old, with_outputs=True) if old else None,
            "new": _state(new, with_outputs=op == "refresh" or is_skipped) if new else None,
        }
        event: Event = {"metadata": metadata, "planning": True}
        if shown.declared.provider != DYNAMIC:
            event = json.loads(native(json.dumps(event).encode()))
        self._operations[op] += op != "refresh"
        self._events.append({"resourcePreEvent": event})
        if op == "refresh":
            self._events.append({"resOutputsEvent": event})

    def stream(self, failed: bool) -> bytes:
        summary = {
            "isPreview": True,
            "result": "failed" if failed else "succeeded",
            "PolicyPacks": {},
            "resourceChanges": {op: number for op, number in self._operations.items() if number},
        }
        events: list[Event] = [*self._events, {"summaryEvent": summary}]
        lines = (json.dumps({"sequence": at, **event}) for at, event in enumerate(events))
        return "".join(f"{line}\n" for line in lines).encode()


def _state(held: Held, with_outputs: bool) -> Event:
    return {
        "urn": held.urn,
        "type": held.urn.split("::")[2].rpartition("$")[2],
        "custom": True,
        "id": held.id,
        "parent": _STACK,
        "external": held.declared.only_read,
        "protect": held.declared.options.protect,
        "retainOnDelete": held.retains,
        "inputs": _shown(held.inputs, held.declared.options.secret),
        "outputs": _shown(held.outputs, held.secret) if with_outputs else {},
    }


def _shown(properties: Json, secret: Iterable[str]) -> Event:
    return {**properties, **{name: _SECRET for name in secret if name in properties}}
