"""Jobs that are cancelled or killed, and the next run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
import yaml

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.example_repository import UNLOCK, Repository, day, with_two_pixels
from tests.support.processes import of_a_job
from tests.support.terminal import follows
from tests.support.workflow import ACTIONS, JobRun

pytestmark = [pytest.mark.engine, pytest.mark.rest]


def _struck_after(
    endpoint: str, sim: Simulator, job: Callable[[], JobRun], number: signal.Signals
) -> JobRun:
    """Run a job, whose processes get a signal when Meta has answered a call to an endpoint.

    GitHub interrupts only the first process of a job.
    """
    started = of_a_job()

    def strike(entry: Entry, phase: str) -> None:
        if entry.endpoint == endpoint and phase == "after":
            for each in started()[: 1 if number == signal.SIGINT else None]:
                os.kill(each, number)

    sim.on_request = strike
    run = job()
    sim.on_request = None
    return run


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
    cancelled = _struck_after("DELETE agencies", sim, repository.end, signal.SIGINT)

    assert cancelled.failed == ["End the access"]
    assert "cancel" in cancelled.log
    assert len(sim.shares()) == 1

    ended = repository.end()

    assert not ended.failed, ended.log
    assert sim.shares() == repository.recorded() == {}


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


def run(number: int, status: str, workflow: str = "apply") -> dict[str, object]:
    """Return a run of a workflow, as GitHub's API lists it."""
    return {"id": number, "status": status, "path": f".github/workflows/{workflow}.yml@main"}


@follows(UNLOCK)
def test_a_run_that_is_killed_while_it_grants_is_mended_by_the_next_that_removes_its_lock(
    repository: Repository, sim: Simulator
) -> None:
    assert not repository.review().failed
    killed = _struck_after("POST agencies", sim, repository.approve, signal.SIGKILL)
    assert killed.failed == ["Apply"]
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
