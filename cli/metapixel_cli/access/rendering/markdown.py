"""A report as Markdown, for an issue, a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metapixel_cli.access.judging.report import Report
from metapixel_cli.access.rendering import words
from metapixel_cli.escape import in_markdown, isolated

_LONGEST = 600


def as_markdown(report: Report) -> str:
    """Return the report as Markdown. Missing reads come first."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield "# Access to pixels"
    yield ""
    yield f"**{_text(words.headline(report))}**"
    yield ""
    yield from _list(words.summary(report))
    has_findings = False
    for block in words.blocks(report):
        heading = f"## {block.title}"
        if block.name:
            if not has_findings:
                yield "## Findings"
                yield ""
            has_findings = True
            # The pipelines copy the headings of findings, which are the only ones of this level.
            heading = f"### {block.title} (`{block.name}`): {block.number:,}"
        yield heading
        yield ""
        if block.to_do:
            yield block.to_do
            yield ""
        yield from _list(block.lines)
    for section in words.sections(report):
        yield f"## {_text(section.title)}"
        yield ""
        if section.owner:
            yield f"Owner: {_text(section.owner)}"
            yield ""
        yield from _table(section)


def _list(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {_text(line)}" for line in lines)
    yield ""


def _table(section: words.Section) -> Iterator[str]:
    yield f"| {section.first} | access | tasks | status | declared | ends | reason |"
    yield "|---|---|---|---|---|---|---|"
    for row in section.rows:
        cells = (
            section.subject(row),
            words.subject(row) or "share",
            words.tasks(row),
            words.status(row),
            words.declared(row),
            words.end(row),
            row.reason,
        )
        yield f"| {' | '.join(map(_text, cells))} |"
    yield ""


def _text(text: str) -> str:
    return isolated(in_markdown(text, _LONGEST))
