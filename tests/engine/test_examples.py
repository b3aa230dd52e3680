"""The examples, with the real command line, from the first `up` to `destroy`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
)
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine

OWNER_CONFIG = {
    "share-with-agency:pixel": PIXEL,
    "share-with-agency:owner": OWNER,
    "share-with-agency:analyticsAgency": NORTHLIGHT,
    "share-with-agency:campaignAgency": HARBOUR,
    "share-with-agency:campaignAdAccount": f"act_{HARBOUR_ACCOUNT}",
}
TASKS = frozenset({"ADVERTISE", "ANALYZE"})


def test_the_page_about_tokens_acts_as_the_owner_and_as_the_agency(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    page = (ROOT / "docs/tokens.md").read_text()
    shown, _ = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    made = stack(shown, environment={"META_ACCESS_TOKEN_AGENCY": "northlight-token"})

    made.up()

    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


def test_all_four_acts_run_in_one_stack(stack: Callable[..., Stack], sim: Simulator) -> None:
    example = stack(
        project=ROOT / "examples/share-with-agency",
        config=OWNER_CONFIG | {"share-with-agency:actAsAgency": "true"},
    )

    example.up()
    assert sim.shares() == {
        (PIXEL, NORTHLIGHT): frozenset({"ANALYZE"}),
        (PIXEL, HARBOUR): TASKS,
    }
    assert sim.permissions() == {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}
    assert example.outputs()["campaigns_account"] == "ACTIVE"

    example.refresh()
    assert example.outputs()["campaigns"] == "PENDING"  # outputs are the program's: `up` sets them
    example.up()
    assert example.outputs()["campaigns"] == "ACTIVE"

    example.destroy()
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == ({}, set(), [])


@pytest.mark.parametrize("language", ["yaml", pytest.param("typescript", marks=pytest.mark.rest)])
def test_all_four_acts_run_with_the_native_plugin(
    language: str,
    stack: Callable[..., Stack],
    sim: Simulator,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    project = tmp_path / language
    shutil.copytree(ROOT / "examples" / language, project)
    described = (project / "Pulumi.yaml").read_text()
    installed = "packages:\n  metapixel: ../..\n"
    assert installed in described
    (project / "Pulumi.yaml").write_text(described.replace(installed, ""))
    config = {"share-with-agency:graphUrl": sim.url}
    for key in ("pixel", "owner", "campaignAgency", "campaignAdAccount"):
        config[f"share-with-agency:{key}"] = OWNER_CONFIG[f"share-with-agency:{key}"]
    example = stack(project=project, config=config, environment={"META_ACCESS_TOKEN": ""})
    if language == "typescript":
        (example.project / "node_modules").symlink_to(request.getfixturevalue("typescript"))
    example.use_plugin()
    for business, token in (("owner", "owner-token"), ("agency", "harbour-token")):
        example.pulumi("config", "set", "--secret", f"{business}Token", token)

    example.up()
    assert sim.shares() == {(PIXEL, HARBOUR): TASKS}
    assert sim.permissions() == {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}
    assert example.outputs() == {"campaigns": "PENDING", "account": "ACTIVE"}

    example.destroy()
    assert (sim.shares(), sim.permissions(), sim.open_requests()) == ({}, set(), [])


def test_the_first_example_runs_from_the_top_of_the_repository(
    stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    top = tmp_path / "top"
    shutil.copytree(ROOT / "examples", top / "examples")
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, top)

    example = stack(project=top, config=OWNER_CONFIG)

    example.up()
    assert sim.shares()[(PIXEL, NORTHLIGHT)] == frozenset({"ANALYZE"})
