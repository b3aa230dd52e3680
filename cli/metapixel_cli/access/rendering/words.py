"""Words that all renderings share. Texts from Meta and from stacks are not escaped here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from metapixel_cli.access.judging.parts import PIXELS, Completeness, without_access
from metapixel_cli.access.judging.report import (
    UNKNOWN,
    Drift,
    End,
    Finding,
    FindingName,
    PartRead,
    Report,
    Route,
    Row,
    Side,
)
from metapixel_cli.words import cause, count
from metapixel_provider.sharing.estate.estate import ReadOutcome
from metapixel_provider.sharing.status import ShareStatus

#: The maximum number of lines in a list of findings. The tables have a row for each access anyway.
_MOST = 50
_DRIFTS = {
    Drift.NONE: "",
    Drift.MORE: "more tasks",
    Drift.FEWER: "fewer tasks",
    Drift.OTHER: "other tasks",
    Drift.ABSENT: "not at Meta",
    Drift.UNKNOWN: "drift unknown",
}
_OUTCOMES = {ReadOutcome.FAILED: "not read completely", ReadOutcome.REFUSED: "refused by Meta"}


def headline(report: Report) -> str:
    open_, accepted = open_findings(report), accepted_findings(report)
    facts = [count(len(open_), "finding")]
    if accepted:
        facts.append(count(len(accepted), "accepted finding"))
    if report.unread:
        parts = count(len(report.unread), "part was", "parts were")
        return f"Incomplete ({parts} not read): {', '.join(facts)}"
    return f"Complete: {', '.join(facts)}"


def summary(report: Report) -> list[str]:
    """Return sentences about the scope of the report: time, businesses, stacks and rows."""
    time = f"{report.as_of:%Y-%m-%d %H:%M} UTC"
    found = [f"As of {time}, read from {report.address}."]
    for business in report.businesses:
        name = named(business.name, business.id)
        token = business.token_of or "an unknown user"
        pixels = count(business.pixels, "pixel")
        if not Completeness(report.parts).has(business.id, PIXELS):
            pixels = f"{business.pixels:,} or more pixels"
        if report.side is Side.AGENCY:
            pixels = f"{pixels} of {count(len(clients(report)), 'client')}"
        found.append(f"{name}: {pixels}, read with the token of {token}.")
    stacks = ", ".join(report.stacks) if report.stacks else "none, so no access counts as declared"
    found.append(f"Stacks: {stacks}.")
    listed = _by_route(row for row in report.rows if row.is_listed)
    if report.unread:
        found.append(f"Access, as far as it was read: {listed or 'none'}.")
    else:
        nobody = "nobody besides the owner" if report.side is Side.OWNER else "none"
        found.append(f"Access: {listed or nobody}.")
    if unread := _by_route(row for row in report.rows if is_unread(row)):
        found.append(f"Declared, but not read at Meta: {unread}.")
    if absent := _by_route(row for row in report.rows if is_absent(row)):
        found.append(f"Declared, but not listed by Meta: {absent}.")
    ageless = [row for row in report.rows if row.is_open_request and not row.open_since]
    if ageless:
        requests = len({row.subject_id for row in ageless})
        found.append(f"The age of {count(requests, 'open request')} is unknown.")
    return [*found, *_without_owner(report)]


def clients(report: Report) -> frozenset[str]:
    """Return the owners of the pixels and of the open requests, without unknown ones."""
    owners = {pixel.owner_id for pixel in report.pixels}
    return frozenset(owners | {row.owner_id for row in report.rows if row.is_listed}) - {""}


def _without_owner(report: Report) -> Iterator[str]:
    requests = [row.subject_id for row in report.rows if row.is_open_request and not row.owner_id]
    if requests:
        number = count(len(requests), "open request")
        yield f"Meta does not return who sent {number}: {', '.join(requests)}."
    pixels = [named(pixel.name, pixel.id) for pixel in report.pixels if not pixel.owner_id]
    if pixels:
        yield f"Meta does not return who owns {count(len(pixels), 'pixel')}: {', '.join(pixels)}."


def is_unread(row: Row) -> bool:
    """Return whether a stack declares the access, but Meta's list of such access was not read."""
    return row.status == UNKNOWN and not row.is_listed


def is_absent(row: Row) -> bool:
    """Return whether a stack declares the access, but Meta does not list it."""
    return row.status != UNKNOWN and not row.is_listed


def _by_route(rows: Iterable[Row]) -> str:
    """Return the number of rows of each route, such as `2 shares, 1 sharing request`.

    A request counts once, even if it has a row for each of its pixels.
    """
    counted: dict[str | Row, Route] = {
        row.subject_id if row.route is Route.REQUEST and row.subject_id else row: row.route
        for row in rows
    }
    by_route = Counter(counted.values())
    return ", ".join(count(by_route[route], *_NOUNS[route]) for route in Route if by_route[route])


_NOUNS = {
    Route.SHARE: ("share", "shares"),
    Route.AD_ACCOUNT: ("permitted ad account", "permitted ad accounts"),
    Route.PERSON: ("assignment of a person", "assignments of persons"),
    Route.SYSTEM_USER: ("assignment of a system user", "assignments of system users"),
    Route.REQUEST: ("sharing request", "sharing requests"),
}


def open_findings(report: Report) -> list[Finding]:
    """Return the findings that nobody has accepted, or whose acceptance has lapsed."""
    return [finding for finding in report.findings if finding.is_open]


def accepted_findings(report: Report) -> list[Finding]:
    """Return the findings whose acceptance has not lapsed."""
    return [finding for finding in report.findings if not finding.is_open]


def by_name(findings: Sequence[Finding]) -> list[tuple[FindingName, list[Finding]]]:
    groups = [(name, [each for each in findings if each.name is name]) for name in FindingName]
    return [(name, group) for name, group in groups if group]


