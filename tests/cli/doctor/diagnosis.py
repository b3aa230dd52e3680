"""A diagnosis of `metapixel doctor`, as a user starts it, and its results by check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel

#: The variables that a machine may have set.
NO_SETTINGS = dict.fromkeys(["META_ACCESS_TOKEN", "META_APP_SECRET", "META_API_VERSION"])


@dataclass(frozen=True)
class Finding:
    """The outcome of one check."""

    result: str
    text: str
    advice: str


@dataclass(frozen=True)
class Diagnosis:
    """The exit code, and the outcomes of each check."""

    code: int
    overall: str
    checks: Mapping[str, tuple[Finding, ...]]

    def of(self, check: str) -> Finding:
        """Return the only outcome of a check."""
        (found,) = self.checks[check]
        return found

    def results(self, check: str) -> list[str]:
        """Return the results of all outcomes of a check."""
        return [each.result for each in self.checks[check]]

    def with_result(self, result: str) -> set[str]:
        """Return the names of the checks that have an outcome with a result."""
        return {
            name
            for name, outcomes in self.checks.items()
            if any(each.result == result for each in outcomes)
        }


def invoke(url: str, *arguments: str, **environment: str | None) -> Result:
    """Run `metapixel doctor` with these environment variables."""
    runner = CliRunner(env={**NO_SETTINGS, **environment})
    return runner.invoke(metapixel, ["doctor", "--graph-url", url, *arguments])


def diagnose(url: str, *arguments: str, **environment: str | None) -> Diagnosis:
    """Run `metapixel doctor`, without the check of the installed versions."""
    result = invoke(url, "--json", "--skip", "versions", *arguments, **environment)
    assert result.exit_code in (0, 1, 4), result.output
    document = json.loads(result.stdout)
    checks: dict[str, tuple[Finding, ...]] = {}
    for category in document["categories"]:
        for each in category["checks"]:
            text = " ".join(filter(None, [each["error"], *each["facts"]]))
            finding = Finding(each["result"], text, each["advice"] or "")
            checks[each["name"]] = (*checks.get(each["name"], ()), finding)
    return Diagnosis(result.exit_code, document["result"], checks)
