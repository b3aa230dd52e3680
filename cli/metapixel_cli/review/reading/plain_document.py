"""The one document of `pulumi preview --json`.

It leaves out what policies said, and for a refresh it repeats the old state as the new one (seen
with Pulumi 3.274), so both are named as gaps.
"""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_cli.review.reading.preview import Preview, Source, Step
from metapixel_cli.review.reading.values import items, mapping, snapshot, stack_of, text

_NO_POLICY = (
    "What policies say is not part of this output: preview with "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
)
_NO_DRIFT = (
    "What the refresh found changed outside of Pulumi is not part of this output: preview with "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
)


def of_document(document: Mapping[str, object]) -> Preview:
    """The preview that one document describes."""
    steps = tuple(_step(mapping(entry)) for entry in items(document.get("steps")))
    said = [mapping(entry) for entry in items(document.get("diagnostics"))]
    places = (stack_of(step.urn) for step in steps)
    project, stack = next((place for place in places if any(place)), ("", ""))
    gaps = [_NO_POLICY]
    if any(step.op == "refresh" for step in steps):
        gaps.append(_NO_DRIFT)
    errors = _said(said, "error")
    return Preview(
        Source.PLAIN,
        project=project,
        stack=stack,
        # As in the stream, a refresh is only worth showing where something was found.
        steps=tuple(step for step in steps if step.op != "refresh"),
        errors=errors + (_said(said, "info#err") if errors else ()),
        warnings=_said(said, "warning"),
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


def _said(said: list[Mapping[str, object]], severity: str) -> tuple[str, ...]:
    return tuple(
        text(entry.get("message")).removeprefix(f"{severity}: ").strip()
        for entry in said
        if entry.get("severity") == severity
    )
