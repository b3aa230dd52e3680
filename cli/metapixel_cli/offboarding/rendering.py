"""A verdict as text for a person."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.escape import in_log, isolated, visible
from metapixel_cli.grants.unread import by_cause
from metapixel_cli.offboarding.verdict import Verdict
from metapixel_cli.words import count, with_id
from metapixel_provider.sharing.estate.offboarding import Edge

_LONGEST = 600
_READ = {
    Edge.PIXELS: "pixel",
    Edge.ACCOUNTS: "ad account",
    Edge.REQUESTS: "request",
    Edge.PARTNERS: "partner",
}
_TO_REVIEW = {
    Edge.PEOPLE: ("person", "people"),
    Edge.SYSTEM_USERS: ("system user", "system users"),
    Edge.INVITATIONS: ("invitation", "invitations"),
}


def as_text(verdict: Verdict) -> str:
    return in_log("".join(f"{_escaped(line)}\n" for line in _lines(verdict)))


def _escaped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    return indent + isolated(visible(line, _LONGEST))


def _lines(verdict: Verdict) -> Iterator[str]:
    yield verdict.headline
    time = f"{verdict.as_of:%Y-%m-%d %H:%M} UTC"
    yield f"As of {time}, read from {verdict.address}/{verdict.api_version}."
    if before := verdict.before:
        ways = count(before.findings, "way")
        yield f"The earlier verdict of {before.time:%Y-%m-%d} found {ways}."
    if verdict.remaining:
        yield "Still there:"
    for each in verdict.remaining:
        yield f"- {each.sentence}"
        yield f"  End: {each.ending}, by {each.by}."
    if verdict.unread:
        yield "Not known:"
    for cause in by_cause(verdict.unread):
        yield f"- {cause}"
    yield from _scope(verdict)


def _scope(verdict: Verdict) -> Iterator[str]:
    """Yield what was read, and what a person has to look at."""
    read = []
    for each in verdict.lists:
        if each.edge in _READ:
            read.append(count(each.items, _READ[each.edge]))
    incomplete = sum(not each.complete for each in verdict.lists)
    state = f"{incomplete:,} incomplete" if incomplete else "all complete"
    yield f"Read: {', '.join(read)}; {count(len(verdict.lists), 'list')}, {state}."
    others = [with_id(each.name, each.id) for each in verdict.other_partners]
    yield f"Other partners: {', '.join(others) or 'none'}."
    members = []
    for edge, (one, many) in _TO_REVIEW.items():
        number = verdict.to_review[edge]
        if number is None:
            members.append(f"{many} (not read)")
        else:
            members.append(count(number, one, many))
    yield f"Look yourself: {', '.join(members)} of {verdict.owner.name or verdict.owner.id}."
    yield f"Not covered: {', '.join(verdict.not_covered)}."
