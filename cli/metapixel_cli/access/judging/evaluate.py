"""The comparison of what Meta lists with what stacks declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from metapixel_cli.access.judging.acceptance import accept
from metapixel_cli.access.judging.declarations import declarations_in
from metapixel_cli.access.judging.findings import REQUEST_DAYS, Findings
from metapixel_cli.access.judging.report import BusinessRead, Finding, Report, Side
from metapixel_cli.access.judging.rows import Join
from metapixel_cli.access.judging.unread import unread_in
from metapixel_cli.access.reading import Sources
from metapixel_provider.access_file.model import Accepted
from metapixel_provider.sharing.estate.estate import Estate


def evaluate(
    sources: Sources,
    as_of: datetime,
    today: date,
    *,
    request_days: int = REQUEST_DAYS,
    accepted: Sequence[Accepted] = (),
    contacts: Mapping[str, str] | None = None,
) -> Report:
    """Return the report.

    `as_of` is the time of the reads in UTC. `today` is the date that decides whether an end has
    passed. `contacts` maps businesses to the persons who are responsible for their access.
    """
    agency = sources.agency_business_id
    in_stacks = declarations_in(sources.stacks)
    if agency:
        in_stacks = in_stacks.of_agency(agency, sources.estates[0].own_pixels)
    join = Join(sources, in_stacks, today, contacts or {})
    rows = join.rows()
    rules = Findings(join, rows, request_days)
    findings: list[Finding] = []
    for number, row in enumerate(rows):
        of_row = accept(rules.of_row(row), accepted, today)
        rows[number] = replace(row, findings=tuple(of_row))
        findings += of_row
    readers = tuple(dict.fromkeys(BusinessRead(*estate.reader) for estate in sources.estates))
    return Report(
        as_of=as_of,
        address=sources.address,
        businesses=readers,
        pixels=tuple(join.pixels.values()),
        stacks=tuple(stack.name for stack in sources.stacks),
        rows=tuple(rows),
        findings=(*findings, *accept(rules.of_estates(), accepted, today)),
        unread=unread_in(sources),
        side=Side.AGENCY if agency else Side.OWNER,
        # An agency reads only its own access.
        looked_at=readers if agency else _looked_at(sources.estates),
    )


def _looked_at(estates: Sequence[Estate]) -> tuple[BusinessRead, ...]:
    """Return the businesses whose access the owners read."""
    ids: dict[str, None] = {}
    names: dict[str, str] = {}
    for estate in estates:
        ids |= dict.fromkeys(estate.looked_at)
        names |= estate.business_names
    return tuple(BusinessRead(id_, names.get(id_, "")) for id_ in ids)
