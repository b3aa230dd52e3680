"""Words that all renderings share. Texts from Meta and from stacks are not escaped here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from metapixel_cli.access.evaluation.report import (
    Drift,
    End,
    Finding,
    FindingName,
    PixelRead,
    Report,
    Route,
    Row,
)
from metapixel_cli.words import at_most, count, with_id
from metapixel_provider.sharing.estate.offboarding import Named

#: The number of businesses that the headline names.
_MOST_NAMED = 8
_DRIFTS = {
    Drift.NONE: "",
    Drift.MORE: ", more tasks",
    Drift.FEWER: ", fewer tasks",
    Drift.OTHER: ", other tasks",
    Drift.ABSENT: ", not at Meta",
    Drift.UNKNOWN: ", drift unknown",
}


def headline(report: Report) -> str:
    result = "Complete"
    if report.unread:
        result = f"Incomplete ({count(len(report.unread), 'part was', 'parts were')} not read)"
    facts = count(len(report.open_findings), "finding")
    if report.accepted_findings:
        facts += f", {count(len(report.accepted_findings), 'accepted finding')}"
    if report.looked_at:
        named = at_most(titles(report.looked_at), _MOST_NAMED)
        facts += f"; looked at {', '.join(named)}"
    return f"{result}: {facts}"


def summary(report: Report) -> Iterator[str]:
    """Yield sentences about the scope of the report: time, businesses, stacks and rows."""
    yield f"As of {report.as_of:%Y-%m-%d %H:%M} UTC, read from {report.address}."
    yield f"Businesses: {', '.join(titles(report.businesses))}."
    stacks = ", ".join(report.stacks) or "none, so no access counts as declared"
    yield f"Stacks: {stacks}."
    scope = "Access, as far as it was read" if report.unread else "Access"
    listed = [row for row in report.rows if row.has_access or row.is_open_request]
    yield f"{scope}: {by_route(listed) or 'none'}."
    unsent = [row.subject_id for row in listed if row.is_open_request and not row.owner_id]
    if unsent:
        number = count(len(unsent), "open request")
        yield f"Meta does not return who sent {number}: {', '.join(unsent)}."


def by_route(rows: Iterable[Row]) -> str:
    """Return the number of rows of each route, such as `2 shares, 1 sharing request`.

    A request counts once, even if it has a row for each of its pixels.
    """
    different = set()
    for row in rows:
        used = ("", "") if row.route is Route.REQUEST else (row.pixel_id, row.business_id)
        different.add((row.route, row.subject_id, *used))
    counted = Counter(route for route, *_ in different)
    return ", ".join(count(counted[route], *_NOUNS[route]) for route in Route if counted[route])


_NOUNS = {
    Route.SHARE: ("share", "shares"),
    Route.AD_ACCOUNT: ("permitted ad account", "permitted ad accounts"),
    Route.PERSON: ("assignment of a person", "assignments of persons"),
    Route.SYSTEM_USER: ("assignment of a system user", "assignments of system users"),
    Route.REQUEST: ("sharing request", "sharing requests"),
}


def by_name(findings: Sequence[Finding]) -> list[tuple[FindingName, list[Finding]]]:
    """Return the findings of each name. The names with an open finding precede the others."""
    groups: defaultdict[FindingName, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.name].append(finding)
    open_names = {each.name for each in findings if each.is_open}
    names = sorted(groups, key=[*FindingName].index)
    names.sort(key=lambda name: name not in open_names)
    return [(name, groups[name]) for name in names]


def titles(found: Iterable[Named | PixelRead]) -> list[str]:
    return [with_id(each.name, each.id) for each in found]


def sentence(finding: Finding) -> str:
    """Return the sentence of a finding, with its acceptance in parentheses if there is one."""
    if finding.acceptance is None:
        return finding.sentence
    how = "acceptance lapsed on" if finding.acceptance.has_lapsed else "accepted until"
    acceptance = f"{how} {finding.acceptance.expires_on}: {finding.acceptance.reason}"
    return f"{finding.sentence} ({acceptance})"


def business(row: Row) -> str:
    return with_id(row.business_name, row.business_id) if row.business_id else "unknown"


def pixel(row: Row) -> str:
    return with_id(row.pixel_name, row.pixel_id) if row.pixel_id else "pixel unknown"


def cells(row: Row) -> dict[str, str]:
    """Return the text of each column of a row. `ends` is empty if no end is declared."""
    access = f"{row.route} {with_id(row.subject_name, row.subject_id)}"
    if row.route is Route.SHARE:
        access = "share"
    tasks = ", ".join(row.tasks)
    if row.route is Route.REQUEST and row.declared_tasks:
        tasks = f"asked for {', '.join(row.declared_tasks)}"
    status = row.status
    if row.is_open_request:
        status = f"{row.status} since {row.open_since or 'an unknown date'}"
    ends = str(row.expires_on or "")
    if row.end is End.UNKNOWN:
        ends = "unknown"
    elif row.end is End.OVERDUE:
        ends = f"overdue since {row.expires_on}"
    return {
        "access": access,
        "tasks": tasks,
        "status": status,
        "declared": f"{row.managed}{_DRIFTS[row.drift]}",
        "ends": ends,
    }
