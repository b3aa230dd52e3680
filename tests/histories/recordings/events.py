"""The steps of a preview, as text that two engines can be compared by.

Each line has the operation on a resource, and the source of its properties before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_provider.sharing.engine_names import in_domain
from metapixel_provider.sharing.forms import UNKNOWN
from tests.histories.moment import Record
from tests.histories.recordings.calls import fits
from tests.histories.resources import Resource, Resources


def described(stream: bytes, before: Iterable[Record], program: Resources) -> list[str]:
    """Return one line for each step. Independent resources come in any order, so names sort it."""
    preview = read(stream) if stream else None
    if preview is None or preview.failed:
        return ["failed"]
    records, declared = list(before), {resource.name: resource for resource in program}
    steps = sorted((step for step in preview.steps if step.is_ours), key=lambda it: it.name)
    return [_line(step, records, declared.get(step.name)) for step in steps]


def _line(step: Step, records: Sequence[Record], declared: Resource | None) -> str:
    found = f"{step.op} {step.name}"
    if step.old:
        found += f", old: {_side(step.old, records, declared)}"
    if step.new:
        # The engine adds unknown outputs to some replacements, which nobody reads.
        new = replace(step.new, outputs={}) if step.op == "replace" else step.new
        found += f", new: {_side(new, records, declared)}"
    return found


def _side(snapshot: Snapshot, records: Sequence[Record], declared: Resource | None) -> str:
    inputs = _source(snapshot.inputs, [each.inputs for each in records], declared)
    outputs = _source(snapshot.outputs, [each.outputs for each in records], None)
    return f"inputs {inputs}" + (f" outputs {outputs}" if snapshot.outputs else "")


def _source(
    given: Mapping[str, object],
    recorded: Iterable[Mapping[str, object]],
    declared: Resource | None,
) -> str:
    if given in [in_domain(each) for each in recorded]:
        return "recorded"
    unknown = sorted(name for name, value in given.items() if value is UNKNOWN)
    found = "declared" if declared is not None and fits(declared, given) else "read"
    return f"{found} ({', '.join(unknown)} unknown)" if unknown else found
