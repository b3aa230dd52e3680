"""The findings that somebody has accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.access.judging.report import Acceptance, Finding
from metapixel_provider.access_file.model import Accepted


def accept(findings: Iterable[Finding], entries: Sequence[Accepted], today: date) -> list[Finding]:
    """Return each finding with the acceptance of the first entry that matches it.

    An entry that has not lapsed takes precedence over a lapsed one.
    """
    lapsed_last = sorted(entries, key=lambda entry: entry.has_lapsed(today))
    return [_accepted(each, lapsed_last, today) for each in findings]


def _accepted(finding: Finding, entries: Iterable[Accepted], today: date) -> Finding:
    for entry in entries:
        if _matches(entry, finding):
            acceptance = Acceptance(entry.reason, entry.expires_on, entry.has_lapsed(today))
            return replace(finding, acceptance=acceptance)
    return finding


def without_finding(entries: Iterable[Accepted], findings: Sequence[Finding]) -> list[Accepted]:
    return [entry for entry in entries if not any(_matches(entry, each) for each in findings)]


def _matches(entry: Accepted, finding: Finding) -> bool:
    return (
        entry.finding == finding.name
        # An entry for a share does not accept an ad account or a user that gets access later.
        and entry.subject_id == finding.subject_id
        and entry.pixel_id in ("", finding.pixel_id)
        and entry.business_id in ("", finding.business_id)
    )
