"""The actions, in the workflows of examples/github-actions, with PostgreSQL and the simulator.

Their shell steps run as they are. GitHub's own parts do not: its runners, its permissions, its
approvals, and its API, which a program in the place of `gh` records.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from metapixel_simulator import SharingRequest, Simulator
from metapixel_simulator.request_log import Entry
from tests.support.backends import postgres
from tests.support.command_lines import in_shell, in_workflow
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.example_repository import TOKEN, Repository, day
from tests.support.processes import of_a_job
from tests.support.programs import permission, share
from tests.support.stack import ROOT
from tests.support.terminal import follows, record
from tests.support.workflow import ACTIONS, JobRun

pytestmark = pytest.mark.engine

LINES = {
    path.parent.name: set(in_workflow(path.read_text())) for path in ACTIONS.glob("*/action.yml")
}
OFTEN = set().union(*(lines for name, lines in LINES.items() if name != "endings"))
PAGE = (ROOT / "docs/pipelines.md").read_text()
(GITLAB,) = re.findall(r"(?s)```yaml\n(workflow:.*?)```", PAGE)
UNLOCK = "pulumi --non-interactive cancel --yes --stack $STACK"


@pytest.fixture
def repository(
    tmp_path: Path,
    wheel: Path,
    lent: Path,
    sim: Simulator,
    postgres_server: postgres.PostgresServer,
) -> Repository:
    return Repository(tmp_path, wheel, lent, sim, postgres_server.backend())


def run(number: int, status: str, workflow: str = "apply") -> dict[str, object]:
    """Return a run of a workflow, as GitHub's API lists it."""
    return {"id": number, "status": status, "path": f".github/workflows/{workflow}.yml@main"}


def without_agencies(access: str) -> str:
    """Return the example's access file without any access."""
    return f"{access.partition('agencies:')[0]}agencies: {{}}\n"


def with_two_pixels(access: str) -> str:
    """Return the example's access file with another pixel of the agency."""
    two = access.replace("  shop:", f'  app: "{PIXEL_2}"\n  shop:', 1)
    return f"{two.rstrip()}\n      app: [ANALYZE]\n"


def wider(access: str) -> str:
    """Return the example's access file with one task more."""
    changed = access.replace("[ANALYZE]", "[ANALYZE, UPLOAD]")
    return changed.replace("attribution", "attribution and conversion")


@follows(*sorted(OFTEN - {UNLOCK}))
def test_a_change_of_access_is_reviewed_approved_applied_and_checked_every_night(
    tmp_path: Path,
    wheel: Path,
    lent: Path,
    sim: Simulator,
    postgres_server: postgres.PostgresServer,
) -> None:
    backend = postgres_server.backend()
    repository = Repository(tmp_path, wheel, lent, sim, backend, folder="access/pixels")
    declared = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}
    preview, comment = repository.propose(5, wider(repository.access.read_text()))
    assert not preview.failed, preview.log
    assert comment.splitlines()[1].startswith("### 🔺 More access")
    assert NORTHLIGHT in comment
    assert "nothing → **ANALYZE**, **UPLOAD**" in comment
    assert "rules ran, without a violation: advertise-with-ad-account, approved-agencies" in comment
    assert "the preview did not read from Meta" in comment
    assert "[run](https://github.com/acme/pixel-access/actions/runs/7)" in comment

    repository.merge()
    reviewed = repository.review()
    assert not reviewed.failed, reviewed.log
    assert "nothing → **ANALYZE**, **UPLOAD**" in reviewed.summary
    assert not repository.published() & repository.secrets()
    assert sim.shares() == {}
    applied = repository.approve()
    assert not applied.failed, applied.log
    assert sim.shares() == repository.recorded() == declared

    assert not repository.run("nightly", "drift").failed
    assert repository.github.listed("issues") == []
    listed = repository.run("nightly", "access")
    assert not listed.failed, listed.log

    sim.unshare(PIXEL, NORTHLIGHT)
    for _ in range(2):
        drift = repository.run("nightly", "drift")
        assert not drift.failed, drift.log
    (issue,) = repository.github.listed("issues")
    assert "### ⚠️ Changed at Meta by hand: Northlight Media (access removed: " in str(issue["body"])
    assert "No policy rule" not in str(issue["body"])
    assert sim.shares() == {}

    repository.apply()
    assert sim.shares() == declared
    assert not repository.waits()
    assert not repository.run("nightly", "drift").failed
    assert repository.github.listed("issues")[0]["state"] == "closed"


