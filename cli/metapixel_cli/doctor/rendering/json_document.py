"""A report as JSON for other tools."""

from __future__ import annotations

import json
from itertools import groupby

from metapixel_cli.doctor.judging.catalogue import TITLES, Check
from metapixel_cli.doctor.judging.report import Overall, Report
from metapixel_cli.doctor.judging.verdict import Outcome


def as_json(report: Report) -> str:
    """Return the report as a JSON document, in ASCII."""
    document = {
        # A new version means that older readers would misunderstand.
        "version": 1,
        "success": report.overall in (Overall.SUCCESS, Overall.WARNING),
        "result": report.overall,
        "checked_at": report.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "skipped": report.skipped,
        "categories": [
            {
                "name": category,
                "title": TITLES[category],
                "checks": [_check(check, outcome) for check, outcome in rows],
            }
            for category, rows in groupby(report.outcomes, key=lambda each: each[0].category)
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _check(check: Check, outcome: Outcome) -> dict[str, object]:
    """Return a check and its result. `credentials` is `(default)` for the default set."""
    verdict = outcome.verdict
    return {
        "name": check.name,
        "description": check.description,
        "credentials": outcome.credentials or None,
        "subject": outcome.subject or None,
        "result": verdict.result,
        "facts": verdict.facts,
        "error": verdict.error or None,
        "advice": verdict.advice or None,
    }
