"""The table of every access, with words for each cell and keys for the filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from metapixel_cli.access.judging.report import Change, ChangeKind, Finding, Report, Route, Row
from metapixel_cli.access.rendering.html import words


@dataclass(frozen=True)
class Party:
    """Something at Meta with a name and an id. The name is the id if Meta returned none."""

    name: str
    id: str


@dataclass(frozen=True)
class Entry:
    """A row of the table. `of` is the business of an ad account or user."""

    row: Row
    who: Party
    route: str
    of: Party | None
    pixel: Party | None
    business_key: int
    pixel_key: int | None

    @property
    def may(self) -> tuple[str, ...]:
        """The uses of the pixel that the access allows."""
        return words.may(self.row)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that qualify the access."""
        return words.notes(self.row)

    @property
    def managed(self) -> str:
        """The words for the comparison with the stacks."""
        return words.MANAGED[self.row.managed]

    @property
    def resource(self) -> str:
        """The name of the resource in the stack."""
        return self.row.urn.rpartition("::")[2]

    @property
    def end(self) -> str:
        """The words for the end of the access."""
        return words.end(self.row)

    @property
    def last_day(self) -> date:
        """The last day of the access, for sorting. Access without an end comes last."""
        return self.row.expires_on or date.max

    @property
    def open_findings(self) -> int:
        """The number of findings that are not accepted."""
        return sum(finding.is_open for finding in self.row.findings)

    @property
    def finding_keys(self) -> str:
        """The names of the findings, for the filter. `open` is among them if one is open."""
        names = dict.fromkeys(finding.name.value for finding in self.row.findings)
        return " ".join([*(["open"] if self.open_findings else []), *names])


@dataclass(frozen=True)
class Entries:
    """All rows, with the businesses and pixels in the order of their names."""

    rows: tuple[Entry, ...]
    businesses: tuple[tuple[int, Party], ...]
    pixels: tuple[tuple[int, Party], ...]
    routes: tuple[Route, ...]


def entries(report: Report) -> Entries:
    """Return the table of the report."""
    businesses = _numbered({row.business_id: row.business_name for row in report.rows})
    pixels = _numbered({row.pixel_id: row.pixel_name for row in report.rows if row.pixel_id})
    return Entries(
        tuple(
            _entry(row, businesses[row.business_id][0], pixels.get(row.pixel_id, (None,))[0])
            for row in report.rows
        ),
        tuple(businesses.values()),
        tuple(pixels.values()),
        tuple(route for route in Route if any(row.route is route for row in report.rows)),
    )


def _numbered(names: Mapping[str, str]) -> dict[str, tuple[int, Party]]:
    ordered = sorted(names, key=lambda each: words.order(names[each], each))
    return {each: (n, party(names[each], each)) for n, each in enumerate(ordered)}


def party(name: str, id_: str) -> Party:
    """Return something at Meta with its name, or with its id as the name."""
    return Party(name or id_, id_ if name else "")


def _entry(row: Row, business: int, pixel: int | None) -> Entry:
    is_business = row.route in (Route.SHARE, Route.REQUEST)
    holder = party(row.business_name, row.business_id)
    return Entry(
        row,
        holder if is_business else party(row.subject_name, row.subject_id),
        words.ROUTES[row.route][0],
        None if is_business or not row.business_id else holder,
        party(row.pixel_name, row.pixel_id) if row.pixel_id else None,
        business,
        pixel,
    )


@dataclass(frozen=True)
class Difference:
    """A field of a changed row, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """A difference from a former report. `entry` is the row after the change, or the ended row."""

    kind: ChangeKind
    entry: Entry
    differences: tuple[Difference, ...]


def changed(change: Change) -> Changed | None:
    """Return the words for a change, or None if it has no row."""
    row = change.after or change.before
    if row is None:
        return None
    before, after = change.before, change.after
    differences = (
        tuple(
            Difference(words.FIELDS.get(name, name), _value(before, name), _value(after, name))
            for name in change.fields
        )
        if before and after
        else ()
    )
    return Changed(change.kind, _entry(row, 0, None), differences)


def _value(row: Row, field: str) -> str:
    value: object = getattr(row, field, "")
    if isinstance(value, date):
        return words.day(value)
    if field in ("tasks", "declared_tasks"):
        return words.listed(words.tasks(getattr(row, field)))
    if field == "managed":
        return words.MANAGED[row.managed]
    if field == "findings":
        return words.listed(words.FINDINGS[finding.name][0] for finding in row.findings)
    return str(value or "none")


@dataclass(frozen=True)
class FindingGroup:
    """The findings with one name. `open_ones` and `accepted` are findings, `in_rows` a count.

    `in_rows` counts the open findings that the table of every access contains too.
    """

    name: str
    title: str
    meaning: str
    open_ones: Sequence[Finding]
    accepted: Sequence[Finding]
    in_rows: int


def finding_groups(report: Report) -> list[FindingGroup]:
    """Return the findings by name, the names with the most open findings first."""
    of_rows = {finding for row in report.rows for finding in row.findings}
    groups = []
    for name, (title, meaning) in words.FINDINGS.items():
        found = [finding for finding in report.findings if finding.name is name]
        if found:
            is_open = [finding for finding in found if finding.is_open]
            # Findings that are in no row come first, because only this list contains them.
            is_open.sort(key=lambda finding: finding in of_rows)
            accepted = [finding for finding in found if not finding.is_open]
            in_rows = sum(finding in of_rows for finding in is_open)
            groups.append(FindingGroup(name.value, title, meaning, is_open, accepted, in_rows))
    return sorted(groups, key=lambda group: -len(group.open_ones))
