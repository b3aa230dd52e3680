"""The HTML page. Its content security policy allows only its own style and script."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metapixel_cli.access.judging.parts import Completeness
from metapixel_cli.access.judging.report import FindingName, Report, Route, Side
from metapixel_cli.access.rendering.html import words
from metapixel_cli.access.rendering.html.entries import (
    entries,
    finding_keys,
    open_count,
)
from metapixel_cli.access.rendering.html.matrix import matrix
from metapixel_cli.access.rendering.words import (
    by_name,
    causes,
    clients,
    is_absent,
    is_unread,
    open_findings,
)
from metapixel_cli.escape import isolated, visible
from metapixel_cli.stacks.engine import name_of
from metapixel_provider.sharing.estate.estate import ReadOutcome
from metapixel_provider.sharing.tasks import Task

_HERE = Path(__file__).parent
#: The length to which a sentence with a reason is cut.
_LONGEST_SENTENCE = 1000


def page(report: Report) -> str:
    """Return the report as one HTML page. It loads nothing and works without JavaScript."""
    style, script = (_HERE.joinpath(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=visible,
        isolated=isolated,
        sentence=lambda text: isolated(visible(text, _LONGEST_SENTENCE)),
        day=words.day,
        task=words.task,
        words=words.listed,
        may=words.may,
        notes=words.notes,
        end=words.end,
        resource=name_of,
        finding_keys=finding_keys,
        open_count=open_count,
    )
    return environment.get_template("page.html").render(
        completeness=Completeness(report.parts),
        report=report,
        style=style,
        script=script,
        policy=_policy(style, script),
        complete=not report.unread,
        unread=causes(report.unread),
        glance=_glance(report),
        matrix=matrix(report),
        # The names with open findings come first.
        groups=sorted(by_name(report.findings), key=lambda group: not open_count(group[1])),
        entries=entries(report),
        of_clients=report.side is Side.AGENCY,
        has_several_owners=len({row.owner_id for row in report.rows}) > 1,
        outcomes={ReadOutcome.FAILED: "the read failed", ReadOutcome.REFUSED: "refused by Meta"},
        all_tasks=tuple(Task),
        routes=words.ROUTES,
        managed=words.MANAGED,
    )


def _policy(style: str, script: str) -> str:
    """Return the content security policy: the style and the script of the page, and nothing else.

    Source: https://www.w3.org/TR/CSP3/
    """

    def source(text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    return (
        f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _glance(report: Report) -> list[words.Count]:
    """Return the numbers that summarize the report."""
    access = [row for row in report.rows if row.has_access]
    agencies = {row.business_id for row in access if row.business_id != row.owner_id}
    subjects = {
        route: len({row.subject_id for row in access if row.route is route}) for route in Route
    }
    partners = words.counted(len(agencies), "agency with access", "agencies with access")
    users = [
        words.counted(subjects[Route.PERSON], "person", "people"),
        words.counted(subjects[Route.SYSTEM_USER], "system user"),
    ]
    if report.side is Side.AGENCY:
        # An agency reads no users.
        partners, users = words.counted(len(clients(report)), "client"), []
    requests = {row.subject_id for row in report.rows if row.is_open_request}
    findings = open_findings(report)
    undeclared = sum(finding.name is FindingName.UNMANAGED for finding in findings)
    missing = (
        _entries(sum(map(is_absent, report.rows)), "declared, but not listed by Meta"),
        _entries(sum(map(is_unread, report.rows)), "declared, but not read at Meta"),
    )
    return [
        words.counted(len({row.pixel_id for row in access}), "pixel in use", "pixels in use"),
        partners,
        words.counted(subjects[Route.AD_ACCOUNT], "ad account"),
        *users,
        words.counted(len(requests), "open sharing request"),
        *(count for count in missing if count.number),
        _entries(undeclared, "not declared in code"),
        words.counted(len(findings), "open finding"),
        words.counted(len(report.findings) - len(findings), "accepted finding"),
    ]


def _entries(number: int, which: str) -> words.Count:
    return words.counted(number, f"entry {which}", f"entries {which}")
