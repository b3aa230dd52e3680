"""The one document that `pulumi preview --json` prints without the event stream.

It lacks policy results. For a refresh it repeats the old state as the new state (as of Pulumi
3.274), so it lacks drift too. The review lists both as gaps.
"""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_cli.review.reading.preview import Preview, Source, Step
from metapixel_cli.review.reading.values import items, mapping, snapshot, stack_of, text

_NO_POLICY = (
    "Policy results are not part of this output: run the preview with "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
)
_NO_DRIFT = (
    "Changes outside of Pulumi are not part of this output: run the preview with "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
)


def of_document(document: Mapping[str, object]) -> Preview:
    """Return the preview that a document describes."""
    steps = tuple(_step(mapping(entry)) for entry in items(document.get("steps")))
    diagnostics = [mapping(entry) for entry in items(document.get("diagnostics"))]
    places = (stack_of(step.urn) for step in steps)
    project, stack = next((place for place in places if any(place)), ("", ""))
    gaps = [_NO_POLICY]
    if any(step.op == "refresh" for step in steps):
        gaps.append(_NO_DRIFT)
    errors = _messages(diagnostics, "error")
    return Preview(
        Source.PLAIN,
        project=project,
        stack=stack,
        # A refresh in the document never contains the drift.
        steps=tuple(step for step in steps if step.op != "refresh"),
        errors=errors + (_messages(diagnostics, "info#err") if errors else ()),
        warnings=_messages(diagnostics, "warning"),
        failed=bool(errors),
        complete="changeSummary" in document or bool(errors),
        gaps=tuple(gaps),
    )


def _step(entry: Mapping[str, object]) -> Step:
    old, new = mapping(entry.get("oldState")), mapping(entry.get("newState"))
    return Step(
        op=text(entry.get("op")),
        urn=text(entry.get("urn")),
        type=text(new.get("type") or old.get("type")),
        old=snapshot(entry.get("oldState")),
        new=snapshot(entry.get("newState")),
        changed=tuple(map(text, items(entry.get("diffReasons")))),
    )


def _messages(diagnostics: list[Mapping[str, object]], severity: str) -> tuple[str, ...]:
    return tuple(
        text(entry.get("message")).removeprefix(f"{severity}: ").strip()
        for entry in diagnostics
        if entry.get("severity") == severity
    )