@pytest.mark.rest
def test_an_approval_of_changes_that_are_no_longer_the_reviewed_ones_applies_nothing(
    repository: Repository, sim: Simulator
) -> None:
    repository.apply()
    repository.access.write_text(wider(repository.access.read_text()))
    repository.commit("main")
    assert not repository.review().failed

    for by_hand in ({"ANALYZE", "ADVERTISE"}, set()):
        if by_hand:
            sim.share(PIXEL, NORTHLIGHT, sorted(by_hand))
        else:
            sim.unshare(PIXEL, NORTHLIGHT)
        before = sim.shares()
        applied = repository.approve()
        assert applied.failed == ["Compare with the review"]
        assert "::error::The changes differ from the reviewed ones" in applied.log
        assert sim.shares() == before

    repository.apply()
    assert sim.shares() == repository.recorded()
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}


@pytest.mark.rest
def test_an_old_commit_is_neither_reviewed_nor_applied(
    repository: Repository, sim: Simulator
) -> None:
    old = repository.git("rev-parse", "HEAD")
    assert not repository.review().failed
    repository.access.write_text(wider(repository.access.read_text()))
    repository.commit("main")
    sim.clear_requests()

    refused = [repository.review(ref=old), repository.approve(ref=old)]
    steps = [["Refuse an old commit"], ["Check the commit and the environment"]]
    assert [each.failed for each in refused] == steps
    assert all("::error::The default branch has a newer commit" in each.log for each in refused)
    assert sim.requests == []


@pytest.mark.rest
def test_a_commit_that_becomes_old_during_its_job_is_neither_applied_nor_ends_access(
    repository: Repository, sim: Simulator
) -> None:
    repository.apply()
    granted = sim.shares()
    declared = repository.access.read_text()
    repository.access.write_text(wider(declared))
    repository.commit("main")
    assert not repository.review().failed
    sim.on_request = lambda entry, phase: repository.github.push("f" * 40)

    outdated = repository.approve()
    assert outdated.failed == ["Refuse a commit that has become old"], outdated.log
    assert "::error::The default branch has a newer commit" in outdated.log
    assert sim.shares() == granted

    sim.on_request = None
    repository.access.write_text(declared.replace(day(90), day(-1)))
    repository.commit("main")
    repository.change_state(day(90), day(-1))
    sim.on_request = lambda entry, phase: repository.github.push("f" * 40)
    assert repository.end().failed == ["Refuse a commit that has become old"]
    assert sim.shares() == granted


@pytest.mark.rest
def test_an_environment_without_its_protection_changes_nothing(
    repository: Repository, sim: Simulator
) -> None:
    assert not repository.review().failed
    repository.github.protect("apply-production")
    repository.github.protect("endings", 0, "main", "release/*")

    for refused in (repository.approve(), repository.end()):
        assert refused.failed == ["Check the commit and the environment"]
        assert "so nothing was applied" in refused.log
    assert sim.shares() == {}

    workflow = repository.work / ".github/workflows/apply.yml"
    explicit = "environment: apply-${{ matrix.stack }}\n          unreviewed: true\n"
    head, _, rest = workflow.read_text().rpartition("environment: apply-${{ matrix.stack }}\n")
    workflow.write_text(head + explicit + rest)
    applied = repository.approve()
    assert not applied.failed, applied.log
    assert "**Nobody had to approve these changes** (`unreviewed: true`)." in applied.summary
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


def manage_agencies(sim: Simulator, *businesses: str) -> None:
    """Let the owner's token manage the ad accounts of these agencies, and of no other."""
    with sim.moment() as world:
        (user,) = (world.users[each.user] for each in world.tokens.values() if each.token == TOKEN)
        for business in (NORTHLIGHT, HARBOUR):
            user.roles.pop(business, None)
        user.roles.update(dict.fromkeys(businesses, "ADMIN"))


