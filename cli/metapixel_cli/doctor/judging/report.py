"""The report of a diagnosis: one credential set after the other, each up to its first error."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from metapixel_cli.doctor.judging import credentials, setup
from metapixel_cli.doctor.judging.assets import Assets
from metapixel_cli.doctor.judging.connection import connection
from metapixel_cli.doctor.judging.credentials import ACTS
from metapixel_cli.doctor.judging.findings import Finding, Result, set_name
from metapixel_cli.doctor.judging.observed import Observed
from metapixel_cli.doctor.reading.sets import SetRead

#: The checks that can be left out, and the acts whose scopes are then not required.
SKIPPABLE = (
    "versions",
    "clock",
    *credentials.DESCRIBED,
    "rate-limits",
    "business-role",
    "share-app-access",
    *ACTS,
)
_SEVERITY = (Result.ERROR, Result.NOT_RUN, Result.WARNING, Result.SUCCESS, Result.UNKNOWN)
_COMMAND = re.compile(r"`pulumi\s+config\s+(?:set|rm)\b")


@dataclass(frozen=True)
class Report:
    """The findings in the order of their checks. The JSON document has the same fields.

    `result` is the worst result of a check. `UNKNOWN` counts as a success.
    """

    #: A new version means that older readers would misunderstand.
    version: int
    result: Result
    checked_at: str
    skipped: tuple[str, ...]
    findings: tuple[Finding, ...]


def judge(observed: Observed, skip: Collection[str]) -> Report:
    of_run = chain(setup.settings(observed), setup.clock(observed))
    findings = [] if "versions" in skip else [setup.versions()]
    findings += [each for each in of_run if each.check not in skip]
    left = []
    for found in observed.sets:
        judged = list(_of_set(observed, found, skip))
        findings += [replace(each, credentials=set_name(found.name)) for each in judged]
        if found.obstacle is None and judged[-1].result is not Result.ERROR:
            left.append(found)
    if "share" not in skip:
        findings += Assets(observed, tuple(left)).findings()
    return Report(
        version=2,
        result=min((each.result for each in findings), key=_SEVERITY.index),
        checked_at=f"{observed.now:%Y-%m-%dT%H:%M:%SZ}",
        skipped=tuple(sorted(skip)),
        findings=tuple(_with_stack(findings, observed.settings.stack)),
    )


def _of_set(observed: Observed, found: SetRead, skip: Collection[str]) -> Iterator[Finding]:
    """Yield the findings of a set up to its first error. The first ones cannot be left out."""
    yield from connection(observed, found)
    if found.obstacle is not None:
        return
    steps = chain(
        credentials.description(observed, found),
        credentials.rate_limits(found),
        credentials.app_access(found) if "share" not in skip else (),
        credentials.scopes(found, [act for act in ACTS if act not in skip]),
        credentials.business_role(observed, found),
    )
    for finding in steps:
        if finding.check not in skip:
            yield finding
            if finding.result is Result.ERROR:
                return


def _with_stack(findings: Iterable[Finding], stack: str) -> Iterator[Finding]:
    """Yield the findings with `stack` in commands, because another one may be selected."""
    option = f" --stack {shlex.quote(stack)}" if stack else ""
    for each in findings:
        yield replace(each, text=_COMMAND.sub(lambda found: f"{found[0]}{option}", each.text))
