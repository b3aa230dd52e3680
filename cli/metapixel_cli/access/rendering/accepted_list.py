"""The open findings of a report as a list of accepted findings, to complete by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from metapixel_cli.access.judging.report import Finding, Report
from metapixel_cli.access.rendering.words import open_findings
from metapixel_provider.access_file.model import Accepted
from metapixel_provider.access_file.writer import accepted_list

#: The number of days until the entries lapse.
DAYS = 90
_HEADER = f"""\
# Findings of `metapixel access` that are accepted until a date.
# Write a reason into each entry, and remove the entries that nobody should accept.
# Each entry lapses after {DAYS} days unless you change its date.
"""


def as_accepted_list(report: Report, today: date, accepted: Iterable[Accepted]) -> str:
    """Return a file with the entries in `accepted`, and with an entry for each open finding.

    Entries that have lapsed are left out. The new entries have no reason.
    """
    lapses = min(today, date.max - timedelta(days=DAYS)) + timedelta(days=DAYS)
    entries = {each: "" for each in accepted if not each.has_lapsed(today)}
    entries |= {_entry(each, lapses): each.sentence for each in open_findings(report)}
    return _HEADER + accepted_list(entries.items())


def _entry(finding: Finding, lapses: date) -> Accepted:
    return Accepted(
        finding=finding.name,
        reason="",
        expires_on=lapses,
        pixel_id=finding.pixel_id,
        business_id=finding.business_id,
        subject_id=finding.subject_id,
    )
