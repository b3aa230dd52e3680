"""Conversion of the output of `pulumi preview --json` to a `Preview`.

The output has a line for each engine event. A `resourcePreEvent` reports a step. The result of a
refresh is only in the `resOutputsEvent`. A `summaryEvent` follows the last step, so a stream
without it was cut off.

Without PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1, Pulumi prints one document instead, which lacks
policy results and drift, so it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.review.reading.gaps import gaps
from metapixel_cli.review.reading.preview import (
    Exemption,
    InputError,
    Preview,
    Snapshot,
    Step,
    Violation,
)
from metapixel_cli.review.reading.values import (
    Event,
    contents,
    differ,
    items,
    operations,
    shown,
    snapshot,
    strings,
)
from metapixel_cli.stacks.engine import ECHOES, mapping, name_of, parsed, stack_of, text
from metapixel_provider.connection.graph_url import is_metas
from metapixel_provider.sharing.days import day, moment
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.resource_types import ResourceType, is_ours

#: Keys that identify an event. Each version of Pulumi prints one of them.
_EVENT_MARKS = ("sequence", "preludeEvent", "resourcePreEvent", "summaryEvent", "diagnosticEvent")
_HOW = "pass the output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
#: The beginning of a warning in the standard error of a provider, which the engine does not mark.
_WARNING = "warning: "
#: The end of a warning before another one. Warnings that are written at the same time can lack the
#: line break.
_BETWEEN_WARNINGS = re.compile(rf"(?:\n|(?<=\S))(?={_WARNING})")
#: The only error of a preview that a policy blocked.
_BLOCKED = "preview failed"
#: The type of the stack itself.
_STACK = "pulumi:pulumi:Stack"
#: The providers that serve our resources: the native plugin, and Python's dynamic providers.
_PROVIDERS = ("pulumi:providers:metapixel", "pulumi:providers:pulumi-python")
#: The operations before and after which a resource has the same ids. Other ids replace it.
_KEEPS_IDS = ("same", "update", "refresh")
#: The levels of enforcement that never block an update. An unknown level blocks it.
_HARMLESS = ("advisory", "remediate", "disabled", "warning", "none")

_ANALYSES = ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent")


def read(data: bytes) -> Preview:
    """Return the preview. Raises InputError if the input is not an event stream of one preview."""
    lines = data.decode("utf-8-sig", errors="replace").strip()
    if not lines:
        raise InputError(f"The input is empty; {_HOW}")
    events: list[Event] = []
    other_lines = []
    cut_off = False
    # Other characters that end a line, such as U+2028, can be part of a name.
    for line in filter(None, map(str.strip, lines.split("\n"))):
        found = parsed(line)
        is_cut_event = found is None and line.startswith("{")
        if isinstance(found, Mapping) and not found.keys().isdisjoint(_EVENT_MARKS):
            events.append(found)
        elif is_cut_event:
            cut_off = True
        else:
            other_lines.append(line)
    if not events:
        raise InputError(f"The input is not the event stream of a preview; {_HOW}")
    return _preview(events, cut_off, other_lines)


def _preview(events: Sequence[Event], cut_off: bool, other_lines: Sequence[str]) -> Preview:
    """Return the preview of a stream.

    `cut_off` is true if a line ends in the middle. The `other_lines` are not events.
    """
    summary = _summary(events)
    steps = _steps(events)
    project, stack = _project_and_stack(steps)
    violations = tuple(_violations(events, steps))
    errors = _errors(events)
    failed = bool(errors) or mapping(summary).get("result") == "failed"
    if failed:
        is_blocked = any(violation.blocks for violation in violations)
        printed = _diagnostics(events, severity="info#err")
        # Without an error, the lines that are not events can contain the cause.
        errors = _with_printed(errors or other_lines, printed, is_blocked)
    return Preview(
        begun=moment(events[0].get("timestamp")),
        fixed_today=_fixed_today(events),
        addresses=_other_addresses(events),
        project=project,
        stack=stack,
        steps=steps,
        changes_outputs=_changes_outputs(events),
        violations=violations,
        policy_packs=_packs(events, mapping(summary)),
        rules=_rules(events),
        errors=tuple(errors),
        warnings=_warnings(events),
        failed=failed,
        complete=summary is not None and not cut_off,
        gaps=tuple(dict.fromkeys(gaps(events, steps, other_lines))),
    )


def _summary(events: Sequence[Event]) -> Mapping[str, object] | None:
    """Return the summary of the preview, or None if the output lacks it."""
    summaries = contents(events, "summaryEvent")
    if not summaries:
        return None
    if len(summaries) > 1:
        raise InputError("The input contains several previews; pass one at a time")
    if summaries[0].get("isPreview") is False:
        raise InputError("The input is the output of an update, not of a preview")
    return summaries[0]


def _steps(events: Iterable[Event]) -> tuple[Step, ...]:
    found = list[Step]()
    for event in events:
        is_after_operation = "resOutputsEvent" in event
        for metadata in operations([event]):
            # Of the two events of an operation, the later one counts only for a refresh: its result
            # is not in the earlier one.
            is_refresh = metadata.get("op") == "refresh"
            if is_refresh == is_after_operation:
                found.append(_step(metadata, place=len(found)))
    return tuple(found)


def _step(metadata: Mapping[str, object], place: int) -> Step:
    token, op = text(metadata.get("type")), text(metadata.get("op"))
    type_ = ResourceType.of(token) or token
    old, new = snapshot(metadata.get("old")), snapshot(metadata.get("new"))
    if isinstance(type_, ResourceType) and old and new and op in _KEEPS_IDS:
        # The engine can hide secret ids on one side only, and the other side has the same ids.
        old, new = _with_ids(old, new, names=type_.key), _with_ids(new, old, names=type_.key)
    return Step(
        op=op,
        urn=text(metadata.get("urn")),
        type=type_,
        is_ours=is_ours(token),
        old=old,
        new=new,
        keys=strings(metadata.get("keys")),
        place=place,
    )


def _with_ids(side: Snapshot, other: Snapshot, names: Sequence[str]) -> Snapshot:
    """Return one side of a step with the ids that only the other side shows."""
    inputs = dict(side.inputs)
    for name in names:
        if inputs.get(name) is UNKNOWN and name in other.inputs:
            inputs[name] = other.inputs[name]
    return replace(side, inputs=inputs)


def _project_and_stack(steps: Iterable[Step]) -> tuple[str, str]:
    """Return the project and the stack of the steps, both empty if no step has a URN."""
    stacks = {stack_of(step.urn) for step in steps} - {("", "")}
    if len(stacks) > 1:
        raise InputError("The input contains previews of several stacks; pass one at a time")
    return stacks.pop() if stacks else ("", "")


def _changes_outputs(events: Iterable[Event]) -> bool:
    """Return True if an output of the stack changes. Only its last event has the new outputs."""
    last: Mapping[str, object] = {}
    for step in operations(events, "resOutputsEvent"):
        if step.get("type") == _STACK:
            last = step
    old, new = mapping(last.get("old")), mapping(last.get("new"))
    return differ(mapping(old.get("outputs")), mapping(new.get("outputs")))


def _violations(events: Iterable[Event], steps: Iterable[Step]) -> Iterator[Violation]:
    unchanged = {step.urn for step in steps if step.keeps_inputs}
    for found in contents(events, "policyEvent"):
        is_new = text(found.get("resourceUrn")) not in unchanged
        yield _violation(found, is_new)
    for found in contents(events, "policyRemediationEvent"):
        # The event of a remediation lacks its level and its message.
        message = "The rule changed the inputs of the resource"
        missing = {"enforcementLevel": "remediate", "message": message}
        yield _violation({**found, **missing}, is_new=True)


def _violation(found: Event, is_new: bool) -> Violation:
    level = text(found.get("enforcementLevel")) or "unknown"
    # The description of the rule is the first line of the message.
    description, _, message = text(found.get("message")).strip().partition("\n")
    exceptions = []
    for each in map(mapping, items(found.get("exceptions"))):
        exceptions.append(Exemption(text(each.get("id")), text(each.get("reason"))))
    return Violation(
        rule=text(found.get("policyName")),
        pack=text(found.get("policyPackName")),
        level=level,
        severity=text(found.get("severity")) or None,
        resource=name_of(text(found.get("resourceUrn"))),
        message=message.strip() or description,
        blocks=not exceptions and level not in _HARMLESS,
        exceptions=tuple(exceptions),
        is_new=is_new,
    )


def _packs(events: Iterable[Event], summary: Mapping[str, object]) -> tuple[str, ...]:
    # A local pack is listed as NAME|local|FOLDER.
    names = {listed.partition("|")[0] for listed in mapping(summary.get("PolicyPacks"))}
    for analysis in contents(events, "policyAnalyzeSummaryEvent"):
        names.add(text(analysis.get("policyPackName")))
    return tuple(sorted(names - {""}))


def _rules(events: Sequence[Event]) -> tuple[str, ...]:
    """Return the rules that passed or failed.

    The engine lists every rule as passed in the summary of remediations, so the rules that passed
    there do not count.
    """
    names = set[str]()
    for summary in contents(events, *_ANALYSES):
        names.update(strings(summary.get("passed")))
    for summary in contents(events, *_ANALYSES, "policyRemediateSummaryEvent"):
        names.update(strings(summary.get("failed")))
    return tuple(sorted(names - {""}))


def _fixed_today(events: Iterable[Event]) -> date | None:
    for prelude in contents(events, "preludeEvent"):
        configured = text(mapping(prelude.get("config")).get("metapixel:today"))
        try:
            # The engine reads a date without quotes as a time.
            return day(configured.partition(" ")[0])
        except ValueError:
            continue
    return None


def _other_addresses(events: Sequence[Event]) -> tuple[str | None, ...]:
    """Return the addresses of calls other than Meta's. None is one that is unknown or secret."""
    found = set[str | None]()
    for configuration in _configurations(events):
        address = shown(configuration.get("metapixel:graphUrl", configuration.get("graphUrl")))
        if address is None:
            found.add(None)
            continue
        address = address.strip().rstrip("/")
        # Without an address, the calls go to Meta.
        if address != "" and not is_metas(address):
            found.add(address)
    has_stack_configuration = bool(contents(events, "preludeEvent"))
    if not has_stack_configuration:
        found.add(None)
    return tuple(sorted(found, key=str))


