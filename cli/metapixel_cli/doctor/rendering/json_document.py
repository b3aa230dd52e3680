"""A report as JSON for other tools; `doctor.schema.json` describes it."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import groupby

from metapixel_cli.doctor.judging.catalogue import TITLES, Check
from metapixel_cli.doctor.judging.report import Overall, Report
from metapixel_cli.doctor.judging.verdict import Outcome, Result
from metapixel_cli.doctor.rendering.words import hint

#: A new version means that older readers would misunderstand. A new field is no new version.
VERSION = 1


def schema() -> str:
    """Return the JSON schema of the document."""
    return files(__package__).joinpath("doctor.schema.json").read_text(encoding="utf-8")


def as_json(report: Report) -> str:
    """Return the report as a JSON document, in ASCII."""
    document = {
        "version": VERSION,
        "success": report.overall in (Overall.SUCCESS, Overall.WARNING),
        "result": report.overall.value,
        "checked_at": report.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "anonymized": report.is_anonymous,
        "skipped": list(report.skipped),
        "categories": [
            {
                "name": category.value,
                "title": TITLES[category],
                "checks": [_check(check, outcome) for check, outcome in rows],
            }
            for category, rows in groupby(report.outcomes, key=lambda each: each[0].category)
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _check(check: Check, outcome: Outcome) -> dict[str, object]:
    verdict = outcome.verdict
    return {
        "name": check.name,
        "description": check.description,
        "credentials": outcome.credentials or None,
        "subject": outcome.subject or None,
        "result": verdict.result.value,
        "facts": list(verdict.facts),
        "error": verdict.error or None,
        "advice": verdict.advice or None,
        "hint": None if verdict.result is Result.SUCCESS else hint(check),
    }
