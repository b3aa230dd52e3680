"""A diagnosis of `metapixel doctor`, as a user starts it, and its findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from click.testing import CliRunner
from click.testing import Result as Run

from metapixel_cli.commands import metapixel
from metapixel_cli.doctor.check_results import CheckResult, ResultKind

#: The variables that a machine may have set.
NO_SETTINGS = dict.fromkeys(["META_ACCESS_TOKEN", "META_APP_SECRET", "META_API_VERSION"])
#: The results of checks that found no problem.
_FINE = ("success", "unknown")


@dataclass(frozen=True)
class Diagnosis:
    """The exit code and the findings. A check is named with a set other than the default one."""

    code: int
    overall: str
    findings: tuple[CheckResult, ...]

    @property
    def problems(self) -> Mapping[str, str]:
        return {each.check: each.result for each in self.findings if each.result not in _FINE}

    def of(self, check: str) -> CheckResult:
        (found,) = (each for each in self.findings if each.check == check)
        return found


def invoke(url: str, *arguments: str, **environment: str | None) -> Run:
    """Run `metapixel doctor` with these environment variables."""
    runner = CliRunner(env={**NO_SETTINGS, **environment})
    return runner.invoke(metapixel, ["doctor", "--graph-url", url, *arguments])


def diagnose(url: str, *arguments: str, **environment: str | None) -> Diagnosis:
    """Run `metapixel doctor`, without the check of the installed versions."""
    result = invoke(url, "--json", "--skip", "versions", *arguments, **environment)
    assert result.exit_code in (0, 1, 4), result.output
    document = json.loads(result.stdout)
    findings = []
    for each in document["findings"]:
        of_set = each["credentials"].replace("(default)", "")
        check = f"{each['check']} {of_set}".strip()
        findings.append(
            CheckResult(check, ResultKind(each["result"]), each["text"], each["advice"])
        )
    return Diagnosis(result.exit_code, document["result"], tuple(findings))
