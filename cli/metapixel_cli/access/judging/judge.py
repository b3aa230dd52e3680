"""The function that turns everything that was read into a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from metapixel_cli.access.judging.declarations import declared
from metapixel_cli.access.judging.findings import REQUEST_DAYS, Findings
from metapixel_cli.access.judging.parts import pixels_of, unread_in
from metapixel_cli.access.judging.report import (
    Acceptance,
    BusinessRead,
    Finding,
    Report,
    Row,
    Side,
)
from metapixel_cli.access.judging.rows import rows_of
from metapixel_cli.access.reading import Observed
from metapixel_provider.access_file.model import Accepted


def judge(
    observed: Observed,
    as_of: datetime,
    today: date,
    request_days: int = REQUEST_DAYS,
    accepted: Sequence[Accepted] = (),
    contacts: Mapping[str, str] | None = None,
) -> Report:
    """Return the report.

    `as_of` is the time of the reads in UTC. `today` is the date that decides whether an end has
    passed. `contacts` maps businesses to the persons who are responsible for their access.
    """
    agency = observed.agency_business_id
    side = Side.AGENCY if agency else Side.OWNER
    # All clients of an agency are in its lists.
    readers = dict.fromkeys(estate.reader for estate in observed.estates)
    in_stacks = declared(observed.stacks)
    if agency:
        in_stacks = in_stacks.of_agency(agency, observed.estates[0].own_pixels)
    rows = rows_of(observed.estates, in_stacks, today, contacts)
    rules = Findings(observed, rows, in_stacks, today, request_days)
    judged = tuple(_judged(row, rules, accepted, today) for row in rows)
    general = (accept(each, accepted, today) for each in rules.of_estates())
    return Report(
        as_of=as_of,
        address=observed.address,
        businesses=tuple(BusinessRead(*reader) for reader in readers),
        pixels=tuple(pixels_of(observed.estates)),
        stacks=tuple(stack.name for stack in observed.stacks),
        rows=judged,
        findings=(*(each for row in judged for each in row.findings), *general),
        unread=unread_in(observed),
        side=side,
        looked_at=tuple(_looked_at(observed)),
    )


def _looked_at(observed: Observed) -> Iterator[BusinessRead]:
    """Yield the businesses whose access was read. An agency reads only its own access."""
    if observed.agency_business_id:
        yield from {BusinessRead(*estate.reader) for estate in observed.estates}
        return
    names = {key: it for each in observed.estates for key, it in each.business_names.items()}
    ids = dict.fromkeys(id_ for each in observed.estates for id_ in each.looked_at)
    yield from (BusinessRead(id_, names.get(id_, "")) for id_ in ids)


def _judged(row: Row, rules: Findings, accepted: Iterable[Accepted], today: date) -> Row:
    findings = tuple(accept(each, accepted, today) for each in rules.of_row(row))
    return replace(row, findings=findings)


def accept(finding: Finding, entries: Iterable[Accepted], today: date) -> Finding:
    """Return the finding with the acceptance of the first entry that matches it.

    An entry that has not lapsed takes precedence over a lapsed one.
    """
    matching = (each for each in entries if _matches(each, finding))
    entry = min(matching, key=lambda each: each.has_lapsed(today), default=None)
    if entry is None:
        return finding
    acceptance = Acceptance(entry.reason, entry.expires_on, entry.has_lapsed(today))
    return replace(finding, acceptance=acceptance)


def without_finding(entries: Iterable[Accepted], findings: Sequence[Finding]) -> list[Accepted]:
    return [entry for entry in entries if not any(_matches(entry, each) for each in findings)]


def _matches(entry: Accepted, finding: Finding) -> bool:
    # An entry for a share does not accept an ad account or a user that gets access later.
    return (
        entry.finding == finding.name
        and entry.subject_id == finding.subject_id
        and all(
            not wanted or wanted == found
            for wanted, found in (
                (entry.pixel_id, finding.pixel_id),
                (entry.business_id, finding.business_id),
            )
        )
    )
