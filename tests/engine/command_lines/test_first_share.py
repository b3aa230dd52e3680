"""The lines of the README, from a first share to its end."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import ROOT, VENV, Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

TEMPLATE = {
    "Pulumi.yaml": (
        "name: ${PROJECT}\ndescription: ${DESCRIPTION}\nruntime:\n  name: python\n"
        "  options: {toolchain: pip, virtualenv: venv}\ntemplate: {description: A program}\n"
    ),
    "__main__.py": "import pulumi\n",
}

#: pip takes nothing from a registry.
NOTHING_ELSE = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A repository in the place of Pulumi's own templates, which are on the internet."""
    folder = tmp_path / "templates"
    for name, text in TEMPLATE.items():
        (folder / "python").mkdir(parents=True, exist_ok=True)
        (folder / "python" / name).write_text(text)
    author = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@follows(
    "pulumi new python",
    "pulumi preview",
    "pulumi up",
    "META_ACCESS_TOKEN=owner-token",
    "pulumi config set metapixel:graphUrl {}",
)
def test_the_readmes_first_share_works_in_a_new_project(
    stack: Callable[..., Stack], sim: Simulator, templates: Path, checkout: Path, tmp_path: Path
) -> None:
    new = tmp_path / "first"
    new.mkdir()
    terminal = Terminal(new, stack().environment)
    terminal.environment |= {
        "PULUMI_TEMPLATE_GIT_REPOSITORY": str(templates),
        "PULUMI_TEMPLATE_BRANCH": "main",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        # What the project depends on is lent by this environment.
        "PYTHONPATH": str(next((VENV / "lib").glob("python*/site-packages"))),
    }
    del terminal.environment["META_ACCESS_TOKEN"]

    terminal.type("pulumi new python")
    subprocess.run(
        ["venv/bin/pip", "install", checkout],
        cwd=new,
        env=terminal.environment | NOTHING_ELSE,
        check=True,
        capture_output=True,
    )
    code, *_ = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (new / "__main__.py").write_text(code)
    terminal.type("pulumi config set metapixel:graphUrl {}", sim.url)
    terminal.type("pulumi preview")
    assert sim.requests == []

    terminal.type("pulumi up", options=["META_ACCESS_TOKEN=owner-token"])

    (request,) = sim.open_requests()
    assert request.pixels == {PIXEL: ("ANALYZE", "ADVERTISE")}


@follows("pulumi up", "pulumi preview", "pulumi up --refresh", "pulumi destroy", "--refresh")
def test_what_waits_becomes_active_with_a_refresh_once_the_agency_accepted(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("waiting", PIXEL, HARBOUR)))
    terminal = Terminal.of(made)
    asked = terminal.type("pulumi up")
    (request,) = sim.open_requests()
    assert f"must accept sharing request {request.id}" in asked.text
    assert made.resources()["waiting"]["status"] == "PENDING"

    sim.answer(request.id, "APPROVE")
    previewed = terminal.type("pulumi preview")
    assert "`pulumi up --refresh`" in previewed.output
    terminal.type("pulumi up")
    assert made.resources()["waiting"]["status"] == "PENDING", "an up without a refresh looked"
    terminal.type("pulumi up", options=["--refresh"])
    assert made.resources()["waiting"]["status"] == "ACTIVE"

    terminal.type("pulumi destroy")
    assert sim.shares() == {}


@follows("pulumi destroy")
def test_destroy_withdraws_a_request_that_nobody_has_accepted(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("waiting", PIXEL, HARBOUR)))
    made.up()

    Terminal.of(made).type("pulumi destroy")

    assert sim.open_requests() == []
    assert made.resources() == {}


@follows("pulumi preview --refresh", "pulumi refresh", "pulumi up --refresh", "pulumi up")
def test_a_change_by_hand_is_seen_by_a_refresh_and_undone_by_up(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT)))
    terminal = Terminal.of(made)
    terminal.type("pulumi up")
    sim.unshare(PIXEL, NORTHLIGHT)

    seen = terminal.type("pulumi preview --refresh")
    assert re.search(r"\+ .*PixelAgencyShare one create", seen.text)
    assert set(made.resources()) == {"one"}, "a preview recorded something"

    terminal.type("pulumi refresh")
    assert made.resources() == {}
    terminal.type("pulumi up")
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    sim.unshare(PIXEL, NORTHLIGHT)
    terminal.type("pulumi up --refresh")
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
