"""The policy pack on the real engine: what it blocks, where, and the messages of a user."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.quick import processes
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine


def _day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def _share(name: str = "acme", agency: str = f'"{NORTHLIGHT}"', **changes: object) -> str:
    """The text of a compliant share, with changes."""
    inputs = {"permitted_tasks": ["ANALYZE"], "expires_on": _day(30), "reason": "report"} | changes
    arguments = ", ".join(f"{key}={value!r}" for key, value in inputs.items())
    return (
        f'{name} = PixelAgencyShare("{name}", pixel_id="{PIXEL}", agency_business_id={agency}, '
        f"{arguments})\n"
    )


def _program(*lines: str) -> str:
    return "from pulumi_metapixel import *\n" + "".join(lines)


SHARE = "pulumi-python:dynamic/metapixel:PixelAgencyShare"
ACCOUNT = (
    f'PixelAdAccountPermission("ads", pixel_id=acme.pixel_id, business_id="{NORTHLIGHT}", '
    f'ad_account_id="{NORTHLIGHT_ACCOUNT}", credentials="northlight")\n'
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack, in the virtual environment that runs the tests."""
    return _pack(tmp_path, (ROOT / "policy/__main__.py").read_text())


def _pack(folder: Path, main: str) -> Path:
    described = (ROOT / "policy/PulumiPolicy.yaml").read_text()
    assert "virtualenv: ../.venv" in described
    pack = folder / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text(
        re.sub("virtualenv: .*", f"virtualenv: {processes.environment()}", described)
    )
    (pack / "__main__.py").write_text(main)
    return pack


def _advising(pack: Path) -> list[str]:
    """The arguments that run a pack with its defaults."""
    return ["--policy-pack", str(pack)]


def _with(pack: Path, config: Mapping[str, object] | None = None) -> list[str]:
    """The arguments that run a pack with every rule mandatory, and with further configuration."""
    file = pack.parent / "policy.json"
    file.write_text(json.dumps({"all": "mandatory", **(config or {})}))
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


