"""Approvals, tokens, permissions and pinned versions in the example pipelines and the action."""

from __future__ import annotations

import re
from typing import Any

import yaml

from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from tests.support.example_repository import EXAMPLE, WORKFLOWS
from tests.support.stack import ROOT

GITLAB = ROOT / "examples/gitlab-ci/.gitlab-ci.yml"


def _jobs() -> dict[str, dict[str, Any]]:
    """Return the jobs of all workflows, as WORKFLOW/JOB."""
    return {
        f"{path.stem}/{name}": job
        for path in sorted(WORKFLOWS.glob("*.yml"))
        for name, job in yaml.safe_load(path.read_text())["jobs"].items()
    }


def test_an_approval_comes_after_the_review_and_before_the_job_that_may_write() -> None:
    jobs = _jobs()
    environments = {name: job.get("environment") for name, job in jobs.items()}

    assert [name for name, each in environments.items() if each == "production"] == ["apply/apply"]
    assert jobs["apply/apply"]["needs"] == "review"
    assert jobs["apply/apply"]["steps"][-1]["name"] == "Apply"
    assert environments["apply/review"] == "review"


def test_the_job_that_writes_without_an_approval_applies_only_what_ends_on_its_day() -> None:
    jobs = {name: job for name, job in _jobs().items() if job.get("environment") == "endings"}
    (steps,) = [job["steps"] for job in jobs.values()]
    commands = "\n".join(step.get("run", "") for step in steps)
    in_gitlab = yaml.safe_load(GITLAB.read_text())["endings"]["script"]

    assert list(jobs) == ["endings/end"]
    for text in (commands, "\n".join(in_gitlab)):
        refusals, _, update = text.partition(" up --refresh ")
        assert set(re.findall(r"--fail-on (\S+)", refusals)) == {
            "policy",
            "more-than-endings",
            "mass-removal",
        }
        assert "--plan plan.json" in update


def test_an_update_asks_for_a_mass_removal_before_it() -> None:
    steps = {step["name"]: step["run"] for step in _jobs()["apply/apply"]["steps"] if "run" in step}
    gitlab = yaml.safe_load(GITLAB.read_text())
    asked = "findings+=(--fail-on mass-removal)"

    assert asked in steps["Compare with the review"]
    assert asked in "\n".join(gitlab["review"]["script"])
    assert asked in "\n".join(gitlab["apply"]["script"]).partition(" up --refresh ")[0]


def test_not_everybody_can_read_the_report_of_access() -> None:
    (upload,) = [s for s in _jobs()["nightly/access"]["steps"] if "upload" in s.get("uses", "")]
    gitlab = yaml.safe_load(GITLAB.read_text())

    assert upload["if"] == "steps.read.outputs.visibility == 'private'"
    assert gitlab["access"]["artifacts"]["access"] == "developer"


def test_only_steps_that_read_or_change_access_at_meta_have_the_token() -> None:
    having = {
        (name, step["name"])
        for name, job in _jobs().items()
        for step in job["steps"]
        if "secrets.META_ACCESS_TOKEN" in str(step)
    }

    assert having == {
        ("apply/review", "Review the changes"),
        ("apply/apply", "Compare with the review"),
        ("apply/apply", "Apply"),
        ("endings/end", "Find the access that ends"),
        ("endings/end", "End the access"),
        ("nightly/drift", "Compare"),
        ("nightly/access", "Read the access"),
    }


def test_the_review_that_is_approved_omits_no_rows_that_a_summary_can_hold() -> None:
    (step,) = [s for s in _jobs()["apply/review"]["steps"] if s.get("name") == "Review the changes"]
    limit = re.search(r"--max-length (\d+)", step["run"])
    assert limit

    # A summary can have 1 MiB, and a character at most 4 bytes.
    assert GITHUB_LIMIT < int(limit[1]) <= 2**20 / 4


def test_no_job_has_more_permissions_than_it_uses() -> None:
    assert {name: job["permissions"] for name, job in _jobs().items()} == {
        "preview/preview": {"contents": "read"},
        "comment/comment": {"contents": "read", "actions": "read", "pull-requests": "write"},
        "apply/review": {"contents": "read"},
        "apply/apply": {"contents": "read"},
        "endings/end": {"contents": "read"},
        "nightly/drift": {"contents": "read", "issues": "write"},
        "nightly/policy": {"contents": "read"},
        "nightly/access": {"contents": "read"},
    }


def test_every_pipeline_runs_the_engine_that_the_tests_run() -> None:
    module = (ROOT / "tools/engine/go.mod").read_text()
    tested = re.search(r"github.com/pulumi/pulumi/pkg/v3 v(\S+)", module)
    assert tested
    texts = [path.read_text() for path in (*WORKFLOWS.glob("*.yml"), ROOT / "action.yml", GITLAB)]
    pinned = [
        pin
        for text in texts
        for pin in re.findall(r"(?:pulumi-version: |/pulumi-.*:)([^\s@]+)", text)
    ]

    assert set(pinned) == {tested[1]}
    assert len(pinned) == sum(text.count("pulumi/") for text in texts)


def test_the_packages_of_the_example_are_pinned_to_the_tested_versions() -> None:
    tested = set(re.findall(r"(?m)^[\w.-]+==\S+", (ROOT / "requirements.lock").read_text()))
    pinned = set(re.findall(r"(?m)^[\w.-]+==\S+", (EXAMPLE / "requirements.lock").read_text()))

    assert any(each.startswith("pulumi==") for each in pinned)
    assert pinned <= tested


def test_after_a_release_our_package_has_its_hash_and_the_image_its_digest() -> None:
    is_released = re.search(r"(?m)^## \S+, \d{4}-", (ROOT / "CHANGELOG.md").read_text())
    package = (EXAMPLE / "requirements.txt").read_text()
    image = yaml.safe_load(GITLAB.read_text())["default"]["image"]

    (digest,) = re.findall(r"^pulumi/[^@]+(@sha256:[0-9a-f]{64})?$", image)
    (wheel,) = re.findall(r"(?m)^pulumi-metapixel==\S+( --hash=sha256:[0-9a-f]{64})?$", package)
    assert not is_released or (digest and wheel)
