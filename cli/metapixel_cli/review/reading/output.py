"""Conversion of the output of `pulumi preview --json` to a `Preview`.

The output has a line for each engine event. Without PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1, Pulumi
prints one document instead, which lacks policy results and drift, so it is an error.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping

from metapixel_cli.review.reading.event_stream import of_events
from metapixel_cli.review.reading.preview import Preview

#: Keys that identify an event. Each version of Pulumi prints one of them.
_EVENT_MARKS = ("sequence", "preludeEvent", "resourcePreEvent", "summaryEvent", "diagnosticEvent")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HOW = "pass the output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"


class InputError(Exception):
    """The input is not a preview, so it cannot be reviewed."""


def read(data: bytes) -> Preview:
    """Return the preview. Raises InputError if the input is not an event stream of one preview."""
    text = _decoded(data).strip()
    if not text:
        raise InputError(f"The input is empty; {_HOW}")
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    parsed = [(line, _parsed(line)) for line in lines]
    events = [found for _, found in parsed if isinstance(found, Mapping) and _is_event(found)]
    if events:
        broken = sum(found is None and line.startswith("{") for line, found in parsed)
        other_lines = [line for line, found in parsed if found is None and not line.startswith("{")]
        try:
            return of_events(events, broken, other_lines)
        except ValueError as error:
            raise InputError(str(error)) from None
    raise InputError(f"The input is not the event stream of a preview; {_HOW}")


def _decoded(data: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    return data.decode(encoding, errors="replace")


def _parsed(text: str) -> object:
    """Return the JSON value, or None if the text is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_event(found: Mapping[str, object]) -> bool:
    return any(mark in found for mark in _EVENT_MARKS)
