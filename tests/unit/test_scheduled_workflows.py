"""The steps of the scheduled workflows, which run in a shell."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.support.stack import ROOT

JOBS = yaml.safe_load((ROOT / ".github/workflows/lock.yml").read_text())["jobs"]
FILES = next(
    step["with"]["path"] for step in JOBS["lock"]["steps"] if "upload" in step.get("uses", "")
)
SCRIPTS = {step["name"]: step["run"] for step in JOBS["pull-request"]["steps"] if "run" in step}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a clone with old lock files. The artifact has new ones, and a file that is none."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for file in [*FILES.split(), "Makefile"]:
        for place, text in ((folder, "old"), (tmp_path / "lock", "new")):
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(f"{text}\n")
    run(folder, "git init -q -b main && git add . && git commit -qm first")
    run(folder, f"git init -q --bare {tmp_path}/origin && git remote add origin {tmp_path}/origin")
    make_gh(tmp_path, "0")
    return folder


def make_gh(home: Path, listed: str) -> None:
    """Make a `gh` that prints what is `listed`, and keeps what it was asked."""
    gh = home / "bin/gh"
    gh.parent.mkdir()
    gh.write_text(f'#!/bin/sh\necho "$@" >> {home}/asked\n[ "$2" != list ] || echo {listed}\n')
    gh.chmod(0o755)


def run(folder: Path, script: str, **environment: str) -> str:
    home = folder.parent
    name = {
        f"GIT_{role}_{key}": "test" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": f"{home}/bin:/usr/bin:/bin", "RUNNER_TEMP": str(home), **name, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_a_pull_request_contains_only_the_lock_files_of_the_artifact(checkout: Path) -> None:
    for script in SCRIPTS.values():
        run(checkout, script)

    pushed = run(
        checkout, f"git --git-dir {checkout.parent}/origin show --name-only --format= lock"
    )
    assert pushed.split() == sorted(FILES.split())
    asked = (checkout.parent / "asked").read_text()
    assert "pr create --head lock" in asked
    assert "workflow run test.yml --ref lock" in asked


def test_nothing_is_asked_of_github_if_every_dependency_is_up_to_date(checkout: Path) -> None:
    assert "up to date" in run(checkout, SCRIPTS["Open the pull request"])
    assert not (checkout.parent / "asked").exists()


def test_a_fresh_package_waits_as_long_for_the_lock_files_as_for_dependabot() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    (days,) = {each["cooldown"]["default-days"] for each in updates}
    printed = subprocess.check_output(["make", "--dry-run", "lock"], cwd=ROOT, text=True)
    commands = [
        line for line in printed.replace("\\\n", "").splitlines() if "uv pip compile" in line
    ]

    assert len(commands) == 4
    assert all(f'--exclude-newer "{days} days"' in command for command in commands)


@pytest.mark.parametrize(
    ("issue", "expected"), [("", "issue create --title A random test"), ("7", "issue comment 7")]
)
def test_a_failure_with_a_new_seed_opens_an_issue_or_adds_to_the_open_one(
    tmp_path: Path, issue: str, expected: str
) -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/seeds.yml").read_text())["jobs"]
    draw, report = jobs["play"]["steps"][0], jobs["issue"]["steps"][0]
    make_gh(tmp_path, issue)
    seed = run(tmp_path / "bin", draw["run"], GITHUB_OUTPUT="/dev/null").strip()
    run(tmp_path / "bin", report["run"], SEED=seed, RUN="https://run", GITHUB_SHA="abc")

    asked = (tmp_path / "asked").read_text().splitlines()[-1]
    assert re.fullmatch(r"seed=[0-9]+", seed)
    assert asked.startswith(expected)
    assert asked.endswith(
        f"--body `CI=true make seeds SEED={seed}` failed at commit abc: https://run"
    )


def test_the_examples_whose_last_day_is_near_are_found(tmp_path: Path) -> None:
    (job,) = yaml.safe_load((ROOT / ".github/workflows/dates.yml").read_text())["jobs"].values()
    (script,) = [step["run"] for step in job["steps"] if "run" in step]
    folder = tmp_path / "checkout"
    (folder / "examples").mkdir(parents=True)
    program, page = folder / "examples/index.ts", folder / "README.md"
    near, far = (datetime.now(UTC).date() + timedelta(days=days) for days in (30, 90))
    program.write_text(f'a(expires_on="{far}", expiresOn: "{far}", requested_on="2020-01-01")\n')
    page.write_text(f'expires_on: "{far}"\n')
    run(folder, "git init -q && git add .")
    assert run(folder, script) == ""

    page.write_text(f'expires_on: "{far}"\n{{tasks: [ANALYZE], expires_on: "{near}"}}\n')
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run(folder, script)
    assert f'README.md:2:expires_on: "{near}' in failed.value.stdout
    assert str(far) not in failed.value.stdout
