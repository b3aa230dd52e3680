"""The pages that people read first are short, and CI runs the commands of a contributor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.command_lines import in_workflow
from tools.version import NUMBER

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTIONS = sorted(ROOT.glob("actions/*/action.yml"))
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/README.md")})

#: The most words that a page may have.
WORDS = {
    "ARCHITECTURE.md": 3650,
    "CHANGELOG.md": 300,
    "CONTRIBUTING.md": 1510,
    "DECISIONS.md": 1550,
    "README.md": 700,
    "docs/access.md": 1300,
    "docs/access-file.md": 1150,
    "docs/concepts.md": 400,
    "docs/doctor.md": 750,
    "docs/for-agencies.md": 850,
    "docs/gitlab.md": 500,
    "docs/github.md": 1300,
    "docs/review.md": 1200,
    "docs/simulator-reference.md": 2300,
    "docs/troubleshooting.md": 1300,
}


WAY = re.findall(r"^\d+\. (.+?) in `([\w/]+\.py)`", (ROOT / "ARCHITECTURE.md").read_text(), re.M)


@pytest.mark.parametrize(("functions", "path"), WAY)
def test_the_way_of_a_share_names_functions_that_exist(functions: str, path: str) -> None:
    source = (ROOT / "provider/metapixel_provider" / path).read_text()

    for function in re.findall(r"`([\w.]+)`", functions):
        assert f"def {function.rpartition('.')[2]}(" in source


@pytest.mark.parametrize(("page", "most"), WORDS.items())
def test_a_page_is_short_enough_to_be_read_at_once(page: str, most: int) -> None:
    text = re.sub(r"\]\([^)]*\)", "]", (ROOT / page).read_text())

    assert len(text.split()) <= most


def test_ci_and_the_test_workflow_run_the_same_commands() -> None:
    lines = re.findall(r"(?m)^make .+$", (ROOT / ".ci/run").read_text())

    assert lines
    assert list(in_workflow((ROOT / ".github/workflows/test.yml").read_text())) == lines


def test_the_test_workflow_runs_every_python_that_the_project_declares() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    declared = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text())

    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == declared


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: "/".join(path.parts[-2:]))
def test_every_action_is_pinned_to_a_commit_and_its_version_is_named(path: Path) -> None:
    uses = re.findall(r"(?m)^\s*-?\s*uses: (.+)$", path.read_text())
    others = [each for each in uses if not each.startswith("./")]

    assert others or path.name == "test.yml"
    for each in others:
        assert re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_one_action_is_pinned_to_one_commit_everywhere() -> None:
    texts = "\n".join(path.read_text() for path in [*WORKFLOWS, *ACTIONS])
    pins = set(re.findall(r"uses: (\S+)@(\S+)", texts))

    assert len(pins) == len({action for action, _ in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_has_only_the_permissions_that_it_lists(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())

    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


def test_only_the_job_that_publishes_can_prove_its_identity() -> None:
    able = {
        (path.name, name)
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text())["jobs"].items()
        if "id-token" in job["permissions"]
    }
    publish = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"][
        "publish"
    ]

    assert able == {("release.yml", "publish")}
    assert publish["environment"] == "pypi"
    assert not any("run" in step for step in publish["steps"])


@pytest.mark.parametrize(
    ("tag", "heading", "code"),
    [
        (f"v{NUMBER}", f"## {NUMBER}, 2026-12-01", 0),
        (f"v{NUMBER}", f"## {NUMBER}, unreleased", 1),
        ("v9.9.9", "## 9.9.9, 2026-12-01", 1),
    ],
    ids=["the tag of the version", "a section without a date", "the tag of another version"],
)
def test_a_release_takes_the_dated_section_of_its_version(
    tag: str, heading: str, code: int, tmp_path: Path
) -> None:
    steps = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]["build"]
    (script,) = [step["run"] for step in steps["steps"] if "notes/" in step.get("run", "")]
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/version.py", tmp_path / "tools")
    older = "\n- Shares.\n\n## 0.0.1, 2026-01-01\n\n- Older.\n"
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n{older}")

    ran = subprocess.run(
        ["bash", "-ec", script], cwd=tmp_path, env={**os.environ, "GITHUB_REF_NAME": tag}
    )

    assert ran.returncode == code
    if not code:
        assert (tmp_path / "notes/notes.md").read_text().split() == ["-", "Shares."]


def test_the_pre_commit_hooks_are_commands_of_make_check() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    command = ["make", "--dry-run", "--assume-old=.venv/.installed", "check"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (repository,) = config["repos"]
    entries = [hook["entry"] for hook in repository["hooks"]]

    assert repository["repo"] == "local"
    assert entries
    assert set(entries) <= set(shown.splitlines())


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    prose = re.sub(r"(?ms)^```.*?^```", "", page.read_text())
    titles = re.findall(r"(?m)^#+ (.+)", prose)
    words = (re.sub(r"\[([^]]*)\]\([^)]*\)|[^\w\- ]", r"\1", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in words}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    prose = re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", "", page.read_text())
    dead = []
    for link in re.findall(r"\]\(([^)\s:]+)\)", prose):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []
