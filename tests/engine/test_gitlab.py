"""The pipeline in examples/gitlab-ci, on the real engine, PostgreSQL and the simulator.

The scripts of its jobs run as they are. GitLab's own parts do not: its rules, and its approvals.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support import gitlab
from tests.support.backends.postgres import PostgresServer
from tests.support.command_lines import in_gitlab, in_shell
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.processes import of_a_job
from tests.support.stack import ROOT
from tests.support.terminal import follows
from tests.support.workflow import GitHub, machine

pytestmark = [pytest.mark.engine, pytest.mark.rest]

EXAMPLE = ROOT / "examples/gitlab-ci"
JOBS = gitlab.jobs(EXAMPLE)
LINES = {line for path in gitlab.TEMPLATES.iterdir() for line in in_gitlab(path.read_text())}
ENDINGS = set(in_shell("\n".join(JOBS["endings production"]["script"])))
UNLOCK = "pulumi --non-interactive cancel --yes --stack $STACK"


@pytest.fixture
def notes() -> Iterator[gitlab.Notes]:
    with gitlab.notes("review-token") as served:
        yield served


@pytest.fixture
def pipeline(
    tmp_path: Path,
    wheel: Path,
    lent: Path,
    sim: Simulator,
    notes: gitlab.Notes,
    postgres_server: PostgresServer,
) -> gitlab.Pipeline:
    project = tmp_path / "project"
    ignored = shutil.ignore_patterns(".github", "__pycache__")
    shutil.copytree(ROOT / "examples/github-actions", project, ignore=ignored)
    shutil.copytree(EXAMPLE, project, dirs_exist_ok=True)
    with (project / "Pulumi.production.yaml").open("a") as settings:
        settings.write(f"config:\n  metapixel:graphUrl: {sim.url}\n")
    in_time = (datetime.now(UTC).date() + timedelta(days=90)).isoformat()
    (project / "requirements.txt").write_text(f"pulumi-metapixel @ {wheel.as_uri()}\n")
    access = project / "access.yaml"
    access.write_text(re.sub(r"\d{4}-\d\d-\d\d", in_time, access.read_text()))
    backend = postgres_server.backend()
    github = GitHub(tmp_path / "programs")
    environment = machine(tmp_path, wheel, lent)
    environment["PATH"] = f"{github.home / 'bin'}:{environment['PATH']}"
    environment |= {"PULUMI_BACKEND_URL": backend.url, "CI_API_V4_URL": notes.url}
    token = {"META_ACCESS_TOKEN": "owner-token"}
    made = gitlab.Pipeline(
        project,
        tmp_path,
        environment,
        {
            "preview": backend.reader,
            "comment": {"REVIEW_TOKEN": "review-token"},
            "review": {**backend.reader, **token},
            "apply-production": {**backend.writer, **token},
            "endings": {**backend.writer, **token},
        },
        sim.url,
    )
    made.pulumi("stack", "init", "production")
    return made


@follows(*sorted(LINES - ENDINGS - {UNLOCK}))
def test_a_merge_request_is_reviewed_approved_applied_and_checked_every_night(
    pipeline: gitlab.Pipeline, notes: gitlab.Notes, sim: Simulator
) -> None:
    pipeline.commit("proposal")
    for job in ("preview", "comment", "comment"):
        ended = pipeline.run(job, "proposal")
        assert ended.returncode == 0, ended.stdout
    reviewed = pipeline.run("review")
    assert reviewed.returncode == 0, reviewed.stdout
    (comment,) = notes.bodies
    assert "nothing → **ANALYZE**" in comment
    assert sim.shares() == {}

    for job in ("apply", "drift", "policy", "access"):
        ended = pipeline.run(job)
        assert ended.returncode == 0, ended.stdout
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    sim.unshare(PIXEL, NORTHLIGHT)
    assert pipeline.run("drift").returncode == 3


def test_the_nightly_job_fails_for_access_that_nobody_declares_and_keeps_the_report(
    pipeline: gitlab.Pipeline, sim: Simulator
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])

    found = pipeline.run("access")
    incomplete = pipeline.run("access", PGPASSWORD="wrong")

    assert (found.returncode, incomplete.returncode) == (3, 4), found.stdout + incomplete.stdout
    assert "Complete: " in found.stdout
    assert "Incomplete (1 part was not read)" in incomplete.stdout
    assert "Northlight" not in found.stdout
    assert {path.name for path in pipeline.artifacts["access production"].rglob("*.*")} == {
        "report.csv",
        "report.html",
    }


@follows(UNLOCK)
def test_an_approval_of_changes_that_are_no_longer_the_reviewed_ones_applies_nothing(
    pipeline: gitlab.Pipeline, sim: Simulator
) -> None:
    assert pipeline.run("review").returncode == 0
    applied = pipeline.run("apply", UNLOCK="true")
    assert applied.returncode == 0, applied.stdout
    assert pipeline.run("review").returncode == 0
    sim.unshare(PIXEL, NORTHLIGHT)

    assert pipeline.run("apply").returncode != 0

    assert sim.shares() == {}


def test_a_comment_of_another_user_with_the_same_marker_is_not_replaced(
    pipeline: gitlab.Pipeline, notes: gitlab.Notes
) -> None:
    forged = "<!-- metapixel review of pixel-access/production -->\nNothing changes."
    notes.add(2, forged)

    pipeline.commit("proposal")
    for job in ("preview", "comment"):
        ended = pipeline.run(job, "proposal")
        assert ended.returncode == 0, ended.stdout

    assert notes.bodies[0] == forged
    assert "nothing → **ANALYZE**" in notes.bodies[1]


def test_a_misspelt_rule_fails_the_preview_and_the_comment_names_it(
    pipeline: gitlab.Pipeline, notes: gitlab.Notes
) -> None:
    (pipeline.project / "policy-config.json").write_text('{"no-edits": "mandatory"}')
    pipeline.commit("proposal")

    assert pipeline.run("preview", "proposal").returncode == 1
    assert pipeline.run("comment", "proposal").returncode == 0

    (comment,) = notes.bodies
    assert "### ❌ Preview failed" in comment
    assert "no-edits" in comment


def test_a_merge_request_cannot_loosen_the_policy_that_judges_it(
    pipeline: gitlab.Pipeline, notes: gitlab.Notes
) -> None:
    (pipeline.project / "policy-config.json").write_text('{"all": "disabled"}')
    access = pipeline.project / "access.yaml"
    access.write_text(access.read_text().replace(NORTHLIGHT, "4004567890000444"))
    pipeline.commit("proposal")

    assert pipeline.run("preview", "proposal").returncode == 3
    assert pipeline.run("comment", "proposal").returncode == 0

    (comment,) = notes.bodies
    assert "| ⛔ blocks | `approved-agencies`" in comment


def test_a_retry_of_an_old_pipeline_is_refused(pipeline: gitlab.Pipeline, sim: Simulator) -> None:
    old = pipeline.commit()
    assert pipeline.run("review", old).returncode == 0
    pipeline.commit()
    sim.clear_requests()

    for job in ("review", "apply"):
        retried = pipeline.run(job, old)
        assert retried.returncode == 1
        assert "The branch main has a newer commit. Start a new pipeline" in retried.stdout

    assert sim.requests == []


def test_an_apply_that_is_cancelled_leaves_no_lock_and_the_next_adopts_its_grant(
    pipeline: gitlab.Pipeline, sim: Simulator
) -> None:
    assert pipeline.run("review").returncode == 0
    started = of_a_job()

    def cancel(entry: Entry, phase: str) -> None:
        if entry.endpoint == "POST agencies" and phase == "after":
            # Some runners signal only the first process of a job.
            os.kill(started()[0], signal.SIGTERM)

    sim.on_request = cancel
    cancelled = pipeline.run("apply")
    sim.on_request = None
    assert cancelled.returncode != 0
    assert "cancel" in cancelled.stdout
    granted = sim.shares()
    assert granted == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    for job in ("review", "apply"):
        ended = pipeline.run(job)
        assert ended.returncode == 0, ended.stdout
    assert sim.shares() == granted
    assert sim.count("POST agencies") == 1


@follows(*sorted(ENDINGS))
def test_access_ends_on_its_day_without_an_approval_and_nothing_else_does(
    pipeline: gitlab.Pipeline, sim: Simulator
) -> None:
    access = pipeline.project / "access.yaml"
    declared = access.read_text()
    in_time = re.findall(r"\d{4}-\d\d-\d\d", declared)[0]
    for job in ("review", "apply"):
        assert pipeline.run(job).returncode == 0
    granted = sim.shares()
    access.write_text(f"{declared.partition('agencies:')[0]}agencies: {{}}\n")
    pipeline.commit()

    refused = pipeline.run("endings")
    assert refused.returncode == 3, refused.stdout
    assert sim.shares() == granted

    # The time passes: the last day in the file and in the state is in the past.
    access.write_text(declared.replace(in_time, "2026-01-31"))
    pipeline.commit()
    exported = pipeline.pulumi("stack", "export", "--stack", "production")
    past = pipeline.home / "past.json"
    past.write_text(exported.replace(in_time, "2026-01-31"))
    pipeline.pulumi("stack", "import", "--stack", "production", "--file", str(past))
    for _ in range(2):
        ended = pipeline.run("endings")
        assert ended.returncode == 0, ended.stdout
    assert sim.shares() == {}


def test_a_state_that_cannot_be_read_fails_the_preview_and_has_a_comment(
    pipeline: gitlab.Pipeline, notes: gitlab.Notes
) -> None:
    assert pipeline.run("preview", PGPASSWORD="wrong").returncode == 1
    assert pipeline.run("comment").returncode == 0

    (comment,) = notes.bodies
    assert "### ❌ Preview failed" in comment


def test_only_the_job_that_an_approval_starts_is_in_the_environment_that_may_write() -> None:
    jobs = {name: job for name, job in JOBS.items() if "script" in job}
    writing = ("apply-production", "endings")
    jobs_by_name = [(name, job["environment"]["name"]) for name, job in jobs.items()]

    assert [each for each in jobs_by_name if each[1] in writing] == [
        ("apply production", "apply-production"),
        ("endings production", "endings"),
    ]
    assert jobs["apply production"]["when"] == "manual"
    assert jobs["apply production"]["needs"] == ["review production"]
