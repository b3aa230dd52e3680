"""From what `pulumi preview --json` printed to a `Preview`.

Two shapes: a line for each engine event (with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1), or one
document. What is not understood becomes a gap that the review names, never silence.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping

from metapixel_cli.review.reading.event_stream import of_events
from metapixel_cli.review.reading.plain_document import of_document
from metapixel_cli.review.reading.preview import Preview, Source

#: How an event line and how the document can be told, whatever version printed them.
_EVENT_MARKS = ("sequence", "preludeEvent", "resourcePreEvent", "summaryEvent", "diagnosticEvent")
_DOCUMENT_MARKS = ("steps", "changeSummary", "diagnostics")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HOW = "give the output of `pulumi preview --json`"


class InputError(Exception):
    """The input is no preview, so nothing can be said about it."""


def read(data: bytes) -> Preview:
    """Reads either shape. Raises InputError where it is neither."""
    text = _decoded(data).strip()
    if not text:
        raise InputError(f"The input is empty; {_HOW}")
    document = _parsed(text)
    if isinstance(document, Mapping) and not _is_event(document):
        if not any(mark in document for mark in _DOCUMENT_MARKS):
            raise InputError(f"The input is JSON but no preview; {_HOW}")
        return of_document(document)
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    parsed = [(line, _parsed(line)) for line in lines]
    events = [found for _, found in parsed if isinstance(found, Mapping) and _is_event(found)]
    if events:
        broken = sum(found is None and line.startswith("{") for line, found in parsed)
        said = [line for line, found in parsed if found is None and not line.startswith("{")]
        try:
            return of_events(events, broken, said)
        except ValueError as error:
            raise InputError(str(error)) from None
    if text.startswith("{") and ("urn:pulumi:" in text or '"steps"' in text or '"config"' in text):
        return _cut_off(text)
    raise InputError(f"The input is no preview; {_HOW}")


def _decoded(data: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    return data.decode(encoding, errors="replace")


def _parsed(text: str) -> object:
    """The JSON value, or None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_event(found: Mapping[str, object]) -> bool:
    return any(mark in found for mark in _EVENT_MARKS)


def _cut_off(text: str) -> Preview:
    """The beginning of a document: it was a preview, and nothing in it can be relied on."""
    project = stack = ""
    for part in _urns(text):
        stack, _, project = part.partition("::")
        project = project.partition("::")[0]
        break
    return Preview(Source.PLAIN, project=project, stack=stack, complete=False)


def _urns(text: str) -> Iterable[str]:
    _, found, rest = text.partition("urn:pulumi:")
    if found:
        yield rest[:300]
