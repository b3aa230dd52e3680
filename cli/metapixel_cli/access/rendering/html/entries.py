"""The table of all access, with words for each cell and keys for the filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.access.judging.parts import without_access
from metapixel_cli.access.judging.report import Finding, Report, Route, Row
from metapixel_cli.access.rendering.html import words


@dataclass(frozen=True)
class Party:
    """The name and the id of an object at Meta. If Meta returned no name, the id is the name."""

    name: str
    id: str


@dataclass(frozen=True)
class Entry:
    """A row of the table. `of` is the business of an ad account or user."""

    row: Row
    who: Party
    of: Party | None
    pixel: Party | None


@dataclass(frozen=True)
class Whole:
    """A pixel that nobody may use, or findings about a pixel or a business as a whole.

    `pixel` or `business` is None for findings about all of them.
    """

    pixel: Party | None
    pixel_id: str
    business: Party | None
    business_id: str
    is_unused: bool
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Entries:
    """The rows of the table. `businesses` and `pixels` are by id, in the order of their names."""

    rows: tuple[Entry, ...]
    wholes: tuple[Whole, ...]
    businesses: Mapping[str, Party]
    pixels: Mapping[str, Party]
    routes: tuple[Route, ...]


def entries(report: Report) -> Entries:
    unused = {pixel.id for pixel in without_access(report)}
    findings: dict[tuple[str, str], list[Finding]] = {(pixel, ""): [] for pixel in unused}
    of_rows = {finding for row in report.rows for finding in row.findings}
    for finding in report.findings:
        if finding not in of_rows:
            findings.setdefault((finding.pixel_id, finding.business_id), []).append(finding)
    businesses = _ordered(
        {business: "" for _, business in findings}
        | {row.business_id: row.business_name for row in report.rows}
    )
    pixels = _ordered(
        {pixel: "" for pixel, _ in findings}
        | {row.pixel_id: row.pixel_name for row in report.rows}
        | {pixel.id: pixel.name for pixel in report.pixels}
    )
    wholes = (
        Whole(pixels.get(pixel), pixel, businesses.get(business), business, pixel in unused, found)
        for (pixel, business), found in findings.items()
    )
    routes = {row.route for row in report.rows}
    return Entries(
        tuple(map(entry, report.rows)),
        tuple(wholes),
        businesses,
        pixels,
        tuple(route for route in Route if route in routes),
    )


def _ordered(names: Mapping[str, str]) -> dict[str, Party]:
    """Return the objects by id, in the order of their names. Objects without an id are left out."""
    ordered = sorted(filter(None, names), key=lambda each: words.order(names[each], each))
    return {each: party(names[each], each) for each in ordered}


def party(name: str, id_: str) -> Party:
    """Return the name and the id of an object. Without a name, the id is the name."""
    return Party(name or id_, id_ if name else "")


def entry(row: Row) -> Entry:
    is_business = row.route in (Route.SHARE, Route.REQUEST)
    holder = party(row.business_name, row.business_id)
    return Entry(
        row,
        holder if is_business else party(row.subject_name, row.subject_id),
        None if is_business or not row.business_id else holder,
        party(row.pixel_name, row.pixel_id) if row.pixel_id else None,
    )


def open_count(findings: Iterable[Finding]) -> int:
    """Return the number of findings that are not accepted."""
    return sum(finding.is_open for finding in findings)


def finding_keys(findings: Sequence[Finding]) -> str:
    """Return the names of findings for the filter. If a finding is open, `open` is added."""
    names = dict.fromkeys(finding.name.value for finding in findings)
    return " ".join([*(["open"] if open_count(findings) else []), *names])
