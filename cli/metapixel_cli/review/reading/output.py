"""Conversion of the output of `pulumi preview --json` to a `Preview`.

The output has one of two forms: a line for each engine event (with
PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1), or one document. Parts that this version does not know
become gaps, which the review lists.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping

from metapixel_cli.review.reading.event_stream import of_events
from metapixel_cli.review.reading.plain_document import of_document
from metapixel_cli.review.reading.preview import Preview, Source

#: Keys that identify an event and the document. Each version of Pulumi prints one of them.
_EVENT_MARKS = ("sequence", "preludeEvent", "resourcePreEvent", "summaryEvent", "diagnosticEvent")
_DOCUMENT_MARKS = ("steps", "changeSummary", "diagnostics")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HOW = "pass the output of `pulumi preview --json`"


class InputError(Exception):
    """The input is not a preview, so it cannot be reviewed."""


def read(data: bytes) -> Preview:
    """Return the preview from either form. Raises InputError if the input has neither form."""
    text = _decoded(data).strip()
    if not text:
        raise InputError(f"The input is empty; {_HOW}")
    document = _parsed(text)
    if isinstance(document, Mapping) and not _is_event(document):
        if not any(mark in document for mark in _DOCUMENT_MARKS):
            raise InputError(f"The input is JSON but not a preview; {_HOW}")
        return of_document(document)
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
    if text.startswith("{") and ("urn:pulumi:" in text or '"steps"' in text or '"config"' in text):
        return _cut_off(text)
    raise InputError(f"The input is not a preview; {_HOW}")


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


def _cut_off(text: str) -> Preview:
    """Return an incomplete preview without steps, for a document that was cut off."""
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
