"""The engine's event stream, which has one JSON object per line.

A `resourcePreEvent` reports a step. The result of a refresh is only in the `resOutputsEvent`. A
`summaryEvent` follows the last step, so a stream without it was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date

from metapixel_cli.review.reading.gaps import gaps
from metapixel_cli.review.reading.preview import (
    STACK,
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
)
from metapixel_cli.stacks.engine import ECHOES, mapping, name_of, stack_of, text
from metapixel_provider.connection.graph_url import is_metas
from metapixel_provider.sharing.days import day, moment
from metapixel_provider.sharing.engine_names import domain_name
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.resource_types import ResourceType, is_ours

#: The beginning of a warning in the standard error of a provider, which the engine does not mark.
_WARNING = "warning: "
#: The end of a warning before another one. Warnings that are written at the same time can lack the
#: line break.
_BETWEEN_WARNINGS = re.compile(rf"(?:\n|(?<=\S))(?={_WARNING})")

#: The only error of a preview that a policy blocked.
_BLOCKED = "preview failed"
#: The providers that serve our resources: the native plugin, and Python's dynamic providers.
_PROVIDERS = ("pulumi:providers:metapixel", "pulumi:providers:pulumi-python")
#: The operations that keep the resource. Other ids need a replacement.
_KEEPS_IDS = ("same", "update", "refresh")
#: The levels of enforcement that never block an update. An unknown level blocks it.
_HARMLESS = ("advisory", "remediate", "disabled", "warning", "none")
_ANALYSES = ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent")


def of_events(events: Sequence[Event], cut_off: bool, other_lines: Sequence[str]) -> Preview:
    """Return the preview of a stream.

    `cut_off` is true if a line ends in the middle. The `other_lines` are not events.
    Raises InputError if the stream contains several previews, or an update.
    """
    summary = _summary(events)
    steps = tuple(_steps(events))
    stacks = {stack_of(step.urn) for step in steps} - {("", "")}
    if len(stacks) > 1:
        raise InputError("The input contains previews of several stacks; pass one at a time")
    project, stack = stacks.pop() if stacks else ("", "")
    violations = tuple(_violations(events, {step.urn for step in steps if step.keeps_inputs}))
    errors = _errors(events)
    failed = bool(errors) or (summary or {}).get("result") == "failed"
    return Preview(
        begun=moment(events[0].get("timestamp")),
        fixed_today=_fixed_today(events),
        addresses=_other_addresses(events),
        project=project,
        stack=stack,
        steps=steps,
        changes_outputs=_changes_outputs(events),
        violations=violations,
        policy_packs=_packs(events, summary),
        rules=_listed(events),
        errors=_causes(errors or other_lines, events, violations) if failed else (),
        warnings=_warnings(events),
        failed=failed,
        complete=summary is not None and not cut_off,
        gaps=gaps(events, steps, other_lines),
    )


def _summary(events: Sequence[Event]) -> Mapping[str, object] | None:
    summaries = contents(events, "summaryEvent")
    if len(summaries) > 1:
        raise InputError("The input contains several previews; pass one at a time")
    if summaries and summaries[0].get("isPreview") is False:
        raise InputError("The input is the output of an update, not of a preview")
    return summaries[0] if summaries else None


def _steps(events: Iterable[Event]) -> Iterator[Step]:
    place = 0
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = mapping(mapping(event.get(kind)).get("metadata"))
            is_refresh = metadata.get("op") == "refresh"
            if kind in event and is_refresh is (kind == "resOutputsEvent"):
                yield _step(metadata, place)
                place += 1


def _step(metadata: Mapping[str, object], place: int) -> Step:
    token, op = text(metadata.get("type")), text(metadata.get("op"))
    type_ = ResourceType.of(token) or token
    old, new = snapshot(metadata.get("old")), snapshot(metadata.get("new"))
    if isinstance(type_, ResourceType) and old and new and op in _KEEPS_IDS:
        old, new = _with_ids(old, new, type_.key), _with_ids(new, old, type_.key)
    paths = {
        **dict.fromkeys(map(text, items(metadata.get("diffs")))),
        **mapping(metadata.get("detailedDiff")),
    }
    return Step(
        op=op,
        urn=text(metadata.get("urn")),
        type=type_,
        is_ours=is_ours(token),
        old=old,
        new=new,
        keys=tuple(map(text, items(metadata.get("keys")))),
        differing=frozenset(re.split(r"[.\[]", domain_name(path))[0] for path in paths),
        place=place,
    )


def _with_ids(side: Snapshot, other: Snapshot, key: Sequence[str]) -> Snapshot:
    """Return one side of a step with the ids that only the other side shows.

    The engine can hide secret ids on one side only.
    """
    hidden = [name for name in key if side.inputs.get(name) is UNKNOWN]
    shown_ids = {name: other.inputs[name] for name in hidden if name in other.inputs}
    return replace(side, inputs={**side.inputs, **shown_ids})


def _changes_outputs(events: Iterable[Event]) -> bool:
    """Return True if an output of the stack changes. Only its last event has the new outputs."""
    last: Mapping[str, object] = {}
    for step in operations(events, "resOutputsEvent"):
        if step.get("type") == STACK:
            last = step
    old, new = mapping(last.get("old")), mapping(last.get("new"))
    return differ(mapping(old.get("outputs")), mapping(new.get("outputs")))


def _violations(events: Iterable[Event], unchanged: Set[str]) -> Iterable[Violation]:
    """Yield the violations. The inputs of the resources in `unchanged` stay as they are."""
    for found in contents(events, "policyEvent"):
        description, _, message = text(found.get("message")).strip().partition("\n")
        is_new = text(found.get("resourceUrn")) not in unchanged
        yield _violation(found, message.strip() or description, is_new)
    for found in contents(events, "policyRemediationEvent"):
        remediation = {**found, "enforcementLevel": "remediate"}
        yield _violation(remediation, "The rule changed the inputs of the resource")


def _violation(found: Mapping[str, object], message: str, is_new: bool = True) -> Violation:
    level = text(found.get("enforcementLevel")) or "unknown"
    listed = map(mapping, items(found.get("exceptions")))
    exceptions = tuple(Exemption(text(it.get("id")), text(it.get("reason"))) for it in listed)
    return Violation(
        rule=text(found.get("policyName")),
        pack=text(found.get("policyPackName")),
        level=level,
        severity=text(found.get("severity")) or None,
        resource=name_of(text(found.get("resourceUrn"))),
        message=message,
        blocks=not exceptions and level not in _HARMLESS,
        exceptions=exceptions,
        is_new=is_new,
    )


def _packs(events: Iterable[Event], summary: Mapping[str, object] | None) -> tuple[str, ...]:
    asked = contents(events, "policyAnalyzeSummaryEvent")
    named = {text(found.get("policyPackName")) for found in asked}
    listed = mapping((summary or {}).get("PolicyPacks"))
    # A local pack is listed as NAME|local|FOLDER.
    return tuple(sorted((named | {name.partition("|")[0] for name in listed}) - {""}))


def _listed(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the rules that passed or failed.

    The engine lists every rule as passed in the summary of remediations, so the rules that passed
    there do not count.
    """
    found = set[str]()
    for kind in (*_ANALYSES, "policyRemediateSummaryEvent"):
        for summary in contents(events, kind):
            found.update(map(text, items(summary.get("failed"))))
            if kind in _ANALYSES:
                found.update(map(text, items(summary.get("passed"))))
    return tuple(sorted(found - {""}))


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
    """Return the addresses of calls other than Meta's. None is one that is unknown or secret.

    The engine does not report its default providers, which have the configuration of the stack.
    """
    preludes = contents(events, "preludeEvent")
    configurations = [mapping(prelude.get("config")) for prelude in preludes]
    for step in operations(events):
        if step.get("type") in _PROVIDERS:
            for side in ("old", "new"):
                configurations.append(mapping(mapping(step.get(side)).get("inputs")))
    addresses: set[str | None] = set() if preludes else {None}
    for configuration in configurations:
        address = shown(configuration.get("metapixel:graphUrl", configuration.get("graphUrl")))
        addresses.add(address and address.strip().rstrip("/"))
    others = [each for each in addresses if each is None or (each and not is_metas(each))]
    return tuple(sorted(others, key=str))


