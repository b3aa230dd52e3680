"""A verdict as text for a person, and as JSON: the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from metapixel_cli.escape import in_log, isolated, visible
from metapixel_cli.grants.unread import by_cause
from metapixel_cli.offboarding.judging.verdict import Remaining, Verdict
from metapixel_cli.schema import dumped, json_schema
from metapixel_cli.words import count, with_id
from metapixel_provider.sharing.estate.offboarding import Edge

_LONGEST = 600
_NOT_COVERED = (
    "Not covered: tokens, audiences, asset groups, apps, tag managers, and more (see --output)."
)


def schema() -> str:
    return json_schema(Verdict, "metapixel offboarding")


def as_json(verdict: Verdict) -> str:
    """Return the verdict as a JSON document, in ASCII. Its texts are not escaped."""
    return json.dumps(dumped(verdict), indent=2) + "\n"


def as_text(verdict: Verdict) -> str:
    """Return the verdict, with what remains and how each of it ends."""
    return in_log("".join(f"{_escaped(line)}\n" for line in _lines(verdict)))


def _escaped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    return indent + isolated(visible(line, _LONGEST))


def _lines(verdict: Verdict) -> Iterator[str]:
    owner, lists = verdict.owner, [each for each in verdict.lists if each.decides]
    yield verdict.headline
    time = f"{verdict.as_of:%Y-%m-%d %H:%M} UTC"
    yield f"As of {time}, read from {verdict.address}/{verdict.api_version}."
    if before := verdict.before:
        day, _, _ = before.time.partition("T")
        yield f"The earlier verdict of {day} found {count(before.findings, 'way')}."
    if verdict.remaining:
        yield "Still there:"
    for each in verdict.remaining:
        yield f"- {each.sentence}"
        yield f"  End: {_ending(verdict, each)}"
    if verdict.unread:
        yield "Not known:"
    yield from (f"- {cause}" for cause in by_cause(verdict.unread))
    incomplete = sum(not each.complete for each in lists)
    state = f"{incomplete:,} incomplete" if incomplete else "all complete"
    read = {
        Edge.PIXELS: ("pixel",),
        Edge.ACCOUNTS: ("ad account",),
        Edge.REQUESTS: ("request",),
        Edge.PARTNERS: ("partner",),
    }
    yield f"Read: {_counted(verdict, read)}; {count(len(lists), 'list')}, {state}."
    others = [with_id(each.name, each.id) for each in verdict.other_partners]
    yield f"Other partners: {', '.join(others) or 'none'}."
    look = {
        Edge.PEOPLE: ("person", "people"),
        Edge.SYSTEM_USERS: ("system user",),
        Edge.INVITATIONS: ("invitation",),
    }
    yield f"Look yourself: {_counted(verdict, look)} of {owner.name or owner.id}."
    yield _NOT_COVERED


def _counted(verdict: Verdict, nouns: Mapping[Edge, tuple[str, ...]]) -> str:
    """Return the numbers of items in lists of the owner, with their nouns."""
    lists = {each.edge: each for each in verdict.lists}
    more = {each: "" if lists[each].complete else " or more" for each in nouns}
    return ", ".join(count(lists[each].items, *nouns[each]) + more[each] for each in nouns)


def _ending(verdict: Verdict, remaining: Remaining) -> str:
    ending = remaining.ending
    if ending.how != "call":
        return f"{'by hand, ' * (ending.how == 'by hand')}{ending.what}."
    is_owner = ending.by.endswith(with_id(verdict.owner.name, verdict.owner.id))
    return ending.what if is_owner else f"{ending.what}, by {ending.by}"