@follows(*sorted(LINES["endings"]))
@pytest.mark.rest
def test_each_share_ends_on_its_day_without_an_approval_and_nothing_else_does(
    repository: Repository, sim: Simulator
) -> None:
    ends = {"expires_on": day(90), "reason": "a contract"}
    later = ends | {"expires_on": day(91)}
    waiting = permission("asked-ads", PIXEL, HARBOUR, HARBOUR_ACCOUNT, opts="depends_on=[asked]")
    repository.declare(
        share("web", PIXEL, NORTHLIGHT, **ends),
        share("app", PIXEL_2, NORTHLIGHT, "ADVERTISE", **ends),
        permission("app-ads", PIXEL_2, NORTHLIGHT, NORTHLIGHT_ACCOUNT, opts="depends_on=[app]"),
        share("outlet", PIXEL_3, NORTHLIGHT, **ends),
        share("asked", PIXEL, HARBOUR, "ADVERTISE", opts="depends_on=[outlet]", **later),
        waiting,
    )
    manage_agencies(sim, NORTHLIGHT, HARBOUR)
    repository.apply()
    manage_agencies(sim)
    # The time passes. A merge that nobody has approved yet shares another pixel.
    repository.change_state(day(90), day(-1))
    repository.declare(
        share("asked", PIXEL, HARBOUR, "ADVERTISE", **later),
        waiting,
        share("new", PIXEL_2, HARBOUR, **later),
    )
    sim.clear_requests()

    ended = repository.end()

    assert ended.failed == ["End the access"]
    assert "::error::Of 3 shares whose last day has passed, 2 were not ended." in ended.log
    assert "Ended 1 of 3 shares whose last day has passed." in ended.summary
    assert f"leave ad account {NORTHLIGHT_ACCOUNT} out of the program" in ended.log
    assert "::outlet" in ended.log.partition("would not delete exactly them")[2]
    remaining = {(PIXEL_2, NORTHLIGHT), (PIXEL_3, NORTHLIGHT)}
    assert sim.shares().keys() == repository.recorded().keys() == remaining
    assert sim.permissions() == {(PIXEL_2, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    assert sim.count("POST agencies") == sim.count("POST shared_accounts") == 0

    manage_agencies(sim, NORTHLIGHT, HARBOUR)
    repository.apply()
    assert sim.shares() == repository.recorded() == {}
    assert sim.permissions() == set()
    sim.clear_requests()
    idle = repository.end()
    assert not idle.failed, idle.log
    assert "Ended 0 of 0 shares" in idle.summary
    assert not any(request.endpoint.startswith("DELETE") for request in sim.requests)


@pytest.mark.rest
def test_an_end_of_access_that_is_cancelled_ends_cleanly_and_the_next_run_ends_the_rest(
    repository: Repository, sim: Simulator
) -> None:
    declared = with_two_pixels(repository.access.read_text())
    repository.access.write_text(declared)
    repository.commit("main")
    repository.apply()
    # The time passes: the last day in the file and in the state is yesterday.
    repository.access.write_text(declared.replace(day(90), day(-1)))
    repository.commit("main")
    repository.change_state(day(90), day(-1))
    started = of_a_job()

    def cancel(entry: Entry, phase: str) -> None:
        if entry.endpoint == "DELETE agencies" and phase == "after":
            os.kill(started()[0], signal.SIGINT)

    sim.on_request = cancel
    cancelled = repository.end()
    sim.on_request = None
    assert cancelled.failed == ["End the access"]
    assert "cancel" in cancelled.log
    assert len(sim.shares()) == 1

    ended = repository.end()

    assert not ended.failed, ended.log
    assert sim.shares() == repository.recorded() == {}


@pytest.mark.rest
def test_a_mass_removal_is_applied_only_if_somebody_permits_it(
    repository: Repository, sim: Simulator
) -> None:
    declared = repository.access.read_text()
    repository.access.write_text(with_two_pixels(declared))
    repository.commit("main")
    repository.apply()
    granted = sim.shares()
    assert len(granted) == 2
    repository.access.write_text(without_agencies(declared))
    repository.commit("main")

    refused = repository.review()
    assert refused.failed == ["Review the changes"]
    assert "::error::The update removes many shares or permissions." in refused.log
    assert repository.waits("mass_removal")
    assert repository.approve().failed == ["Compare with the review"]
    assert sim.shares() == granted

    applied = repository.approve("", "main", "mass_removal")
    assert not applied.failed, applied.log
    assert sim.shares() == {}


@pytest.mark.rest
def test_a_change_that_is_unknown_before_the_update_ends_the_review(
    repository: Repository,
) -> None:
    program = repository.program.read_text().replace("\ndeclare_", "\nmade = declare_")
    answer = """
from pulumi_metapixel import PixelSharingRequestResponse

share = made["northlight"].shares["shop"]
PixelSharingRequestResponse(
    "answer", request_id=share.pending_request_id, request_status="APPROVE"
)
"""
    repository.program.write_text(program + answer)
    repository.commit("main")

    reviewed = repository.review()

    assert reviewed.failed == ["Review the changes"]
    assert "### ❔" in reviewed.summary
    assert not repository.github.artifact("reviewed-production").exists()


@pytest.mark.rest
def test_a_misspelt_rule_fails_the_preview_and_the_review_after_the_merge(
    repository: Repository, sim: Simulator
) -> None:
    (repository.work / "policy-config.json").write_text('{"no-edits": "mandatory"}')

    preview, comment = repository.propose(5, repository.access.read_text())
    repository.merge()
    reviewed = repository.review()

    assert preview.failed == ["Review"]
    assert "### ❌ Preview failed" in comment
    assert "no-edits" in comment
    assert reviewed.failed == ["Check the names in the policy configuration"]
    assert sim.requests == []


@pytest.mark.rest
def test_an_apply_that_is_cancelled_ends_cleanly_and_the_next_run_adopts_its_grant(
    repository: Repository, sim: Simulator
) -> None:
    assert not repository.review().failed
    started = of_a_job()

    def cancel(entry: Entry, phase: str) -> None:
        if entry.endpoint == "POST agencies" and phase == "after":
            os.kill(started()[0], signal.SIGINT)

    sim.on_request = cancel
    cancelled = repository.approve()
    sim.on_request = None
    assert cancelled.failed == ["Apply"]
    assert "cancel" in cancelled.log
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    repository.apply()

    assert repository.recorded() == sim.shares()
    assert sim.count("POST agencies") == 1


def asked(repository: Repository, sim: Simulator) -> SharingRequest:
    """Apply a share that its agency has to accept, and return the open request."""
    declared = repository.access.read_text()
    repository.access.write_text(declared.replace(NORTHLIGHT, HARBOUR))
    repository.commit("main")
    repository.apply()
    (request,) = sim.open_requests()
    return request


@pytest.mark.rest
def test_an_acceptance_after_the_review_does_not_change_it_and_is_recorded(
    repository: Repository, sim: Simulator
) -> None:
    request = asked(repository, sim)
    assert not repository.waits()
    assert repository.waits("unlock")
    sim.answer(request.id, "APPROVE")

    applied = repository.approve()

    assert not applied.failed, applied.log
    assert repository.recorded() == {(PIXEL, HARBOUR): frozenset({"ANALYZE"})}


@pytest.mark.rest
def test_a_change_of_the_state_alone_waits_for_an_approval(
    repository: Repository, sim: Simulator
) -> None:
    request = asked(repository, sim)
    sim.answer(request.id, "APPROVE")

    assert repository.waits()


@pytest.mark.rest
def test_a_change_between_the_comparison_and_the_update_stops_at_the_plan(
    repository: Repository, sim: Simulator
) -> None:
    repository.apply()
    repository.access.write_text(wider(repository.access.read_text()))
    repository.commit("main")
    assert not repository.review().failed
    compared = repository.home / f"job-{repository.jobs + 1}" / "changes.json"

    def remove(entry: Entry, phase: str) -> None:
        if phase == "before" and compared.exists() and compared.read_text():
            sim.unshare(PIXEL, NORTHLIGHT)

    sim.on_request = remove
    applied = repository.approve()

    assert applied.failed == ["Apply"]
    assert "violates plan" in applied.log
    assert sim.shares() == {}
    assert sim.count("POST agencies") == 1


@pytest.mark.rest
def test_a_run_that_is_killed_between_two_steps_is_mended_by_the_next(
    repository: Repository, sim: Simulator
) -> None:
    head = repository.open(5, repository.access.read_text() + "\n")

    def merge_and_review(dies_after: str) -> JobRun:
        repository.merge()
        return repository.review(dies_after)

    jobs: list[tuple[str, Callable[[str], JobRun]]] = [
        ("preview", lambda step: repository.preview(head, dies_after=step)),
        ("comment", lambda step: repository.comment(head, dies_after=step)),
        ("review", merge_and_review),
        ("apply", repository.approve),
    ]
    for action, run in jobs:
        for step in _steps(action):
            outcome = run(step)
            assert not outcome.failed, outcome.log
            assert repository.recorded() == sim.shares(), f"{action} died after {step}"

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert len(repository.github.listed("issues/5/comments")) == 1


def _steps(action: str) -> list[str]:
    """Return the steps of an action that do something, in their order."""
    described = yaml.safe_load((ACTIONS / action / "action.yml").read_text())
    setup = ("actions/checkout@", "actions/setup-python@", "pulumi/actions@")
    return [
        step.get("name") or step["uses"].partition("@")[0]
        for step in described["runs"]["steps"]
        if not step.get("uses", "").startswith(setup) and "if" not in step
    ]


@follows(UNLOCK)
@pytest.mark.rest
def test_a_run_that_is_killed_while_it_grants_is_mended_by_the_next_that_removes_its_lock(
    repository: Repository, sim: Simulator
) -> None:
    assert not repository.review().failed
    started = of_a_job()

    def kill(entry: Entry, phase: str) -> None:
        if entry.endpoint == "POST agencies" and phase == "after":
            for each in started():
                os.kill(each, signal.SIGKILL)

    sim.on_request = kill
    assert repository.approve().failed == ["Apply"]
    sim.on_request = None
    granted = sim.shares()
    assert granted == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert not repository.review().failed
    assert "the stack is currently locked" in repository.approve().log

    github = repository.github
    listed = [run(7, "in_progress"), run(8, "waiting"), run(9, "in_progress", "endings")]
    github.answer("/actions/runs", {"workflow_runs": listed})
    github.answer(
        "/actions/runs/8/jobs", {"jobs": [{"status": "completed"}, {"status": "waiting"}]}
    )
    github.answer("/actions/runs/9/jobs", {"jobs": [{"status": "in_progress"}]})
    refused = repository.approve("", "main", "unlock")
    assert refused.failed == ["Remove the lock of a killed run"]
    assert "must stay: https://github.com/acme/pixel-access/actions/runs/9." in refused.log

    github.answer(
        "/actions/runs", {"workflow_runs": [*listed[:2], run(9, "in_progress", "preview")]}
    )
    repository.apply("unlock")

    assert repository.recorded() == sim.shares() == granted
    assert sim.count("POST agencies") == 1


@pytest.mark.rest
def test_a_preview_of_a_fork_has_no_password_and_its_comment_names_the_limits(
    repository: Repository, sim: Simulator
) -> None:
    repository.apply()
    sim.clear_requests()

    preview, comment = repository.propose(5, wider(repository.access.read_text()), fork=True)

    assert not preview.failed, preview.log
    lines = comment.splitlines()
    assert lines[1].startswith("**This pull request is from a fork, so its preview could not read")
    assert lines[3].startswith("### 🔺 More access")
    assert "forged" not in comment
    assert "nothing → **ANALYZE**, **UPLOAD**" in comment
    assert sim.requests == []


@pytest.mark.rest
def test_a_link_in_the_output_of_a_pull_request_leads_to_no_file_of_the_machine(
    repository: Repository,
) -> None:
    repository.github.pull_request(5, "f" * 40)
    secret = repository.home / "secret"
    secret.write_text("a secret of the machine")
    artifact = repository.github.artifact("preview-production")
    (artifact / "exit-code").mkdir(parents=True)
    for name in ("preview.json", "errors.txt", "state.json"):
        (artifact / name).symlink_to(secret)

    repository.comment("f" * 40)

    (comment,) = repository.github.listed("issues/5/comments")
    assert str(comment["body"]).splitlines()[1].startswith("### ❌ Preview failed")
    assert "a secret of the machine" not in str(comment["body"])
    assert secret.exists()


@pytest.mark.rest
def test_a_nightly_preview_that_fails_is_no_difference(repository: Repository) -> None:
    repository.program.write_text("raise SystemExit('no contract')\n")
    repository.commit("main")

    drift = repository.run("nightly", "drift")

    assert drift.failed == ["Compare"]
    assert "### ❌ Preview failed" in drift.summary
    assert repository.github.listed("issues") == []


@pytest.mark.rest
def test_the_nightly_job_fails_for_a_share_past_its_lastday(repository: Repository) -> None:
    repository.apply()
    repository.change_state(day(90), day(-1))

    judged = repository.run("nightly", "drift")

    assert judged.failed == ["Judge the state"]
    assert "share-expires" in judged.log


@pytest.mark.rest
def test_the_nightly_report_fails_for_access_that_nobody_declares_and_for_a_part_that_is_not_read(
    repository: Repository, sim: Simulator
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sim.share(PIXEL_2, NORTHLIGHT, ["ANALYZE"])
    repository.pulumi("stack", "init", "running")
    for name in ("production", "running"):
        repository.record(name, PIXEL_2, NORTHLIGHT)
    nightly = repository.work / ".github/workflows/nightly.yml"
    described = nightly.read_text()
    nightly.write_text(described.replace("stacks: production", "stacks: production running"))

    found = repository.run("nightly", "access")

    assert found.failed == ["Judge the access"]
    assert "::error::An agency or a person has access that is past its last day" in found.log
    assert "- `unmanaged`: 1\n" in found.summary
    assert "- `declared-twice`: 1\n" in found.summary
    assert "Northlight" not in found.summary
    report = repository.github.artifact("access")
    assert {path.name for path in report.iterdir()} == {"report.csv", "report.html"}
    assert "Northlight Media" in (report / "report.csv").read_text()
    shutil.rmtree(report)

    repository.github.publish()
    wrong = {**repository.runner.environments["review"], "secrets.PGPASSWORD": "wrong"}
    repository.runner = replace(repository.runner, environments={"review": wrong})
    incomplete = repository.run("nightly", "access")

    assert incomplete.failed == ["Judge the access"]
    assert "::error::A part of the access was not read" in incomplete.log
    assert "The repository is not private, so this run keeps no report." in incomplete.summary
    assert not report.exists()


@pytest.mark.rest
def test_one_comment_is_replaced_when_the_pull_request_changes(repository: Repository) -> None:
    declared = repository.access.read_text()

    blocked, first = repository.propose(5, declared.replace("[ANALYZE]", "[EDIT]"))
    failed, second = repository.propose(5, declared.replace("[ANALYZE]", "[ANALYSE]"))
    outdated = repository.comment("0" * 40)

    assert (blocked.failed, failed.failed) == (["Review"], ["Review"])
    assert "### ⛔ Blocked by policy (2 violations). Without the block: more " in first
    assert "| ⛔ blocks | `no-edit`<br>critical | northlight" in first
    assert "### ❌ Preview failed" in second
    assert "> access.yaml:&#8203;16:&#8203;14: 'ANALYSE' is not a task; did you mean" in second
    assert "does not apply without its setting" not in second
    assert "No open pull request is at" in outdated.log
    assert len(repository.github.listed("issues/5/comments")) == 1


@pytest.mark.rest
def test_a_pull_request_cannot_loosen_the_policy_it_is_judged_by(repository: Repository) -> None:
    (repository.work / "policy-config.json").write_text('{"all": "disabled"}')
    unknown = repository.access.read_text().replace(NORTHLIGHT, "4004567890000444")

    preview, comment = repository.propose(5, unknown)

    assert preview.failed == ["Review"]
    assert "| ⛔ blocks | `approved-agencies`" in comment
    assert "**This pull request changes more than programs and access files, so this" in comment


@pytest.mark.rest
def test_another_stack_is_reviewed_and_applied_in_jobs_of_its_own(
    repository: Repository, sim: Simulator
) -> None:
    settings = (repository.work / "Pulumi.production.yaml").read_text()
    (repository.work / "Pulumi.staging.yaml").write_text(settings)
    repository.commit("main")
    repository.pulumi("stack", "init", "staging")
    repository.allow("apply-staging")

    reviewed = repository.review(stack="staging")
    assert reviewed.outputs["stack"] == "staging", reviewed.log
    assert not repository.github.artifact("reviewed-production").exists()
    assert repository.approve().failed == ["actions/download-artifact"]
    assert not repository.approve(stack="staging").failed

    assert repository.recorded("staging") == sim.shares() != {}
    assert repository.recorded() == {}


def in_gitlab(repository: Repository, job: str, environment: str, commit: str) -> Path:
    """Run a job of the page's pipeline for GitLab, and return its folder."""
    described = yaml.safe_load(GITLAB)
    script = "\n".join([*described["default"]["before_script"], *described[job]["script"]])
    folder = repository.home / f"gitlab-{job}"
    repository.git("clone", "--quiet", str(repository.origin), str(folder))
    (folder / "job.sh").write_text(script)
    scoped = repository.runner.environments[environment]
    subprocess.run(
        ["bash", "-eo", "pipefail", "job.sh"],
        cwd=folder,
        env=repository.environment
        | {name.partition(".")[2]: value for name, value in scoped.items()}
        | {"PATH": f"{repository.github.home / 'bin'}:{repository.environment['PATH']}"}
        | {"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_SHA": commit}
        | described[job].get("variables", {}),
        check=True,
    )
    record(in_shell(script))
    return folder


@follows(*set(in_shell(GITLAB)))
@pytest.mark.rest
def test_the_pipeline_for_gitlab_reviews_a_change_and_applies_the_newest_commit(
    repository: Repository, sim: Simulator
) -> None:
    head = repository.git("rev-parse", "HEAD")

    reviewed = in_gitlab(repository, "review", "preview", head)
    assert "nothing → **ANALYZE**" in (reviewed / "review.md").read_text()
    assert sim.requests == []
    with pytest.raises(subprocess.CalledProcessError):
        in_gitlab(repository, "apply", "apply-production", "0" * 40)
    assert sim.requests == []
    shutil.rmtree(repository.home / "gitlab-apply")

    in_gitlab(repository, "apply", "apply-production", head)
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


@pytest.mark.rest
def test_a_pull_request_that_does_not_change_access_gets_no_new_comment(
    repository: Repository,
) -> None:
    repository.apply()
    declared = repository.access.read_text()

    assert repository.propose(5, declared + "\n")[1] == ""
    assert "### 🔺 More access" in repository.propose(5, wider(declared))[1]
    assert "### ✅ Access unchanged" in repository.propose(5, declared + "\n")[1]


@pytest.mark.rest
@pytest.mark.parametrize("other", ["f" * 40, "0" * 7, "main"])
def test_a_pull_request_whose_program_and_workflows_do_not_pin_one_full_commit_fails(
    repository: Repository, other: str
) -> None:
    package = f"pulumi-metapixel @ git+https://github.com/OWNER/pulumi-metapixel@{other}\n"
    (repository.project / "requirements.txt").write_text(package)

    preview = repository.preview(repository.open(5, repository.access.read_text()))

    assert preview.failed == ["Compare the pins"]
    assert f"They pin: {', '.join(sorted(['0' * 40, other]))}" in preview.log


@pytest.mark.rest
@pytest.mark.parametrize("left", [None, b"", b"<script>@everyone</script>", b'{"sequence": 0}\n'])
def test_what_a_pull_request_left_behind_is_data_and_never_a_false_no_change(
    repository: Repository, left: bytes | None
) -> None:
    repository.github.pull_request(5, "f" * 40)
    for name in ("preview-production", "preview-of-no-stack") if left is not None else ():
        artifact = repository.github.artifact(name)
        artifact.mkdir(parents=True)
        (artifact / "preview.json").write_bytes(left or b"")
        (artifact / "exit-code").write_text("0; touch owned")
    workflow = repository.work / ".github/workflows/comment.yml"
    described = workflow.read_text()
    workflow.write_text(described.replace("stacks: production", "stacks: production staging"))

    repository.comment("f" * 40)

    comments = [str(each["body"]) for each in repository.github.listed("issues/5/comments")]
    for stack, comment in zip(("production", "staging"), comments, strict=True):
        lines = comment.splitlines()
        assert lines[0] == f"<!-- metapixel review of pixel-access/{stack} -->"
        assert lines[1].startswith("### ❌ Preview failed")
        assert "<script>" not in comment
