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
    if report.unread:
        yield from _section("Not read", words.unread(report))
    found = words.open_findings(report)
    if found:
        yield "## Findings"
        yield ""
    for name, group in words.by_name(found):
        yield f"### {name.heading} (`{name}`): {len(group):,}"
        yield ""
        yield name.to_do
        yield ""
        yield from _list(words.cut(list(map(words.sentence, group))))
    accepted = words.accepted_findings(report)
    if accepted:
        lines = words.cut(list(map(words.sentence, accepted)))
        yield from _section(f"Accepted findings: {len(accepted):,}", lines)
    if report.since:
        lines = list(map(words.change, report.changes)) or ["Nothing."]
        yield from _section(f"Changes since {report.since:%Y-%m-%d %H:%M} UTC", lines)
    if unused := words.unused(report):
        yield from _section(f"Pixels without access: {len(unused):,}", unused)
    for section in words.sections(report):
        yield f"## {_text(section.title)}"
        yield ""
        if section.owner:
            yield f"Owner: {_text(section.owner)}"
            yield ""
        yield from _table(section)


def _section(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield from _list(lines)


def _list(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
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
