"""The workflows in examples/github-actions, on the real engine and the simulator.

Their shell steps run as they stand. Not GitHub's own: its runners, its permissions, and its API,
which a program in the place of `gh` records.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import yaml

from metapixel_simulator import Simulator
from tests.support.command_lines import in_workflow
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.stack import ROOT, VENV
from tests.support.terminal import follows
from tests.support.workflow import GitHub, JobRun, Runner
from tools.engine import cache
from tools.engine.go_toolchain import environment as go_environment
from tools.engine.go_toolchain import go

pytestmark = pytest.mark.engine

EXAMPLE = ROOT / "examples/github-actions"
WORKFLOWS = EXAMPLE / ".github/workflows"
LINES = {line for path in WORKFLOWS.glob("*.yml") for line in in_workflow(path.read_text())}
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
_SECRET = re.compile(r"META_|PULUMI_|GITHUB_|PYTHON|VIRTUAL_ENV|(ACCESS_TOKEN|APP_SECRET)$")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution, built, in a folder that pip can install it from."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder


class Repository:
    """A repository made of the example, whose pull requests and merges run the workflows."""

    def __init__(self, home: Path, wheel: Path, sim: Simulator) -> None:
        assert shutil.which("jq"), "the workflows use jq, as GitHub's runners have it"
        self.home, self.sim = home, sim
        self.jobs = 0
        self.environment = {
            key: value for key, value in os.environ.items() if not _SECRET.match(key)
        } | {
            "PULUMI_HOME": str(home / "pulumi"),
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
            # pip installs the wheel; what it depends on is lent by this environment.
            "PIP_IGNORE_INSTALLED": "1",
            "PIP_NO_INDEX": "1",
            "PIP_NO_DEPS": "1",
            "PIP_FIND_LINKS": str(wheel),
            "PYTHONPATH": str(next((VENV / "lib").glob("python*/site-packages"))),
            "PYTHONWARNINGS": "ignore",
        }
        (home / "gitconfig").write_text(
            "[user]\n  name = test\n  email = test@example.com\n[init]\n  defaultBranch = main\n"
        )
        self.origin = home / "origin.git"
        self.work = home / "work"
        shutil.copytree(EXAMPLE, self.work, ignore=shutil.ignore_patterns("__pycache__"))
        with (self.work / "Pulumi.production.yaml").open("a") as settings:
            settings.write(f"  metapixel:graphUrl: {sim.url}\n")
        self.program = self.work / "__main__.py"
        program = self.program.read_text()
        self.program.write_text(re.sub(r"\d{4}-\d\d-\d\d", _day(90), program))
        self.git("init", "--quiet", "--bare", str(self.origin))
        self.git("init", "--quiet")
        self.git("remote", "add", "origin", str(self.origin))
        self.commit("main")
        # As the guide says: an empty branch for the state.
        self.git("switch", "--quiet", "--orphan", "state")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Keep the state here")
        self.git("push", "--quiet", "origin", "state")
        self.git("switch", "--quiet", "main")
        self.github = GitHub(home / "github")
        self.runner = Runner(self.github, self.origin, self.environment)

    def git(self, *arguments: str) -> str:
        command = ["git", *arguments]
        process = subprocess.run(
            command, cwd=self.work, env=self.environment, capture_output=True, text=True, check=True
        )
        return process.stdout.strip()

    def commit(self, branch: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change access")
        self.git("push", "--quiet", "origin", f"HEAD:{branch}")
        return self.git("rev-parse", "HEAD")

    def run(self, name: str, context: dict[str, str], ref: str = "main") -> JobRun:
        self.jobs += 1
        return self.runner.run(
            WORKFLOWS / f"{name}.yml", self.home / f"job-{self.jobs}", context, ref
        )

    def propose(self, number: int, program: str) -> tuple[JobRun, str]:
        """A pull request with another program; its preview, and the comment under it."""
        base = self.git("rev-parse", "origin/main")
        self.git("switch", "--quiet", "--force-create", "proposal")
        self.program.write_text(program)
        head = self.commit("proposal")
        self.github.pull_request(number, head)
        self.github.artifacts.clear()
        pull = {"base.sha": base, "head.sha": head}
        preview = self.run(
            "preview", {f"github.event.pull_request.{k}": v for k, v in pull.items()}, head
        )
        self.comment(head)
        return preview, str(self.github.listed(f"issues/{number}/comments")[0]["body"])

    def comment(self, head: str) -> JobRun:
        run = {
            "id": "7",
            "head_sha": head,
            "head_branch": "proposal",
            "head_repository.owner.login": "fork",
            "html_url": "https://github.com/acme/pixel-access/actions/runs/7",
        }
        outcome = self.run("comment", {f"github.event.workflow_run.{k}": v for k, v in run.items()})
        assert not outcome.failed, outcome.log
        return outcome

    def merge(self) -> JobRun:
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.git("fetch", "--quiet")
        outcome = self.run("apply", {"secrets.META_ACCESS_TOKEN": "owner-token"})
        self.git("fetch", "--quiet")
        return outcome

    def look(self) -> JobRun:
        return self.run("drift", {"secrets.META_ACCESS_TOKEN": "owner-token"})


def _day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


@pytest.fixture
def repository(tmp_path: Path, wheel: Path, sim: Simulator) -> Repository:
    return Repository(tmp_path, wheel, sim)


@follows(*sorted(LINES))
def test_a_change_of_access_is_previewed_commented_applied_and_watched(
    repository: Repository, sim: Simulator
) -> None:
    applied = repository.merge()
    assert not applied.failed, applied.log
    assert "### 🔺 More access: 1 agency gains access" in applied.summary
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert "production.json" in repository.git("ls-tree", "-r", "--name-only", "origin/state")

    program = repository.program.read_text()
    wider = program.replace("[Task.ANALYZE]", "[Task.ANALYZE, Task.UPLOAD]")
    wider = wider.replace("attribution", "attribution and conversion")
    preview, comment = repository.propose(5, wider)
    assert not preview.failed, preview.log
    assert comment.splitlines()[1] == "### 🔺 More access: 1 agency gains access"
    assert f"**Northlight Media**<br>`{NORTHLIGHT}`" in comment
    assert "ANALYZE → ANALYZE, **UPLOAD**" in comment
    assert "rules ran, without a violation: advertise-with-ad-account, approved-agencies" in comment
    assert "the preview did not read from Meta. The state was last written on" in comment
    assert "[run](https://github.com/acme/pixel-access/actions/runs/7)" in comment
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    applied = repository.merge()
    assert not applied.failed, applied.log
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}

    assert not repository.look().failed
    assert repository.github.listed("issues") == []

    url = f"{sim.url}/v26.0/{PIXEL}/agencies"
    owner = {"Authorization": "Bearer owner-token"}
    requests.delete(url, params={"business": NORTHLIGHT}, headers=owner, timeout=10)
    for _ in range(2):
        looked = repository.look()
        assert not looked.failed, looked.log
    (issue,) = repository.github.listed("issues")
    assert "#### Changed outside of Pulumi since the last update" in str(issue["body"])
    assert "~~ANALYZE~~, ~~UPLOAD~~ → nothing" in str(issue["body"])
    assert sim.shares() == {}

    assert not repository.run("apply", {"secrets.META_ACCESS_TOKEN": "owner-token"}).failed
    assert not repository.look().failed
    assert repository.github.listed("issues")[0]["state"] == "closed"


def test_one_comment_is_replaced_when_the_pull_request_changes(repository: Repository) -> None:
    program = repository.program.read_text()

    blocked, first = repository.propose(5, program.replace("[Task.ANALYZE]", "[Task.EDIT]"))
    failed, second = repository.propose(5, "raise SystemExit('no contract')\n")
    outdated = repository.comment("0" * 40)

    assert (blocked.failed, failed.failed) == (["Review"], ["Review"])
    assert "### ⛔ Blocked by policy (2 violations); the update would grant more access" in first
    assert "| ⛔ blocks | `no-edit`<br>critical | northlight |" in first
    assert "### ❌ Preview failed" in second
    assert "no contract" in second
    assert "No open pull request is at" in outdated.log
    assert len(repository.github.listed("issues/5/comments")) == 1


def test_a_pull_request_cannot_loosen_the_policy_it_is_judged_by(repository: Repository) -> None:
    (repository.work / "policy-config.json").write_text('{"all": "disabled"}')
    program = repository.program.read_text().replace(NORTHLIGHT, "4004567890000444")

    preview, comment = repository.propose(5, program)

    assert preview.failed == ["Review"]
    assert "| ⛔ blocks | `approved-agencies`" in comment


@pytest.mark.parametrize("left", [None, b"", b"<script>@everyone</script>", b'{"sequence": 0}\n'])
def test_what_a_pull_request_left_behind_is_data_and_never_a_false_no_change(
    repository: Repository, left: bytes | None
) -> None:
    repository.github.pull_request(5, "f" * 40)
    if left is not None:
        artifact = repository.home / "artifact"
        artifact.mkdir()
        (artifact / "preview.json").write_bytes(left)
        (artifact / "exit-code").write_text("0; touch owned")
        repository.github.artifacts["preview"] = artifact

    repository.comment("f" * 40)

    (comment,) = repository.github.listed("issues/5/comments")
    lines = str(comment["body"]).splitlines()
    assert lines[0] == "<!-- metapixel review of pixel-access/production -->"
    assert lines[1].startswith("### ❌ Preview failed")
    assert "<script>" not in str(comment["body"])


def test_a_preview_gets_no_secret_and_may_write_nothing() -> None:
    preview = yaml.safe_load((WORKFLOWS / "preview.yml").read_text())

    assert preview["permissions"] == {"contents": "read"}
    assert "secrets." not in (WORKFLOWS / "preview.yml").read_text()
    assert preview[True] == "pull_request"  # YAML reads the key `on` as a truth value


@pytest.mark.parametrize("name", ["preview", "comment", "apply", "drift"])
def test_credentials_stay_on_disk_only_where_the_state_is_pushed(name: str) -> None:
    described = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text())
    (job,) = described["jobs"].values()

    for step in job["steps"]:
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            pushes = name == "apply" and step.get("name") == "The state"
            assert step["with"]["persist-credentials"] is pushes


def test_the_workflows_pass_actionlint() -> None:
    process = subprocess.run(
        [_actionlint(), "-no-color", *map(str, sorted(WORKFLOWS.glob("*.yml")))],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert process.returncode == 0, process.stdout + process.stderr


def _actionlint() -> str:
    """The machine's own, else built once by Go, as the engine is."""
    own = shutil.which("actionlint")
    if own:
        return own

    def build(target: Path) -> None:
        command = [str(go()), "install", ACTIONLINT]
        environment = {**go_environment(), "GOBIN": str(target)}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=600)

    name = ACTIONLINT.rpartition("/")[2].replace("@", "-")
    return str(cache.keep(name, lambda kept: (kept / "actionlint").exists(), build) / "actionlint")
