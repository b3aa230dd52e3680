"""The calls that an engine makes to the plugin, as text that two engines can be compared by.

A call names its method and its resource. Each argument is described by its source: the recorded
state, the program, or the answer to an earlier call. So the text contains no ids, tokens or
addresses, and does not change when the provider's properties change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from metapixel_provider.sharing.engine_names import in_domain
from tests.histories.moment import Record
from tests.histories.resources import Output, Resource, Resources, name_of

#: The methods that are recorded, with their arguments that hold properties.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "Configure": (),
    "Check": ("news", "olds", "oldOutputs"),
    "Diff": ("news", "olds", "oldInputs"),
    "Create": ("properties",),
    "Read": ("properties", "inputs"),
    "Update": ("news", "olds", "oldInputs"),
    "Delete": ("properties", "oldInputs"),
}
#: The properties in the answers, with the name that later arguments are described by.
_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "Check": {"inputs": "checked"},
    "Create": {"properties": "created"},
    "Read": {"inputs": "read inputs", "properties": "read outputs"},
    "Update": {"properties": "updated"},
}
#: The arguments that hold what the program declares.
_NEW = (("Diff", "news"), ("Create", "properties"), ("Update", "news"))
_OF_PROGRAM = ("declared", "checked")
_IDS = {"Create": "created", "Read": "read"}
#: What Pulumi sends for a value that is not known yet.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Json = Mapping[str, object]


@dataclass(frozen=True)
class Call:
    """A call to the plugin. `answer` is None where the call failed or was cut off."""

    method: str
    urn: str = ""
    request: Json = field(default_factory=dict)
    answer: Json | None = None
    outcome: str = ""

    @property
    def name(self) -> str:
        """The name of the resource, empty for `Configure`."""
        return "" if self.method == "Configure" else name_of(self.urn)


def read_log(file: Path) -> list[Call]:
    """Return the calls in the log that the engine writes to PULUMI_DEBUG_GRPC."""
    calls: list[Call] = []
    running: list[tuple[str, dict[str, str]]] = []
    for line in file.read_text().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # The engine was killed in the middle of this line.
        service, _, method = entry["method"].rpartition("/")
        if not service.endswith(".ResourceProvider") or method not in ARGUMENTS:
            continue
        request = entry.get("request", {})
        if entry["progress"] == "request_started":
            running.append((method, request))
            continue
        running.remove((method, request))
        failed = "errors" in entry
        answer = None if failed else entry.get("response", {})
        calls.append(Call(method, request.get("urn", ""), request, answer, "failed" * failed))
    cut_off = (Call(method, it.get("urn", ""), it, outcome="cut off") for method, it in running)
    return [*calls, *cut_off]


def message_in_domain(message: Json) -> Json:
    """Return a request or an answer with the property names of the dynamic provider."""
    return {
        name: in_domain(each) if isinstance(each, Mapping) else each
        for name, each in message.items()
    }


def described(
    calls: Sequence[Call], before: Iterable[Record], after: Iterable[Record], program: Resources
) -> tuple[list[str], list[str]]:
    """Return one line for each call, and one for each resource in the state afterwards."""
    sources = _Sources(before, program)
    lines = [sources.describe(call) for call in calls]
    return lines, [sources.describe_state(resource) for resource in after]


class _Sources:
    """The properties seen so far, by the resource they belong to and where they come from."""

    def __init__(self, before: Iterable[Record], program: Resources) -> None:
        self._declared = {resource.name: resource for resource in program}
        self._seen: dict[str, dict[str, object]] = {}
        self._ids: dict[str, dict[str, object]] = {}
        for each in before:
            seen, prefix = self._seen.setdefault(each.name, {}), each.mark or "recorded"
            seen[f"{prefix} inputs"], seen[f"{prefix} outputs"] = each.inputs, each.outputs
            self._ids.setdefault(each.name, {})[prefix] = each.id

    def describe(self, call: Call) -> str:
        seen, ids = self._seen.setdefault(call.name, {}), self._ids.setdefault(call.name, {})
        request, answer = message_in_domain(call.request), message_in_domain(call.answer or {})
        parts = [f"{call.method} {call.name}".strip()]
        if request.get("id") and call.method != "Configure":
            parts.append(f"id {_source(request['id'], ids)}")
        for argument in ARGUMENTS[call.method]:
            given = request.get(argument)
            if not given:
                continue
            if call.method == "Check" and argument == "news":
                seen["declared"] = given
                source = self._as_declared(call.name, given)
            else:
                source = _source(given, seen, new=(call.method, argument) in _NEW)
            parts.append(f"{argument} {source}")
        for key, label in _ANSWERS.get(call.method, {}).items():
            if key in answer:
                seen[label] = answer[key]
        if call.method in _IDS and answer.get("id"):
            ids[_IDS[call.method]] = answer["id"]
        outcome = "refused" if answer.get("failures") else call.outcome
        return ", ".join(parts) + (f" -> {outcome}" if outcome else "")

    def describe_state(self, each: Record) -> str:
        seen, ids = self._seen.get(each.name, {}), self._ids.get(each.name, {})
        text = (
            f"{each.name}: id {_source(each.id, ids)}, inputs {_source(each.inputs, seen)}, "
            f"outputs {_source(each.outputs, seen)}"
        )
        return f"{text} ({each.mark})" if each.mark else text

    def _as_declared(self, name: str, given: object) -> str:
        """`declared`, and the inputs that are not known yet; raw where the program differs."""
        assert isinstance(given, Mapping)
        resource = self._declared.get(name)
        if resource is None or not fits(resource, given):
            return f"not as declared: {sorted(given)}"
        return "declared" + _unknown_names(given)


def fits(resource: Resource, given: Json) -> bool:
    """Return whether given inputs are those that a program declares."""
    return all(
        isinstance(value, Output) or given.get(name) == value
        for name, value in resource.inputs.items()
        if value is not None
    )


def _source(value: object, seen: Mapping[str, object], new: bool = False) -> str:
    """Return where a value comes from, and which of its properties are not known yet.

    Several sources may have the same value. Of these the earliest counts, but the program comes
    last, unless the argument is one that is `new` with this command.
    """
    labels = [label for label, found in seen.items() if _same(value, found)]
    # Sorting keeps the order of those that are equal by the key.
    labels.sort(key=lambda label: ((label in _OF_PROGRAM) is not new, label == "declared"))
    return next(iter(labels), "of no source") + _unknown_names(value)


def _same(value: object, found: object) -> bool:
    if isinstance(value, Mapping) and isinstance(found, Mapping):
        return set(value) == set(found) and all(
            given in (UNKNOWN, found[key]) for key, given in value.items()
        )
    return value == found


def _unknown_names(value: object) -> str:
    names = value.items() if isinstance(value, Mapping) else ()
    unknown = sorted(key for key, given in names if given == UNKNOWN)
    return f" ({', '.join(unknown)} unknown)" * bool(unknown)


def in_normal_order(
    calls: Sequence[Call], registered: set[frozenset[str]], deleted: set[frozenset[str]]
) -> list[Call]:
    """Return the calls in the one order that stands for all equivalent orders.

    Calls for resources that do not depend on each other run in parallel. Of all the orders that
    differ only in them, this one has the names in alphabetical order. `registered` are the pairs
    of names that depend on each other in the program, `deleted` those in the program or the state.
    """
    related = {"program": registered, "Delete": deleted}
    left = [(call, _phase(calls, at)) for at, call in enumerate(calls)]
    ordered = []
    while left:
        first = [
            position
            for position, (call, phase) in enumerate(left)
            if not any(
                phase != other_phase
                or _subject(call, phase) == _subject(other, phase)
                or frozenset((call.name, other.name)) in related.get(phase, ())
                for other, other_phase in left[:position]
            )
        ]
        chosen = min(first, key=lambda position: _subject(*left[position]))
        ordered.append(left.pop(chosen)[0])
    return ordered


def _phase(calls: Sequence[Call], at: int) -> str:
    """Return the phase of a call in the command: only calls within one run in parallel."""
    method, subject = calls[at].method, _subject(calls[at], "refresh")
    before = [each.method for each in calls[:at] if _subject(each, "refresh") == subject]
    # A Diff after a Read belongs to it.
    if method == "Read" or (method == "Diff" and before[-1:] == ["Read"]):
        return "refresh"
    return "program" if method in ("Check", "Diff", "Create", "Update") else method


def _subject(call: Call, phase: str) -> tuple[str, str]:
    """Return the resource of a call; one of the same name that was replaced is another one."""
    return call.name, "" if phase == "program" else str(call.request.get("id", ""))


def related_names(*programs: Resources) -> set[frozenset[str]]:
    """Return the pairs of names of which one depends on the other itself."""
    return {
        frozenset((resource.name, other))
        for program in programs
        for resource in program
        for other in resource.needs
    }
