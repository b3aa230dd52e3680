"""Accepted findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.access.judging.report import Acceptance, Finding
from metapixel_provider.access_file.model import Accepted


def accept(finding: Finding, entries: Iterable[Accepted], today: date) -> Finding:
    """Return the finding with the acceptance of the first entry that matches it.

    An entry that has not lapsed takes precedence over an entry that has.
    """
    matching = [each for each in entries if _matches(each, finding)]
    matching.sort(key=lambda each: each.has_lapsed(today))
    if not matching:
        return finding
    entry = matching[0]
    acceptance = Acceptance(entry.reason, entry.expires_on, entry.has_lapsed(today))
    return replace(finding, acceptance=acceptance)


def without_finding(entries: Iterable[Accepted], findings: Sequence[Finding]) -> list[Accepted]:
    """Return the entries that match none of the findings."""
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