def _errors(events: Sequence[Event]) -> list[str]:
    errors = _diagnostics(events, "error")
    errors += [text(found.get("error")) for found in contents(events, "errorEvent")]
    return [error for error in errors if error not in ECHOES] or errors


def _causes(
    errors: Sequence[str], events: Sequence[Event], violations: Iterable[Violation]
) -> tuple[str, ...]:
    """Return the errors that no violation explains, and then the printed texts."""
    is_blocked = any(violation.blocks for violation in violations)
    found = [error for error in errors if error != _BLOCKED or not is_blocked]
    if found:
        printed = _diagnostics(events, "info#err")
        found += [line for line in printed if not line.startswith(_WARNING)]
    return tuple(found)


def _warnings(events: Sequence[Event]) -> tuple[str, ...]:
    found = _diagnostics(events, "warning")
    for message in _diagnostics(events, "info#err"):
        if message.startswith(_WARNING):
            lines = _BETWEEN_WARNINGS.split(message)
            found += [line.removeprefix(_WARNING).strip() for line in lines]
    return tuple(dict.fromkeys(found))


def _diagnostics(events: Iterable[Event], severity: str) -> list[str]:
    """Return each message of a severity once."""
    entries = contents(events, "diagnosticEvent")
    found = [
        text(each.get("message")).strip() for each in entries if each.get("severity") == severity
    ]
    return list(filter(None, dict.fromkeys(found)))
