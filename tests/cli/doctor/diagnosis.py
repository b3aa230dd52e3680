"""A diagnosis of `metapixel doctor`, as a user starts it, its findings, and changes of a world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner
from click.testing import Result as Run

from metapixel_cli.commands import metapixel
from metapixel_cli.doctor.check_results import CheckResult, ResultKind
from metapixel_simulator import Business, Simulator
from tests.support.example import OWNER

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


def refuses(endpoint: str, code: int) -> Callable[[Simulator], object]:
    refusal: dict[str, Any] = {"kind": "graph_error", "code": code, "message": "Not for you"}
    return lambda sim: sim.fault(endpoint, **refusal, times=-1)


def declines_scopes(sim: Simulator) -> None:
    states = {"business_management": "declined", "ads_management": "expired", "ads_read": "expired"}
    data = [{"permission": name, "status": status} for name, status in states.items()]
    body = json.dumps({"data": data})
    sim.fault("GET me/permissions", kind="status", status=200, body=body, times=-1)


def declines_scopes_of_a_token_without_description(sim: Simulator) -> None:
    refuses("GET debug_token", 100)(sim)
    declines_scopes(sim)


def shifted(days: float) -> Callable[[Simulator], object]:
    return lambda sim: sim.shift_date(days=days)


def many_businesses(sim: Simulator) -> None:
    """Make the owner's user an employee of 30 businesses, and an admin of the last one."""
    roles = sim.world.users[sim.world.tokens["owner-token"].user].roles
    roles.clear()
    for number in range(30):
        sim.world.add(Business(f"77{number:02}", "Client"))
        roles[f"77{number:02}"] = "EMPLOYEE"
    roles[OWNER] = "ADMIN"


def many_businesses_and_no_capability(sim: Simulator) -> None:
    many_businesses(sim)
    refuses("GET initiated_sharing_agreements", 3)(sim)