def test_the_first_share_of_the_readme_is_not_blocked_by_a_default(
    stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    (first_share,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    project = stack(first_share)

    run = project.pulumi("up", "--yes", *_advising(pack))

    advised = run.lines_with("advertise-with-ad-account")
    assert advised
    assert advised[0].startswith("- [advisory]")
    assert len(sim.open_requests()) == 1


def test_every_rule_advises_by_default_and_one_key_makes_it_mandatory(
    stack: Callable[..., Stack], pack: Path
) -> None:
    everything = _share(
        permitted_tasks=["ADVERTISE", "EDIT"],
        expires_on=None,
        reason=None,
        on_existing="overwrite",
    )
    project = stack(_program(everything))
    broken = {
        "advertise-with-ad-account",
        "edit-expires-soon",
        "no-edit",
        "overwrite-states-reason",
        "share-expires",
        "share-has-reason",
    }

    advised = project.preview(*_advising(pack))
    blocked = project.preview(*_with(pack), ok=False)

    for name in broken:
        assert "[advisory]" in advised.lines_with(f"  {name}  ")[0]
        assert "[mandatory]" in blocked.lines_with(f"  {name}  ")[0]
    assert not advised.lines_with("[mandatory]")
    assert not blocked.lines_with("[advisory]")


def test_the_example_pipeline_makes_every_rule_mandatory_but_the_one_about_the_whole_stack(
    stack: Callable[..., Stack], pack: Path
) -> None:
    project = stack(_program(_share(permitted_tasks=["ADVERTISE"], expires_on=None, reason=None)))
    config = json.loads((ROOT / "examples/github-actions/policy-config.json").read_text())

    run = project.preview(*_with(pack, config), ok=False)

    assert "[advisory]" in run.lines_with("advertise-with-ad-account")[0]
    assert "[mandatory]" in run.lines_with("share-expires")[0]
    assert "[mandatory]" in run.lines_with("share-has-reason")[0]


def test_only_a_rule_that_judges_a_resource_is_listed_as_passed(
    stack: Callable[..., Stack], pack: Path
) -> None:
    project = stack(_program(_share()))

    unconfigured = _summaries(project, *_advising(pack))
    configured = _summaries(
        project, *_with(pack, {"approved-agencies": {"agencies": [NORTHLIGHT]}})
    )

    assert unconfigured["acme"] == {
        "edit-expires-soon",
        "max-agencies-per-pixel",
        "no-edit",
        "overwrite-states-reason",
        "share-expires",
        "share-has-reason",
    }
    assert unconfigured[""] == {"advertise-with-ad-account"}
    assert configured["acme"] == unconfigured["acme"] | {"approved-agencies"}
    others = [unconfigured[name] for name in unconfigured.keys() - {"acme", ""}]
    assert others
    assert not any(others)


def test_what_a_preview_cannot_know_blocks_it(
    stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    project = stack(_program(_share(), _share("other", "acme.agency_name")))
    arguments = _with(pack, {"approved-agencies": {"agencies": [NORTHLIGHT]}})

    preview = project.preview(*arguments, ok=False)

    assert preview.lines_with("approved-agencies")[0].startswith("metapixel@v0.1.0 [mandatory]")
    assert preview.lines_with("`agency_business_id` is not known before the update")
    assert sim.shares() == {}


def test_what_another_resource_declares_is_known_in_preview(
    stack: Callable[..., Stack], pack: Path
) -> None:
    project = stack(_program(_share(permitted_tasks=["ADVERTISE"]), ACCOUNT))

    project.preview(*_with(pack))  # a known limit without a refresh


def test_the_agency_too_many_is_stopped_without_a_preview(
    stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    project = stack(_program(_share(), _share("other", f'"{HARBOUR}"')))

    run = project.up(*_with(pack, {"max-agencies-per-pixel": {"max_agencies": 1}}), ok=False)

    assert run.lines_with("The pixel would have more agencies than its limit of 1. ")
    assert len(sim.shares()) + len(sim.open_requests()) <= 1


def test_the_rule_about_the_whole_stack_stops_up_at_its_preview(
    stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    project = stack(_program(_share(permitted_tasks=["ADVERTISE"])))

    run = project.pulumi("up", "--yes", *_with(pack), ok=False)

    assert run.lines_with("The share permits ADVERTISE, but this stack permits none")
    assert sim.shares() == {}


def test_a_share_renamed_without_an_alias_gains_a_task_only_if_its_reason_names_the_task(
    stack: Callable[..., Stack], sim: Simulator, pack: Path
) -> None:
    project = stack(_program(_share()))
    project.up()
    wider = ["ANALYZE", "UPLOAD"]
    renamed = partial(_share, "renamed", permitted_tasks=wider, on_existing="overwrite")

    project.write(_program(renamed()))
    refused = [project.preview(*_with(pack), ok=False), project.up(*_with(pack), ok=False)]
    before = sim.shares()
    project.write(_program(renamed(reason="ANALYZE, and upload of sales")))
    project.pulumi("up", "--yes", *_with(pack))

    for run in refused:
        assert run.lines_with(
            "add ANALYZE, UPLOAD to the reason of this share. Name each permitted task"
        )
    assert before == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset(wider)}


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (
            {"approved-agencies": {"agencies": [2001]}},
            "approved-agencies: agencies.0: Invalid type. Expected: string, given: integer",
        ),
        (
            {"approved-agencies": {"agencys": ["2001"]}},
            "The configuration of approved-agencies is wrong: there is no setting 'agencys'",
        ),
    ],
)
def test_a_wrong_configuration_is_an_error_that_names_the_field(
    stack: Callable[..., Stack], pack: Path, config: dict[str, object], text: str
) -> None:
    project = stack(_program(_share()))

    run = project.preview(*_with(pack, config), ok=False)

    assert run.lines_with(text)


def test_a_team_builds_a_pack_of_its_own_as_the_documentation_describes(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    documentation = (ROOT / "docs/policy.md").read_text()
    (own,) = re.findall(r"```python\n(.*?)```", documentation, re.DOTALL)
    project = stack(_program(_share(permitted_tasks=["ADVERTISE", "EDIT"], reason=None)))

    run = project.preview(*_advising(_pack(tmp_path, own)), ok=False)

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


def test_an_entry_of_initial_config_without_a_level_makes_its_rule_advisory(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    project = stack(_program(_share(permitted_tasks=["EDIT"])))

    run = project.preview(*_advising(_pack(tmp_path, CONFIGURED)), ok=False)

    assert "[advisory]" in run.lines_with("  no-edit  ")[0]
    assert "[mandatory]" in run.lines_with("  share-expires  ")[0]


def test_the_file_has_precedence_over_initial_config(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    project = stack(_program(_share(expires_on=_day(6))))
    own = _pack(tmp_path, CONFIGURED)

    advised = project.preview(*_with(own, {"all": "advisory"}))
    allowed = project.preview(*_with(own, {"share-expires": {"max_days": 9}}))

    assert "[advisory]" in advised.lines_with("  share-expires  ")[0]
    assert not allowed.lines_with("  share-expires  ")


def test_an_exception_that_names_no_rule_is_a_warning(
    stack: Callable[..., Stack], pack: Path
) -> None:
    project = stack(_program(_share()))
    match = {"policies": ["share-expire"], "targets": [f"urn:pulumi:test::project::{SHARE}::acme"]}
    exceptions = {"contract-4711": {"reason": "Signed until 2028", "match": [match]}}

    run = project.preview(*_with(pack, {"version": 2, "policies": {}, "exceptions": exceptions}))

    assert run.lines_with('names policy "share-expire", which isn\'t in the pack')