def _configurations(events: Sequence[Event]) -> Iterator[Mapping[str, object]]:
    """Yield the configuration of the stack, and of each provider that the engine reports.

    Its default providers, which it does not report, have the configuration of the stack.
    """
    for prelude in contents(events, "preludeEvent"):
        yield mapping(prelude.get("config"))
    for step in operations(events):
        if step.get("type") in _PROVIDERS:
            yield mapping(mapping(step.get("old")).get("inputs"))
            yield mapping(mapping(step.get("new")).get("inputs"))


def _errors(events: Sequence[Event]) -> list[str]:
    errors = _diagnostics(events, severity="error")
    errors += [text(event.get("error")) for event in contents(events, "errorEvent")]
    causes = [error for error in errors if error not in ECHOES]
    return causes or errors


def _with_printed(errors: Iterable[str], printed: Iterable[str], is_blocked: bool) -> list[str]:
    """Return the errors that no violation explains, and then the printed texts."""
    found = [error for error in errors if not (is_blocked and error == _BLOCKED)]
    if found:
        found += [message for message in printed if not message.startswith(_WARNING)]
    return found


def _warnings(events: Sequence[Event]) -> tuple[str, ...]:
    found = _diagnostics(events, "warning")
    # The standard error of a provider, which can contain several warnings.
    for printed in _diagnostics(events, "info#err"):
        if printed.startswith(_WARNING):
            for warning in _BETWEEN_WARNINGS.split(printed):
                found.append(warning.removeprefix(_WARNING).strip())
    return tuple(dict.fromkeys(found))


def _diagnostics(events: Iterable[Event], severity: str) -> list[str]:
    """Return each message of a severity once."""
    found = dict[str, None]()
    for entry in contents(events, "diagnosticEvent"):
        message = text(entry.get("message")).strip()
        if entry.get("severity") == severity and message:
            found[message] = None
    return [*found]
