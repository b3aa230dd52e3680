"""The HTML page. Its content security policy allows only its own style and script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metapixel_cli.access.judging.parts import without_access
from metapixel_cli.access.judging.report import Finding, FindingName, Report, Route, Side
from metapixel_cli.access.rendering.html import words
from metapixel_cli.access.rendering.html.matrix import matrix
from metapixel_cli.access.rendering.words import by_name, causes
from metapixel_cli.escape import isolated, visible
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.words import noun
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
        finding_keys=_finding_keys,
        open_count=_open_count,
    )
    unused = [pixel.id for pixel in without_access(report)]
    wholes = _wholes(report, unused)
    return environment.get_template("page.html").render(
        report=report,
        style=style,
        script=script,
        policy=_policy(style, script),
        complete=not report.unread,
        unread=causes(report.unread),
        glance=_glance(report),
        matrix=matrix(report),
        # The names with open findings come first.
        groups=sorted(by_name(report.findings), key=lambda group: not _open_count(group[1])),
        unused=unused,
        wholes=wholes,
        businesses=_by_name(
            {business: "" for _, business in wholes}
            | {row.business_id: row.business_name for row in report.rows}
        ),
        pixels=_by_name(
            {pixel: "" for pixel, _ in wholes}
            | {row.pixel_id: row.pixel_name for row in report.rows}
            | {pixel.id: pixel.name for pixel in report.pixels}
        ),
        of_clients=report.side is Side.AGENCY,
        has_several_owners=len({row.owner_id for row in report.rows}) > 1,
        outcomes={ReadOutcome.FAILED: "the read failed", ReadOutcome.REFUSED: "refused by Meta"},
        all_tasks=tuple(Task),
        routes=words.ROUTES,
        used_routes={row.route for row in report.rows},
        managed=words.MANAGED,
    )


def _wholes(report: Report, unused: Iterable[str]) -> dict[tuple[str, str], list[Finding]]:
    """Return the pixels that nobody may use, and the findings about a pixel or a business.

    A key is the id of a pixel and the id of a business. One of them is empty.
    """
    found: dict[tuple[str, str], list[Finding]] = {(pixel, ""): [] for pixel in unused}
    for finding in report.general_findings:
        found.setdefault((finding.pixel_id, finding.business_id), []).append(finding)
    return found


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names by id, in their order. Objects without an id are left out."""
    ordered = sorted(filter(None, names), key=lambda each: words.order(names[each], each))
    return {each: names[each] for each in ordered}


def _open_count(findings: Iterable[Finding]) -> int:
    """Return the number of findings that are not accepted."""
    return sum(finding.is_open for finding in findings)


def _finding_keys(findings: Sequence[Finding]) -> str:
    """Return the names of findings for the filter. If a finding is open, `open` is added."""
    names = dict.fromkeys(finding.name.value for finding in findings)
    return " ".join([*(["open"] if _open_count(findings) else []), *names])


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


def _glance(report: Report) -> list[tuple[int, str]]:
    """Return the numbers that summarize the report, each with its noun."""
    access = [row for row in report.rows if row.has_access]
    agencies = {row.business_id for row in access if row.business_id != row.owner_id}
    holders = {route: {row.subject_id for row in access if row.route is route} for route in Route}
    requests = {row.subject_id for row in report.rows if row.is_open_request}
    undeclared = [each for each in report.open_findings if each.name is FindingName.UNMANAGED]
    of_agency = report.side is Side.AGENCY
    # An agency reads no users. A number that is None is left out.
    found = (
        ("pixel in use", "pixels in use", len({row.pixel_id for row in access})),
        ("client", "clients", len(report.clients) if of_agency else None),
        ("agency with access", "agencies with access", None if of_agency else len(agencies)),
        ("ad account", "ad accounts", len(holders[Route.AD_ACCOUNT])),
        ("person", "people", None if of_agency else len(holders[Route.PERSON])),
        ("system user", "system users", None if of_agency else len(holders[Route.SYSTEM_USER])),
        ("open sharing request", "open sharing requests", len(requests)),
        (
            *_entries("declared, but not listed by Meta"),
            sum(row.is_absent for row in report.rows) or None,
        ),
        (
            *_entries("declared, but not read at Meta"),
            sum(row.is_unread for row in report.rows) or None,
        ),
        (*_entries("not declared in code"), len(undeclared)),
        ("open finding", "open findings", len(report.open_findings)),
        ("accepted finding", "accepted findings", len(report.accepted_findings)),
    )
    return [(number, noun(number, one, many)) for one, many, number in found if number is not None]


def _entries(which: str) -> tuple[str, str]:
    return f"entry {which}", f"entries {which}"
