"""Pull requests, whose program and artifacts nobody can trust."""

from __future__ import annotations

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT
from tests.support.example_repository import DEPENDABOT, Repository, wider

pytestmark = [pytest.mark.engine, pytest.mark.rest]

NAME = "pulumi-metapixel"


def test_one_comment_is_replaced_when_the_pull_request_changes(repository: Repository) -> None:
    declared = repository.access.read_text()
    repository.apply()
    assert repository.propose(5, declared + "\n")[1] == ""

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
    assert "### ✅ Access unchanged" in repository.propose(5, declared + "\n")[1]
    assert len(repository.github.listed("issues/5/comments")) == 1


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


@pytest.mark.parametrize(
    ("source", "fork", "author"),
    [("a fork", True, "stranger"), ("Dependabot", False, DEPENDABOT)],
    ids=["fork", "dependabot"],
)
def test_a_preview_without_secrets_succeeds_and_its_comment_names_the_limits(
    repository: Repository, sim: Simulator, source: str, fork: bool, author: str
) -> None:
    repository.apply()
    sim.clear_requests()

    wide = wider(repository.access.read_text())
    preview, comment = repository.propose(5, wide, fork=fork, author=author)

    assert not preview.failed, preview.log
    lines = comment.splitlines()
    limit = f"**This pull request is from {source}, so its preview could not read the state.**"
    assert lines[1].startswith(limit)
    assert lines[3].startswith("### 🔺 More access")
    assert "forged" not in comment
    assert "nothing → **ANALYZE**, **UPLOAD**" in comment
    assert sim.requests == []


def test_a_link_in_the_output_of_a_pull_request_leads_to_no_file_of_the_machine(
    repository: Repository,
) -> None:
    repository.github.pull_request(5, "f" * 40)
    secret = repository.home / "secret"
    secret.write_text("a secret of the machine")
    artifact = repository.github.artifact("preview-production")
    (artifact / "exit-code").mkdir(parents=True)
    for name in ("preview.json", "errors.txt"):
        (artifact / name).symlink_to(secret)

    repository.comment("f" * 40)

    (comment,) = repository.github.listed("issues/5/comments")
    assert str(comment["body"]).splitlines()[1].startswith("### ❌ Preview failed")
    assert "a secret of the machine" not in str(comment["body"])
    assert secret.exists()


def test_a_pull_request_cannot_loosen_the_policy_it_is_judged_by(repository: Repository) -> None:
    (repository.work / "policy-config.json").write_text('{"all": "disabled"}')
    unknown = repository.access.read_text().replace(NORTHLIGHT, "4004567890000444")

    preview, comment = repository.propose(5, unknown)

    assert preview.failed == ["Review"]
    assert "| ⛔ blocks | `approved-agencies`" in comment
    assert "**This pull request changes more than programs and access files, so this" in comment


@pytest.mark.parametrize(
    ("package", "pinned"),
    [
        *[
            (f" @ git+https://github.com/OWNER/pulumi-metapixel@{other}", f"OWNER/{NAME}@{other}")
            for other in ("f" * 40, "0" * 7, "main")
        ],
        (f" @ git+https://github.com/OTHER/{NAME}@{'0' * 40}", f"OTHER/{NAME}@{'0' * 40}"),
        (f" @ git+https://evil.example/OWNER/{NAME}@{'0' * 40}", "nothing"),
        ("", "nothing"),
    ],
)
def test_a_pull_request_whose_program_and_workflows_do_not_pin_one_full_commit_fails(
    repository: Repository, package: str, pinned: str
) -> None:
    (repository.project / "requirements.txt").write_text(f"{NAME}{package}\n")

    preview = repository.preview(repository.open(5, repository.access.read_text()))

    assert preview.failed == ["Compare the pins"]
    assert f"requirements.txt pins: {pinned}. The workflows pin: OWNER/{NAME}@00" in preview.log


def test_a_huge_output_of_a_pull_request_is_not_read(repository: Repository) -> None:
    repository.github.pull_request(5, "f" * 40)
    artifact = repository.github.artifact("preview-production")
    artifact.mkdir(parents=True)
    with (artifact / "preview.json").open("wb") as huge:
        huge.truncate(60_000_000)
    (artifact / "exit-code").write_text("0")

    repository.comment("f" * 40)

    (comment,) = repository.github.listed("issues/5/comments")
    assert str(comment["body"]).splitlines()[1].startswith("### ❌ Preview failed")
    assert "> The output of the preview is larger than 20 MB, so it was not read" in str(
        comment["body"]
    )


@pytest.mark.parametrize("path", ["Pulumi.json", "Pulumi.yml", "pixels/Pulumi.production.json"])
def test_a_comment_warns_of_each_form_of_pulumis_settings(
    repository: Repository, path: str
) -> None:
    repository.github.pull_request(5, "f" * 40, path)

    repository.comment("f" * 40)

    (comment,) = repository.github.listed("issues/5/comments")
    assert "**This pull request changes more than programs and" in str(comment["body"])


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
