"""The policy pack on the real engine: what it blocks, where, and the messages of a user."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support import packs
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import Code, permission, program, share
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine


def _day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def _share(name: str = "acme", agency: str = NORTHLIGHT, *tasks: str, **changes: Any) -> str:
    """A compliant share, with changes."""
    inputs = {"expires_on": _day(30), "reason": "report"} | changes
    return share(name, PIXEL, agency, *tasks, **inputs)


ACCOUNT = permission(
    "ads", Code("acme.pixel_id"), NORTHLIGHT, NORTHLIGHT_ACCOUNT, credentials="northlight"
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return packs.pack(tmp_path / "pack")


def _advising(pack: Path) -> list[str]:
    """The arguments that run a pack with its defaults."""
    return ["--policy-pack", str(pack)]


def _with(pack: Path, config: Mapping[str, object] | None = None) -> list[str]:
    """The arguments that run a pack with every rule mandatory, and with further configuration."""
    file = pack.parent / "policy.json"
    given = config or {}
    file.write_text(json.dumps(given if "version" in given else {"all": "mandatory", **given}))
    return [*_advising(pack), "--policy-pack-config", str(file)]


def _summaries(project: Stack, *arguments: str) -> dict[str, set[str]]:
    """The rules that a preview's events list as passed, by the name of the resource.

    The rules about the whole stack have an empty name.
    """
    run = project.pulumi(
        "preview", "--json", *arguments, ok=None, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="1"
    )
    found: dict[str, set[str]] = {}
    for line in run.output.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        for kind in ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"):
            if kind in event:
                name = event[kind].get("resourceUrn", "").rpartition("::")[2]
                found[name] = set(event[kind].get("passed", ()))
    return found


def test_only_a_rule_that_judges_a_resource_is_listed_as_passed(
    stack: Callable[..., Stack], pack: Path
) -> None:
    project = stack(program(_share()))

    passed = _summaries(project, *_with(pack, {"approved-agencies": {"agencies": [NORTHLIGHT]}}))

    assert passed["acme"] == {
        "approved-agencies",
        "edit-expires-soon",
        "max-agencies-per-pixel",
        "no-edit",
        "overwrite-states-reason",
        "share-expires",
        "share-has-reason",
    }
    assert passed[""] == {"advertise-with-ad-account"}
    others = [passed[name] for name in passed.keys() - {"acme", ""}]
    assert others
    assert not any(others)


def test_what_a_preview_cannot_know_blocks_it_and_what_another_resource_declares_is_known(
    stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    other = _share("other", Code("acme.agency_name"))
    project = stack(program(_share(), ACCOUNT, other))
    arguments = _with(pack, {"approved-agencies": {"agencies": [NORTHLIGHT]}})

    preview = project.preview(*arguments, ok=False)

    assert preview.lines_with("approved-agencies")[0].startswith("metapixel@v0.1.0 [mandatory]")
    assert preview.lines_with("`agency_business_id` is not known before the update")
    assert not preview.lines_with("`pixel_id` is not known")
    assert sim.shares() == {}


@WITH_BOTH_ADAPTERS
def test_the_agency_too_many_is_stopped_without_a_preview(
    native: bool, stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    project = stack(program(_share(), _share("other", HARBOUR)), native=native)

    run = project.up(*_with(pack, {"max-agencies-per-pixel": {"max_agencies": 1}}), ok=False)

    assert run.lines_with("The pixel would have more agencies than its limit of 1. ")
    assert len(sim.shares()) + len(sim.open_requests()) <= 1


def test_a_team_builds_a_pack_of_its_own_as_the_documentation_describes(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    documentation = (ROOT / "docs/policy.md").read_text()
    (own,) = re.findall(r"```python\n(.*?)```", documentation, re.DOTALL)
    project = stack(program(_share("acme", NORTHLIGHT, "ADVERTISE", "EDIT", reason=None)))

    run = project.preview(*_advising(packs.pack(tmp_path / "pack", own)), ok=False)

    assert "[mandatory]" in run.lines_with("  no-edit  ")[0]
    assert "[advisory]" in run.lines_with("  advertise-with-ad-account  ")[0]
    assert not run.lines_with("approved-agencies")
    assert not run.lines_with("share-has-reason")


#: A pack that configures itself, with one entry that states no level.
CONFIGURED = """
from metapixel_policy import RULES
from pulumi_policy import EnforcementLevel, PolicyPack

PolicyPack("ours", list(RULES), initial_config={
    "all": EnforcementLevel.MANDATORY,
    "no-edit": {"agencies": []},
    "share-expires": {"enforcementLevel": EnforcementLevel.MANDATORY, "max_days": 3},
})
"""


def test_the_file_has_precedence_over_initial_config_whose_entries_need_a_level(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    project = stack(program(_share("acme", NORTHLIGHT, "EDIT", expires_on=_day(6))))
    own = packs.pack(tmp_path / "pack", CONFIGURED)

    alone = project.preview(*_advising(own), ok=False)
    allowed = project.preview(*_with(own, {"share-expires": {"max_days": 9}}), ok=False)

    assert "[advisory]" in alone.lines_with("  no-edit  ")[0]
    assert "[mandatory]" in alone.lines_with("  share-expires  ")[0]
    assert not allowed.lines_with("  share-expires  ")


def test_an_exception_exempts_one_share(stack: Callable[..., Stack], pack: Path) -> None:
    urn = f"urn:pulumi:test::project::{ResourceType.SHARE.dynamic}::acme"
    match = {"policies": ["share-has-reason"], "targets": [urn]}
    exceptions = {"contract-4711": {"reason": "Signed until 2028", "match": [match]}}

    exempted = stack(program(_share(reason=None))).preview(
        *_with(pack, {"version": 2, "policies": {"all": "mandatory"}, "exceptions": exceptions})
    )

    assert exempted.lines_with("[exempted: contract-4711] [mandatory]")
