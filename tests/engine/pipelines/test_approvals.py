"""Only the reviewed changes are applied, from the newest commit and after an approval."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from metapixel_simulator import SharingRequest, Simulator
from metapixel_simulator.request_log import Entry
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.support.example_repository import (
    Repository,
    day,
    inputs,
    wider,
    with_two_pixels,
)

pytestmark = [pytest.mark.engine, pytest.mark.rest]


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

    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    compared = repository.home / f"job-{repository.jobs + 1}" / "changes.json"

    def remove(entry: Entry, phase: str) -> None:
        if phase == "before" and compared.exists() and compared.read_text():
            sim.unshare(PIXEL, NORTHLIGHT)

    sim.on_request = remove
    applied = repository.approve()
    assert applied.failed == ["Apply"], "the change came after the comparison"
    assert "violates plan" in applied.log
    assert (sim.shares(), sim.count("POST agencies")) == ({}, 1)

    sim.on_request = None
    repository.apply()
    assert sim.shares() == repository.recorded()
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}


def test_a_commit_that_is_old_or_becomes_so_during_its_job_is_neither_applied_nor_ends_access(
    repository: Repository, sim: Simulator
) -> None:
    repository.apply()
    granted = sim.shares()
    old = repository.git("rev-parse", "HEAD")
    declared = repository.access.read_text()
    repository.access.write_text(wider(declared))
    repository.commit("main")
    sim.clear_requests()
    refused = [repository.review(ref=old), repository.approve(ref=old)]
    steps = [["Check the commit and the environment"]] * 2
    assert [each.failed for each in refused] == steps
    assert all("::error::The default branch has a newer commit" in each.log for each in refused)
    assert sim.requests == []

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


def test_a_job_without_the_protection_of_its_environment_reads_and_changes_nothing(
    repository: Repository, sim: Simulator
) -> None:
    jobs = {
        ("apply", "review"): "review",
        ("apply", "apply"): "apply-production",
        ("endings", "end"): "endings",
        ("nightly", "drift"): "review",
        ("nightly", "access"): "review",
    }
    for environment in jobs.values():
        repository.github.protect(environment, "main", "release/*", reviewers=1)
    for workflow, job in jobs:
        refused = repository.run(workflow, job, inputs())
        assert refused.failed[0].startswith("Check the "), job
        assert "allows deployments from other branches" in refused.log
    assert sim.requests == []


FORGOTTEN: list[dict[str, Any]] = [
    {"reviewers": 1, "prevents_self_review": False},
    {"reviewers": 1, "admins_bypass": True},
    {"reviewers": 0},
]


def test_an_approval_that_its_author_or_an_administrator_can_give_applies_nothing(
    repository: Repository, sim: Simulator
) -> None:
    assert not repository.review().failed
    for forgotten in FORGOTTEN:
        repository.github.protect("apply-production", "main", **forgotten)
        refused = repository.approve()
        assert refused.failed == ["Check the commit and the environment"]
        assert "does not require an approval by another person" in refused.log
    assert sim.shares() == {}

    workflow = repository.work / ".github/workflows/apply.yml"
    explicit = "environment: apply-${{ matrix.stack }}\n          unreviewed: true\n"
    head, _, rest = workflow.read_text().rpartition("environment: apply-${{ matrix.stack }}\n")
    workflow.write_text(head + explicit + rest)
    repository.github.protect("apply-production")
    assert "allows deployments from other branches" in repository.approve().log
    assert sim.shares() == {}

    repository.github.protect("apply-production", "main")
    applied = repository.approve()
    assert not applied.failed, applied.log
    assert "**Nobody had to approve these changes** (`unreviewed: true`)." in applied.summary
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


def test_a_redirected_address_fails_every_job_and_gets_no_call(
    repository: Repository, sim: Simulator
) -> None:
    assert not repository.review().failed
    settings = {
        path.stem: yaml.safe_load(path.read_text()) for path in repository.project.glob("Pulumi*")
    }
    other = sim.url.replace("127.0.0.1", "localhost")
    settings["Pulumi.production"]["config"]["metapixel:graphUrl"] = other
    sim.clear_requests()
    for form in ("yml", "json"):
        for path in repository.project.glob("Pulumi*.*"):
            path.unlink()
        for stem, content in settings.items():
            (repository.project / f"{stem}.{form}").write_text(json.dumps(content))
        repository.commit("main")

        jobs = (
            repository.review(),
            repository.approve(),
            repository.end(),
            repository.run("nightly", "drift"),
        )

        steps = ["Review the changes", "Compare with the review", "Find the access that ends"]
        assert [job.failed[0] for job in jobs] == [*steps, "Compare"], jobs[-1].log
        for job in jobs:
            assert f"{other[4:]} (not Meta), wherever this review says Meta" in job.summary
            assert "but METAPIXEL\\_ONLY\\_GRAPH\\_URL allows only Meta and" in job.summary
            assert "::error::" in job.log
    assert sim.requests == []


def test_a_mass_removal_is_applied_only_if_somebody_permits_it(
    repository: Repository, sim: Simulator
) -> None:
    declared = repository.access.read_text()
    repository.access.write_text(with_two_pixels(declared))
    repository.commit("main")
    repository.apply()
    granted = sim.shares()
    assert len(granted) == 2
    repository.access.write_text(f"{declared.partition('agencies:')[0]}agencies: {{}}\n")
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


def asked(repository: Repository, sim: Simulator) -> SharingRequest:
    """Apply a share that its agency has to accept, and return the open request."""
    declared = repository.access.read_text()
    repository.access.write_text(declared.replace(NORTHLIGHT, HARBOUR))
    repository.commit("main")
    repository.apply()
    (request,) = sim.open_requests()
    return request


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


def test_a_change_of_the_state_alone_waits_for_an_approval(
    repository: Repository, sim: Simulator
) -> None:
    request = asked(repository, sim)
    sim.answer(request.id, "APPROVE")

    assert repository.waits()


def test_another_stack_is_reviewed_and_applied_in_jobs_of_its_own(
    repository: Repository, sim: Simulator
) -> None:
    settings = (repository.work / "Pulumi.production.yaml").read_text()
    (repository.work / "Pulumi.staging.yaml").write_text(settings)
    repository.commit("main")
    repository.pulumi("stack", "init", "staging")
    repository.github.protect("apply-staging", "main", reviewers=1)
    repository.environments["apply-staging"] = repository.environments["apply-production"]

    reviewed = repository.review(stack="staging")
    assert reviewed.outputs["stack"] == "staging", reviewed.log
    assert not repository.github.artifact("reviewed-production").exists()
    assert repository.approve().failed == ["actions/download-artifact"]
    assert not repository.approve(stack="staging").failed

    assert repository.recorded("staging") == sim.shares() != {}
    assert repository.recorded() == {}
