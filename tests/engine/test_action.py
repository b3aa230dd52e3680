"""The action of this repository (`action.yml`), on the real engine and the simulator."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.command_lines import in_workflow
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import ROOT, VENV
from tests.support.terminal import follows
from tests.support.workflow import GitHub, JobRun, Runner, machine

pytestmark = [pytest.mark.engine, pytest.mark.rest]

ACTION = ROOT / "action.yml"
ONE = program(share("one", PIXEL, NORTHLIGHT))


class Job:
    """A job that calls the action for the pull request 5, with an empty stack for each name."""

    def __init__(self, home: Path, wheel: Path, lent: Path, stacks: str) -> None:
        assert shutil.which("jq"), "the action uses jq, as GitHub's runners have it"
        self.home, self.stacks = home, stacks
        self.github = GitHub(home / "github")
        self.github.pull_request(5, "f" * 40)
        self.folder = home / "job"
        self.folder.mkdir()
        (self.folder / "Pulumi.yaml").write_text(
            f"name: project\nruntime:\n  name: python\n  options:\n    virtualenv: {VENV}\n"
        )
        (home / "backend").mkdir()
        self.environment = {
            **machine(home, wheel, lent),
            "PULUMI_BACKEND_URL": f"file://{home / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
        }
        self.runner = Runner(self.github, home, self.environment, {})

    def write(self, program: str) -> None:
        (self.folder / "__main__.py").write_text(program)
        for stack in self.stacks.split():
            subprocess.run(
                ["pulumi", "--non-interactive", "stack", "init", stack],
                cwd=self.folder,
                env=self.environment,
                check=True,
                capture_output=True,
            )

    def act(self, **inputs: str) -> JobRun:
        given = {"project": "project", "stacks": self.stacks, "pull-request": "5"}
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        return self.runner.act(ACTION, self.folder, given | named)

    def comments(self) -> list[str]:
        return [str(each["body"]) for each in self.github.listed("issues/5/comments")]

    def labels(self) -> list[object]:
        return [each["name"] for each in self.github.listed("issues/5/labels")]


@follows(*sorted(set(in_workflow(ACTION.read_text()))))
def test_each_stack_has_one_comment_and_the_pull_request_its_label(
    tmp_path: Path, wheel: Path, lent: Path, sim: Simulator
) -> None:
    job = Job(tmp_path, wheel, lent, "east west")
    job.write(ONE)

    for _ in range(2):
        ended = job.act(labels="true")
        assert not ended.failed, ended.log

    assert [comment.splitlines()[0] for comment in job.comments()] == [
        "<!-- metapixel review of project/east -->",
        "<!-- metapixel review of project/west -->",
    ]
    assert all("nothing → **ANALYZE**" in comment for comment in job.comments())
    assert all("f" * 12 in comment for comment in job.comments())
    assert job.labels() == ["more access"]
    assert "project / west" in ended.summary
    assert sim.requests == []


def test_previews_of_another_job_are_data_and_a_preview_that_failed_changes_no_label(
    tmp_path: Path, wheel: Path, lent: Path
) -> None:
    job = Job(tmp_path, wheel, lent, "east")
    job.github.label(5, "more access", "of others")
    previews = tmp_path / "previews"
    (previews / "east").mkdir(parents=True)
    (previews / "east" / "preview.json").write_text("<script>@everyone</script>")
    (previews / "east" / "exit-code").write_text("0; touch owned")

    ended = job.act(previews=str(previews))

    assert ended.failed == ["Result"]
    (comment,) = job.comments()
    assert comment.splitlines()[0] == "<!-- metapixel review of project/east -->"
    assert comment.splitlines()[1].startswith("### ❌ Preview failed")
    assert "<script>" not in comment
    assert job.labels() == ["more access", "of others"]


def test_a_link_in_the_previews_of_another_job_leads_to_no_file_of_the_machine(
    tmp_path: Path, wheel: Path, lent: Path
) -> None:
    job = Job(tmp_path, wheel, lent, "east west")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "errors.txt").write_text("a secret of the machine")
    previews = tmp_path / "previews"
    (previews / "east").mkdir(parents=True)
    (previews / "east" / "errors.txt").symlink_to(outside / "errors.txt")
    (previews / "west").symlink_to(outside)

    assert job.act(previews=str(previews)).failed == ["Result"]

    assert len(job.comments()) == 2
    assert not any("a secret of the machine" in comment for comment in job.comments())


def test_a_label_that_no_longer_applies_is_removed(tmp_path: Path, wheel: Path, lent: Path) -> None:
    job = Job(tmp_path, wheel, lent, "east")
    job.github.label(5, "less access", "of others")
    job.write(ONE)

    ended = job.act()

    assert not ended.failed, ended.log
    assert job.labels() == ["of others", "more access"]


def test_a_finding_that_fail_on_names_fails_the_action_after_the_comment(
    tmp_path: Path, wheel: Path, lent: Path
) -> None:
    job = Job(tmp_path, wheel, lent, "east")
    job.write(ONE)

    ended = job.act(fail_on="widening", labels="false")

    assert ended.failed == ["Result"]
    assert len(job.comments()) == 1
    assert job.labels() == []


def test_without_a_pull_request_the_reviews_are_in_the_summary_alone(
    tmp_path: Path, wheel: Path, lent: Path
) -> None:
    job = Job(tmp_path, wheel, lent, "east")
    job.write(ONE)

    ended = job.act(pull_request="")

    assert not ended.failed, ended.log
    assert "nothing → **ANALYZE**" in ended.summary
    assert job.comments() == []
    assert (Path(ended.outputs["preview.outputs.folder"]) / "east" / "preview.json").exists()
