"""Approvals, tokens, permissions and pinned versions in the example pipelines and the actions."""

from __future__ import annotations

import re
import subprocess
from typing import Any, NamedTuple

import pytest
import yaml

from metapixel_cli.review.rendering.comment import GITHUB_LIMIT
from tests.support.example_repository import EXAMPLE, WORKFLOWS
from tests.support.stack import ROOT
from tests.support.workflow import ACTIONS

GITLAB = (ROOT / "docs/gitlab.md").read_text()
(ACCEPT,) = re.findall(r"(?s)```yaml\n(.*?)```", (ROOT / "docs/for-agencies.md").read_text())
ACTION = re.compile(r"OWNER/pulumi-metapixel/actions/(\w+)@([0-9a-f]{40})")


def _jobs() -> dict[str, dict[str, Any]]:
    """Return the jobs of all workflows, as WORKFLOW/JOB."""
    texts = [ACCEPT, *(path.read_text() for path in sorted(WORKFLOWS.glob("*.yml")))]
    workflows = [yaml.safe_load(text) for text in texts]
    return {
        f"{workflow['name']}/{name}": job
        for workflow in workflows
        for name, job in workflow["jobs"].items()
    }


def _steps(action: str) -> list[dict[str, Any]]:
    described = yaml.safe_load((ACTIONS / action / "action.yml").read_text())
    steps: list[dict[str, Any]] = described["runs"]["steps"]
    return steps


def _commands(action: str) -> dict[str, str]:
    return {step["name"]: step["run"] for step in _steps(action) if "run" in step}


class Job(NamedTuple):
    """A job, which is one action of this project.

    `has_token`: it reads or changes access at Meta. `checks`: the environment whose protection it
    checks, because it has the token. `waits`: it waits for an earlier run. One that waits for an
    approval must not, because it would keep other jobs waiting.
    """

    action: str
    environment: str | None
    permissions: dict[str, str]
    has_token: bool
    checks: str | None = None
    waits: bool = False


APPLY = "apply-${{ matrix.stack }}"
READ, WITH_RUNS = {"contents": "read"}, {"contents": "read", "actions": "read"}
JOBS = {
    "preview/preview": Job("preview", "preview", READ, has_token=False, waits=True),
    "comment/comment": Job(
        "comment", None, {**WITH_RUNS, "pull-requests": "write"}, has_token=False, waits=True
    ),
    "apply/review": Job("review", "review", WITH_RUNS, has_token=True, checks="review"),
    "apply/apply": Job("apply", APPLY, WITH_RUNS, has_token=True, checks=APPLY),
    "endings/end": Job("endings", "endings", WITH_RUNS, has_token=True, checks="endings"),
    "nightly/drift": Job(
        "drift", "review", {**WITH_RUNS, "issues": "write"}, has_token=True, checks="review"
    ),
    "nightly/access": Job("access", "review", WITH_RUNS, has_token=True, checks="review"),
    "accept/accept": Job("accept", "accept", WITH_RUNS, has_token=True, checks="accept"),
}


@pytest.mark.parametrize("name", sorted({*JOBS, *_jobs()}))
def test_a_job_is_one_action_and_has_only_what_it_uses(name: str) -> None:
    job = _jobs()[name]
    (step,) = job["steps"]
    action = ACTION.fullmatch(step["uses"])

    assert action
    assert 0 < job["timeout-minutes"] <= 60
    assert JOBS[name] == Job(
        action[1],
        job.get("environment"),
        job["permissions"],
        "secrets.META_ACCESS_TOKEN" in str(job),
        step["with"].get("environment"),
        "concurrency" in job,
    )


def test_an_approval_comes_after_the_review_and_before_the_job_that_may_write() -> None:
    assert _jobs()["apply/apply"]["needs"] == "review"
    assert _steps("apply")[-1]["name"] == "Apply"
    assert {path.parent.name for path in ACTIONS.glob("*/action.yml")} == {
        job.action for job in JOBS.values()
    }
    assert all(
        "concurrency" not in yaml.safe_load(each.read_text()) for each in WORKFLOWS.iterdir()
    )


def test_the_program_and_the_workflows_pin_the_same_commit() -> None:
    texts = [path.read_text() for path in WORKFLOWS.glob("*.yml")]
    pins = {commit for text in texts for _, commit in ACTION.findall(text)}
    package = (EXAMPLE / "requirements.txt").read_text()

    assert re.findall(r"(?m)^pulumi-metapixel @ git\+https://\S+@(\w+)$", package) == [*pins]


