"""Gaps of an event stream: signs that it lacks an event, or has one that this version cannot read.

A gap can hide a change of access, so a review of a stream with a gap never reports "no change".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from metapixel_cli.grants.words import listed
from metapixel_cli.review.reading.preview import HAS_NEW, HAS_OLD, IDLE, KNOWN_OPS, Snapshot, Step
from metapixel_cli.review.reading.values import Event, contents, operations, shown, strings
from metapixel_cli.stacks.engine import mapping, name_of, text
from metapixel_cli.words import count
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ShareStatus

#: The kinds of events that this version knows. Some of them contain nothing that a review needs.
_KNOWN = frozenset(
    {
        *("preludeEvent", "progressEvent", "cancelEvent", "errorEvent", "summaryEvent"),
        *("diagnosticEvent", "stdoutEvent", "debugEvent", "startDebuggingEvent"),
        *("resourcePreEvent", "resOutputsEvent", "resOpFailedEvent"),
        *("policyLoadEvent", "policyEvent", "policyRemediationEvent"),
        *("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"),
        "policyRemediateSummaryEvent",
    }
)

_ENVELOPE = frozenset({"sequence", "timestamp"})
#: The statuses of shares that have the tasks that Meta returned.
_GRANTS_TASKS = (ShareStatus.ACTIVE, ShareStatus.UNCONFIRMED)


def gaps(
    events: Sequence[Event], steps: Sequence[Step], other_lines: Sequence[str]
) -> Iterator[str]:
    """Yield a sentence for each gap of a stream. The `other_lines` are not events."""
    if other_lines:
        number = count(len(other_lines), "line is", "lines are")
        yield f"{number} not an event, beginning with: {other_lines[0][:100]}"
    yield from _hidden_today(events)
    yield from _wrong_order(events)
    yield from _unknown_kinds(events)
    yield from _nameless_operations(events)
    ours = [step for step in steps if step.is_ours]
    for step in ours:
        if not step.is_skipped:
            yield from _step_gaps(step)
    skipped = [step.name for step in ours if step.is_skipped]
    if skipped:
        names = listed(skipped, most=20)
        yield f"Not previewed, because the preview was only of chosen resources: {names}"
    else:
        yield from _lost_refreshes(events, steps)
    yield from _lost_violations(events)
    yield from _lost_operations(events)


def _hidden_today(events: Iterable[Event]) -> Iterator[str]:
    for prelude in contents(events, "preludeEvent"):
        if shown(mapping(prelude.get("config")).get("metapixel:today")) is None:
            yield "The output hides the configured date metapixel:today"


def _wrong_order(events: Iterable[Event]) -> Iterator[str]:
    """Yield a sentence if an event has no number, or one that is not above the previous one.

    The numbers may have holes, because the engine omits some events after it has numbered them.
    """
    last = -1
    for event in events:
        number = event.get("sequence")
        if not isinstance(number, int) or number <= last:
            yield "An event is out of order, repeated, or has no number"
            return
        last = number


def _unknown_kinds(events: Iterable[Event]) -> Iterator[str]:
    numbers = Counter[str]()
    for event in events:
        kinds = event.keys() - _ENVELOPE
        numbers.update(kinds or {"none"})
    for kind in sorted(numbers.keys() - _KNOWN):
        number = numbers[kind]
        found = "an event" if number == 1 else f"{number} events"
        yield f"The engine reported {found} of a kind this version does not know: {kind[:60]}"


def _nameless_operations(events: Sequence[Event]) -> Iterator[str]:
    for step in operations(events):
        if not text(step.get("urn")) or not text(step.get("type")):
            yield "An operation lacks its resource or its type"


def _step_gaps(step: Step) -> Iterator[str]:
    kind = step.type.rpartition(":")[2]
    unknown = f"{kind} '{step.name}': this version does not know"
    if step.op not in KNOWN_OPS:
        yield f"{unknown} the operation '{step.op}'; it counts as a change"
    elif not isinstance(step.type, ResourceType) and step.op not in ("same", *IDLE):
        yield f"{unknown} this type of resource; it counts as a change"
    if step.old is None and step.op in HAS_OLD:
        yield f"{step.name}: the operation '{step.op}' lacks its old state"
    if step.new is None and step.op in HAS_NEW:
        yield f"{step.name}: the operation '{step.op}' lacks its new state"
    if isinstance(step.type, ResourceType) and step.op in (*HAS_OLD, *HAS_NEW):
        yield from _property_gaps(step, step.type)


def _property_gaps(step: Step, type_: ResourceType) -> Iterator[str]:
    """Yield a sentence for each property that is missing, or that this version cannot read.

    The review reads only the inputs and statuses that it knows. Another input may grant access, and
    another status may mean that there is no access.
    """
    required = [each.name for each in type_.inputs if each.required]
    for side, snapshot in (("old", step.old), ("new", step.new)):
        if snapshot is None or snapshot.is_only_read:
            continue
        for name in sorted(snapshot.own_inputs.keys() - type_.input_names):
            yield f"{step.name}: this version does not know the input '{name[:60]}'"
        if missing := [name for name in required if name not in snapshot.inputs]:
            yield f"{step.name}: the {side} state lacks {', '.join(missing)}"
        is_record = side == "old" or step.op == "refresh"
        if is_record:  # What a program declares has no status before the update.
            yield from _status_gaps(step, type_, side, snapshot)
        elif shown(snapshot.inputs.get("expires_on")) is None:
            yield f"{step.name}: expires_on is secret or unknown"


def _status_gaps(step: Step, type_: ResourceType, side: str, snapshot: Snapshot) -> Iterator[str]:
    status, granted = snapshot.outputs.get("status"), snapshot.outputs.get("granted_tasks")
    has_tasks = isinstance(granted, list) or granted is UNKNOWN
    if not isinstance(status, str):
        yield f"{step.name}: the {side} state lacks its status"
    elif status not in type_.statuses:
        yield f"{step.name}: this version does not know the status '{status[:60]}'"
    elif type_ is ResourceType.SHARE and status in _GRANTS_TASKS and not has_tasks:
        yield f"{step.name}: the {side} state lacks granted_tasks"


def _lost_refreshes(events: Iterable[Event], steps: Sequence[Step]) -> Iterator[str]:
    """Yield a sentence for each refresh that lacks its result or its events.

    A refresh covers every resource of the state, if the preview was not of chosen resources.
    """
    announced = operations(events, "resourcePreEvent")
    begun = {text(each.get("urn")) for each in announced if each.get("op") == "refresh"}
    ended = {step.urn for step in steps if step.op == "refresh"}
    for urn in sorted(begun - ended):
        yield f"{name_of(urn)}: the refresh has no result"
    recorded, imported = set[str](), set[str]()
    for step in steps:
        if step.op.startswith("import"):
            imported.add(step.urn)
        if step.is_ours and step.old and step.op in HAS_OLD and step.op != "refresh":
            # A refresh precedes the program, so its events have the URN of the state.
            recorded.add(step.old_urn)
    refreshed = recorded & (begun | ended)
    if refreshed:
        for urn in sorted(recorded - refreshed - imported):
            yield f"{name_of(urn)}: the preview refreshed other resources, and not this one"


#: The kinds of policy summaries, each with the kinds of events that report its violations.
_REPORTS = {
    "policyAnalyzeSummaryEvent": ("policyEvent",),
    "policyAnalyzeStackSummaryEvent": ("policyEvent",),
    "policyRemediateSummaryEvent": ("policyRemediationEvent", "policyEvent"),
}


def _lost_violations(events: Sequence[Event]) -> Iterator[str]:
    """Yield a sentence for each rule that failed in a summary without an event about it."""
    for kind, reports in _REPORTS.items():
        urns: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for event in contents(events, *reports):
            rule, pack = text(event.get("policyName")), text(event.get("policyPackName"))
            urns[rule, pack].add(text(event.get("resourceUrn")))
        for summary in contents(events, kind):
            pack, urn = text(summary.get("policyPackName")), text(summary.get("resourceUrn"))
            for rule in strings(summary.get("failed")):
                reported = urns[rule, pack]
                if not urn and not reported:  # A summary of the whole stack names no resource.
                    yield f"The output lacks a violation of the rule '{rule}'"
                if urn and urn not in reported:
                    yield f"The output lacks a violation of the rule '{rule}' by {name_of(urn)}"


def _lost_operations(events: Sequence[Event]) -> Iterator[str]:
    """Yield a sentence if the summary of the preview is not whole, or counts more operations."""
    occurred = Counter(text(step.get("op")) for step in operations(events, "resourcePreEvent"))
    for summary in contents(events, "summaryEvent"):
        counted = summary.get("resourceChanges")
        # An update has False here, and is refused earlier. So another value is a missing mark.
        lacks_mark = summary.get("isPreview") is not True
        lacks_result = summary.get("result") not in ("succeeded", "failed")
        if lacks_mark or lacks_result or not isinstance(counted, Mapping):
            yield "The summary at the end of the output lacks its counts or its result"
        for operation, number in mapping(counted).items():
            if not isinstance(number, int) or number > occurred[operation]:
                yield f"The output contains fewer '{operation}' operations than its summary reports"
