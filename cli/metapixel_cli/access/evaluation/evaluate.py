"""The comparison of what Meta lists with what stacks declare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from metapixel_cli.access.evaluation.declarations import declarations_in
from metapixel_cli.access.evaluation.findings import Findings
from metapixel_cli.access.evaluation.report import Acceptance, Finding, Report, Row
from metapixel_cli.access.evaluation.rows import Join
from metapixel_cli.access.reading import Sources
from metapixel_provider.access_file.model import Accepted, AccessFile
from metapixel_provider.sharing.estate.offboarding import Named


def evaluate(
    sources: Sources, as_of: datetime, today: date, file: AccessFile, request_days: int
) -> Report:
    """Return the report.

    `as_of` is the time of the reads in UTC. `today` is the date that decides whether an end has
    passed. `file` has the accepted findings, and the persons who are responsible for access.
    """
    agency = sources.agency_business_id
    # All estates of an agency have the same pixels of its own, and an owner's estate has none.
    in_stacks = declarations_in(sources.stacks, agency, sources.estates[0].own_pixels)
    contacts = {each.business_id: each.contact for each in file.agencies}
    join = Join(sources, in_stacks, today, contacts)
    rules = Findings(join, request_days)
    # An entry that has not lapsed takes precedence over a lapsed one.
    entries = sorted(file.accepted, key=lambda entry: entry.has_lapsed(today))
    with_acceptance = partial(_with_acceptance, entries, today)
    rows: list[Row] = []
    findings: list[Finding] = []
    for row in join.rows:
        of_row = tuple(map(with_acceptance, rules.of_row(row)))
        rows.append(replace(row, findings=of_row))
        findings += of_row
    findings += map(with_acceptance, rules.of_estates())
    readers = tuple(dict.fromkeys(Named(*estate.reader) for estate in sources.estates))
    return Report(
        as_of=as_of,
        address=sources.address,
        businesses=readers,
        pixels=tuple(join.pixels.values()),
        stacks=tuple(stack.name for stack in sources.stacks),
        rows=tuple(rows),
        findings=tuple(findings),
        unread=sources.unread(),
        side="agency" if agency else "owner",
        # An agency reads only its own access.
        looked_at=readers if agency else _looked_at(sources),
    )


def _looked_at(sources: Sources) -> tuple[Named, ...]:
    ids = dict.fromkeys(id_ for each in sources.estates for id_ in each.looked_at)
    return tuple(Named(id_, sources.business_names.get(id_, "")) for id_ in ids)


def _with_acceptance(entries: Iterable[Accepted], today: date, finding: Finding) -> Finding:
    """Return a finding with the first entry for it, if there is one."""
    for entry in entries:
        is_for_pixel = entry.pixel_id in ("", finding.pixel_id)
        is_for_business = entry.business_id in ("", finding.business_id)
        # An entry for a share does not accept an ad account or a user that gets access later.
        is_same = (entry.finding, entry.subject_id) == (finding.name, finding.subject_id)
        if is_same and is_for_pixel and is_for_business:
            acceptance = Acceptance(entry.reason, entry.expires_on, entry.has_lapsed(today))
            return replace(finding, acceptance=acceptance)
    return finding