@dataclass(frozen=True)
class Block:
    """A list in a report. Only the findings of one name have a `name`, a `number` and a `to_do`."""

    title: str
    lines: Sequence[str]
    name: str = ""
    number: int = 0
    to_do: str = ""
    color: str = ""


def blocks(report: Report) -> Iterator[Block]:
    """Yield the lists above the tables of access, the most important first."""
    if report.unread:
        yield Block(f"Not read: {len(report.unread):,}", _unread(report), color="red")
    for name, group in by_name(open_findings(report)):
        yield Block(name.heading, _sentences(group), name, len(group), name.to_do, "yellow")
    if accepted := accepted_findings(report):
        yield Block(f"Accepted findings: {len(accepted):,}", _sentences(accepted))
    if unused := [named(each.name, each.id) for each in without_access(report)]:
        yield Block(f"Pixels without access: {len(unused):,}", unused)


def _sentences(findings: Sequence[Finding]) -> list[str]:
    """Return the first sentences of a long list, and a line with the number of omitted ones."""
    rest = len(findings) - _MOST
    more = [f"and {rest:,} more, which the formats html, csv and json list"] if rest > 0 else []
    return [*map(_sentence, findings[:_MOST]), *more]


def _sentence(finding: Finding) -> str:
    """Return the sentence of a finding, with its acceptance in parentheses if there is one."""
    if finding.acceptance is None:
        return finding.sentence
    how = "acceptance lapsed on" if finding.acceptance.has_lapsed else "accepted until"
    acceptance = f"{how} {finding.acceptance.expires_on}: {finding.acceptance.reason}"
    return f"{finding.sentence} ({acceptance})"


def _unread(report: Report) -> list[str]:
    """Return a sentence for each cause of unread parts."""
    return [
        f"{each.subject}, {each.parts}: {_OUTCOMES[each.outcome]}. {each.reason}".rstrip()
        for each in causes(report.unread)
    ]


_PLURALS = {"pixel": "pixels", "business": "businesses", "stack": "stacks"}


@dataclass(frozen=True)
class Unread:
    """Parts that were not read for the same cause. `reason` is the reason of the first part."""

    subject: str
    parts: str
    outcome: ReadOutcome
    reason: str


def causes(parts: Iterable[PartRead]) -> list[Unread]:
    """Return an entry for each cause, in the order of the parts."""
    groups: dict[tuple[str, ...], list[PartRead]] = {}
    for part in parts:
        same = (_kind(part), part.outcome, cause(part.reason, part.subject_id))
        groups.setdefault(same, []).append(part)
    return [_joined(group) for group in groups.values()]


def _kind(part: PartRead) -> str:
    return part.subject.partition(" ")[0]


def _joined(group: list[PartRead]) -> Unread:
    first = group[0]
    number = len({part.subject_id for part in group})
    subject = first.subject
    if number > 1:
        subject = f"{number:,} {_PLURALS.get(_kind(first), 'others')}, for example {subject}"
    listed = " and ".join(dict.fromkeys(part.part for part in group))
    return Unread(subject, listed, first.outcome, first.reason)


def named(name: str, id_: str) -> str:
    return f"{name} ({id_})" if name else id_ or "unknown"


def pixel(row: Row) -> str:
    return named(row.pixel_name, row.pixel_id) if row.pixel_id else "pixel unknown"


@dataclass(frozen=True)
class Section:
    """The rows of one pixel or, for an agency, of one client.

    `owner` is empty if the title names the client. `first` is the name of the first column.
    """

    title: str
    owner: str
    first: str
    rows: tuple[Row, ...]

    def subject(self, row: Row) -> str:
        """Return the text of the first column."""
        return business(row) if self.owner else pixel(row)


def sections(report: Report) -> Iterator[Section]:
    def key(row: Row) -> tuple[str, str]:
        owner = named(row.owner_name, row.owner_id)
        return (f"client {owner}", "") if report.side is Side.AGENCY else (pixel(row), owner)

    first = "pixel" if report.side is Side.AGENCY else "business"
    for (title, owner), rows in groupby(report.rows, key=key):
        yield Section(title[0].upper() + title[1:], owner, first, tuple(rows))


def business(row: Row) -> str:
    return named(row.business_name, row.business_id)


def subject(row: Row) -> str:
    """Return the ad account, user or request of a row, empty for a share."""
    if row.route is Route.SHARE:
        return ""
    return f"{row.route} {named(row.subject_name, row.subject_id)}"


def tasks(row: Row) -> str:
    """Return the tasks of a row. An ad account has no tasks, and a request only asks for tasks."""
    if row.route is Route.REQUEST:
        asked = ", ".join(row.declared_tasks)
        return f"asked for {asked}" if asked else ""
    return ", ".join(row.tasks)


def declared(row: Row) -> str:
    """Return whether stacks declare the access, and how Meta differs from the declaration."""
    return ", ".join(filter(None, [row.managed.value, _DRIFTS[row.drift]]))


def end(row: Row) -> str:
    """Return a text about the end of the access. It is empty if no end is declared."""
    if row.end is End.UNKNOWN:
        return "unknown"
    if row.expires_on is None:
        return ""
    return f"overdue since {row.expires_on}" if row.end is End.OVERDUE else f"{row.expires_on}"


def status(row: Row) -> str:
    """Return the status of a row, and the date since which a request is open."""
    if row.route is Route.REQUEST and row.status == ShareStatus.PENDING:
        return f"{row.status} since {since(row)}"
    return row.status


def since(row: Row, day: Callable[[date], str] = str) -> str:
    if row.open_since is None:
        return "an unknown date"
    return day(row.open_since)
