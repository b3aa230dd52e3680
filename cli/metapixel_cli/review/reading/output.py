"""Conversion of the output of `pulumi preview --json` to a `Preview`.

The output has a line for each engine event. Without PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1, Pulumi
prints one document instead, which lacks policy results and drift, so it is an error.
"""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_cli.review.reading.event_stream import of_events
from metapixel_cli.review.reading.preview import InputError, Preview
from metapixel_cli.stacks.engine import parsed

#: Keys that identify an event. Each version of Pulumi prints one of them.
_EVENT_MARKS = ("sequence", "preludeEvent", "resourcePreEvent", "summaryEvent", "diagnosticEvent")
_HOW = "pass the output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"


def read(data: bytes) -> Preview:
    """Return the preview. Raises InputError if the input is not an event stream of one preview."""
    text = data.decode("utf-8-sig", errors="replace").strip()
    if not text:
        raise InputError(f"The input is empty; {_HOW}")
    events: list[Mapping[str, object]] = []
    other_lines = []
    cut_off = False
    # Other characters that end a line, such as U+2028, can be part of a name.
    for line in filter(None, map(str.strip, text.split("\n"))):
        found = parsed(line)
        if isinstance(found, Mapping) and not found.keys().isdisjoint(_EVENT_MARKS):
            events.append(found)
        elif found is None and line.startswith("{"):
            cut_off = True
        else:
            other_lines.append(line)
    if not events:
        raise InputError(f"The input is not the event stream of a preview; {_HOW}")
    return of_events(events, cut_off, other_lines)
