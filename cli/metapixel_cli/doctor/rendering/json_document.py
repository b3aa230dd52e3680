"""A report as JSON for other tools, and the form of this document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from metapixel_cli.doctor.judging.catalogue import TITLES, Category, Check
from metapixel_cli.doctor.judging.report import Overall, Report
from metapixel_cli.doctor.judging.verdict import Outcome, Result


@dataclass(frozen=True)
class CheckEntry:
    """A check and its result."""

    name: str
    """The stable name of the check."""
    description: str
    """The statement that the check tests."""
    credentials: str | None
    """The credential set, with `(default)` for the default set, or null if the check is not about
    one set."""
    subject: str | None
    """The business or pixel of the check, or null."""
    result: Result
    """`unknown`: no read can answer the question. `not_run`: the check could not run."""
    facts: Sequence[str]
    error: str | None
    """The problem, or the reason why there is no answer, unless the result is success."""
    advice: str | None
    """The next action for the user."""


@dataclass(frozen=True)
class CategoryEntry:
    """A group of checks."""

    name: Category
    title: str
    checks: Sequence[CheckEntry]


@dataclass(frozen=True)
class Document:
    """The problems of a setup, with the next action for each of them.

    Readers must ignore properties that they do not know.
    """

    version: Literal[1]
    """A new version means that older readers would misunderstand."""
    success: bool
    """True if no check failed and every chosen check could run. Warnings and unknown results do not
    matter."""
    result: Overall
    """The overall result. `incomplete` means that no check failed, but a check could not run."""
    checked_at: str
    """The time of the diagnosis in UTC, such as 2026-11-26T09:00:00Z."""
    skipped: Sequence[str]
    """The names of the checks that the options left out."""
    categories: Sequence[CategoryEntry]


def as_json(report: Report) -> str:
    """Return the report as a JSON document, in ASCII."""
    document = Document(
        version=1,
        success=report.overall in (Overall.SUCCESS, Overall.WARNING),
        result=report.overall,
        checked_at=report.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        skipped=report.skipped,
        categories=[
            CategoryEntry(
                name=category,
                title=TITLES[category],
                checks=[_check(check, outcome) for check, outcome in rows],
            )
            for category, rows in groupby(report.outcomes, key=lambda each: each[0].category)
        ],
    )
    return json.dumps(document, default=vars, indent=2) + "\n"


def _check(check: Check, outcome: Outcome) -> CheckEntry:
    verdict = outcome.verdict
    return CheckEntry(
        name=check.name,
        description=check.description,
        credentials=outcome.credentials or None,
        subject=outcome.subject or None,
        result=verdict.result,
        facts=verdict.facts,
        error=verdict.error or None,
        advice=verdict.advice or None,
    )