@pytest.mark.parametrize(
    ("settings", "printed"),
    [
        ("KEY=a=b <<c\nNEXT=\n", "a=b <<c|"),
        ("KEY<<END\n{\n  NAME=VALUE\n\n}\nEND\n\nNEXT=1\n", "{\n  NAME=VALUE\n\n}|1"),
        ("KEY<<END\nEND\nNEXT<<X\n END\nX\n", "| END"),
        (
            "KEY={\nsecret\n}\n",
            "::error::A line of the input env is not NAME=VALUE. Write a value of several",
        ),
        (
            "KEY<<END\nsecret\n",
            "::error::The input env has no line END after the line KEY<<END.",
        ),
    ],
)
def test_a_variable_of_a_job_can_have_several_marked_lines(settings: str, printed: str) -> None:
    ran = subprocess.run(
        ["bash", "-ec", f'. "{ACTIONS}/lib.sh"; printf "%s|%s" "$KEY" "$NEXT"'],
        env={"SETTINGS": settings, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )

    is_refused = printed.startswith("::error::")
    assert ran.returncode == is_refused
    assert ran.stdout.startswith(printed) if is_refused else ran.stdout == printed
    assert "secret" not in ran.stdout + ran.stderr


def test_a_review_can_only_skip_the_job_that_waits_for_an_approval() -> None:
    """The merged program can forge outputs, but no environment `apply-…` lacks an approval."""
    jobs = _jobs()
    outputs = "toJSON(needs.review.outputs)"

    assert jobs["apply/apply"]["if"] == f"${{{{ !cancelled() && {outputs} != '{{}}' }}}}"
    assert jobs["apply/apply"]["strategy"]["matrix"] == {
        "stack": f"${{{{ fromJSON({outputs}).* }}}}"
    }
    assert jobs["apply/review"]["outputs"] == {
        stack: f"${{{{ matrix.stack == '{stack}' && steps.review.outputs.stack || '' }}}}"
        for stack in jobs["apply/review"]["strategy"]["matrix"]["stack"]
    }
    assert [step["id"] for step in jobs["apply/review"]["steps"]] == ["review"]


def test_only_steps_that_run_pulumi_or_read_from_meta_have_the_secrets() -> None:
    having = {
        (path.parent.name, step["name"])
        for path in ACTIONS.glob("*/action.yml")
        for step in _steps(path.parent.name)
        if "inputs.env }}" in str(step)
    }

    assert having == {
        ("preview", "Preview"),
        ("review", "Review the changes"),
        ("apply", "Remove the lock of a killed run"),
        ("apply", "Compare with the review"),
        ("apply", "Apply"),
        ("endings", "Find the access that ends"),
        ("endings", "End the access"),
        ("drift", "Compare"),
        ("drift", "Judge the state"),
        ("access", "Read the access"),
        ("access", "Check how long the tokens last"),
        ("access", "Check the agencies whose access has ended"),
        ("accept", "Accept"),
    }


def test_the_review_that_is_approved_omits_no_rows_that_a_summary_can_hold() -> None:
    limit = re.search(r"--max-length (\d+)", _commands("review")["Review the changes"])
    assert limit

    # A summary can have 1 MiB, and a character at most 4 bytes.
    assert GITHUB_LIMIT < int(limit[1]) <= 2**20 / 4


def test_every_pipeline_runs_the_engine_that_the_tests_run() -> None:
    module = (ROOT / "tools/engine/go.mod").read_text()
    tested = re.search(r"github.com/pulumi/pulumi/pkg/v3 v(\S+)", module)
    assert tested
    texts = [GITLAB, *(path.read_text() for path in ACTIONS.glob("*/action.yml"))]
    pins = [set(re.findall(r"(?:pulumi-version: |pulumi/pulumi-.*:)(\S+)", each)) for each in texts]

    assert [*filter(None, pins)] == [{tested[1]}] * sum("pulumi/" in text for text in texts)


def test_the_packages_of_the_example_are_pinned_to_the_tested_versions() -> None:
    tested = set(re.findall(r"(?m)^[\w.-]+==\S+", (ROOT / "requirements.lock").read_text()))
    pinned = set(re.findall(r"(?m)^[\w.-]+==\S+", (EXAMPLE / "requirements.lock").read_text()))

    assert any(each.startswith("pulumi==") for each in pinned)
    assert pinned <= tested
