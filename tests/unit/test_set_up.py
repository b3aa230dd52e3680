"""The program that copies the workflows into a repository and protects it on GitHub."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.example_repository import EXAMPLE
from tests.support.github import GitHub
from tests.support.stack import ROOT
from tests.support.workflow import ACTIONS

PAGE = (ROOT / "docs/github.md").read_text()
(COMMAND,) = re.findall(r"python PATH/TO/CHECKOUT/\S+/set_up\.py YOURS ORGANIZATION/TEAM", PAGE)
WORKFLOW = "repos/acme/pixel-access/contents/.github/workflows/preview.yml"
LIMITED = ("apply-production", "endings", "review")


@dataclass(frozen=True)
class Setup:
    """A repository of somebody, on GitHub and in a folder."""

    folder: Path
    github: GitHub
    path: str

    def run(self, script: str = COMMAND) -> tuple[int, str]:
        """Run the command of the page, or another script, in the folder."""
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script.replace("PATH/TO/CHECKOUT", str(ROOT))],
            cwd=self.folder,
            env={"PATH": self.path, "GITHUB_REPOSITORY": self.github.repository},
            capture_output=True,
            text=True,
        )
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    def files(self) -> dict[str, str]:
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.folder)): path.read_text() for path in found}

    def setting(self, route: str) -> Any:
        return self.github.known()[f"repos/{self.github.repository}/{route}"]

    def to_do(self) -> list[str]:
        """Run the command, and return what it leaves to a person."""
        code, printed = self.run()
        found = re.findall(r"(?m)^To do: (.+)$", printed)
        assert code == bool(found), printed
        return found


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    github = GitHub(tmp_path / "github")
    github.know(**{"orgs/ORGANIZATION/teams/TEAM": {"id": 7}, WORKFLOW: {}})
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    return Setup(folder, github, f"{github.home}/bin:/usr/bin:/bin")


def test_one_command_sets_up_a_repository_and_the_same_command_then_changes_nothing(
    setup: Setup,
) -> None:
    assert setup.to_do() == []
    head = subprocess.check_output(["git", "-C", str(ROOT), "rev-parse", "HEAD"], text=True)
    files, known = setup.files(), setup.github.known()

    assert setup.run() == (0, "")
    assert (setup.files(), setup.github.known()) == (files, known)
    copied = subprocess.check_output(["git", "-C", str(EXAMPLE), "ls-files"], text=True).split()
    assert files.keys() == {*copied} - {"set_up.py"}
    pins = [re.findall(r"(\w+)/pulumi-metapixel\S*@(\w+)", text) for text in files.values()]
    assert {pin for found in pins for pin in found} == {("YOURS", head.strip())}
    assert "*  @ORGANIZATION/TEAM" in files[".github/CODEOWNERS"]
    assert "../../docs" not in files["README.md"]
    assert setup.setting("environments/preview")["deployment_branch_policy"] is None


def test_the_actions_accept_the_environments_of_the_command(setup: Setup) -> None:
    setup.run()
    checks = [f"require_default_branch {name}" for name in LIMITED]
    script = "; ".join([f'. "{ACTIONS}/lib.sh"', *checks, "require_approval apply-production"])

    assert setup.run(script) == (0, "")


def test_no_existing_file_is_changed_and_one_with_another_pin_is_named(setup: Setup) -> None:
    kept = ("access.yaml", "CODEOWNERS", "Pulumi.yaml", ".gitignore", ".github/workflows/apply.yml")
    for name in kept:
        (setup.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (setup.folder / name).write_text("own\n")

    (remaining,) = setup.to_do()

    assert "Compare .github/workflows/apply.yml with" in remaining
    assert {name for name, text in setup.files().items() if text == "own\n"} == {*kept}
    assert ".github/CODEOWNERS" not in setup.files()


def test_each_stack_has_an_environment_and_a_required_check(setup: Setup) -> None:
    setup.run()
    workflow = setup.folder / ".github/workflows/preview.yml"
    workflow.write_text(workflow.read_text().replace("[production]", "[production, staging]"))

    assert setup.to_do() == []
    assert setup.setting("environments/apply-staging")["can_admins_bypass"] is False
    rules = {each["type"]: each.get("parameters") for each in ruleset(setup)["rules"]}
    checks = rules["required_status_checks"]["required_status_checks"]
    assert checks == [{"context": "preview (production)"}, {"context": "preview (staging)"}]


def ruleset(setup: Setup) -> dict[str, Any]:
    (listed,) = setup.setting("rulesets")
    found = setup.setting(f"rulesets/{listed['id']}")
    assert isinstance(found, dict)
    return found


def test_looser_settings_are_tightened_and_stricter_ones_stay(setup: Setup) -> None:
    setup.run()
    own = [{"type": "Team", "reviewer": {"id": 1}}, {"type": "User", "reviewer": {"id": 2}}]
    reviewed = {"type": "required_reviewers", "prevent_self_review": False, "reviewers": own}
    environment = setup.setting("environments/apply-production")
    environment["protection_rules"] = [{"type": "wait_timer", "wait_timer": 30}, reviewed]
    environment["can_admins_bypass"] = True
    setup.github.answer("/environments/apply-production", environment)
    found = ruleset(setup)
    (review,) = (each["parameters"] for each in found["rules"] if each["type"] == "pull_request")
    review |= {"required_approving_review_count": 2, "require_last_push_approval": False}
    found["rules"] = [
        {"type": "pull_request", "parameters": review},
        {"type": "required_signatures"},
    ]
    found |= {"enforcement": "disabled", "bypass_actors": [{"actor_type": "OrganizationAdmin"}]}
    setup.github.answer(f"/rulesets/{found['id']}", found)

    assert setup.to_do() == []

    timer, reviewed, _ = setup.setting("environments/apply-production")["protection_rules"]
    assert timer["wait_timer"] == 30
    assert reviewed == {"type": "required_reviewers", "prevent_self_review": True, "reviewers": own}
    assert setup.setting("environments/apply-production")["can_admins_bypass"] is False
    found = ruleset(setup)
    assert (found["enforcement"], found["bypass_actors"]) == ("active", [])
    rules = {each["type"]: each.get("parameters") for each in found["rules"]}
    assert rules["pull_request"]["required_approving_review_count"] == 2
    assert rules["pull_request"]["require_last_push_approval"] is True
    assert "preview (production)" in str(rules["required_status_checks"])
    assert {"required_signatures", "deletion", "non_fast_forward"} <= rules.keys()


def test_other_branches_of_an_environment_are_left_to_a_person(setup: Setup) -> None:
    setup.github.protect("review", "main", "release/*")
    protected = {"protected_branches": True, "custom_branch_policies": False}
    endings = {"protection_rules": [], "deployment_branch_policy": protected}
    setup.github.answer("/environments/endings", endings)
    policies = "environments/review/deployment-branch-policies"
    before = setup.setting(policies)

    remaining = setup.to_do()

    assert [each.split()[3] for each in remaining] == ["review", "endings"]
    assert (setup.setting(policies), setup.setting("environments/endings")) == (before, endings)


def test_the_branch_is_protected_when_it_has_the_workflow_of_the_required_check(
    setup: Setup,
) -> None:
    setup.github.know(**{WORKFLOW: None})
    (remaining,) = setup.to_do()
    assert remaining.startswith("Push the workflows to main, and run this again")
    assert setup.setting("rulesets") == []

    setup.github.know(**{WORKFLOW: {}})
    assert setup.to_do() == []
    assert ruleset(setup)["enforcement"] == "active"


LIMITS = [
    ("no gh", {}, "the command gh is not installed", 6),
    ("no admin", {"role": "read"}, "Must have admin rights", 6),
    ("no environments", {"plan": "free"}, "Upgrade to GitHub Pro", 6),
    ("no reviewers", {"plan": "team"}, "required reviewers rule. (HTTP 422)", 1),
]


@pytest.mark.parametrize(
    ("limit", "known", "reason", "count"), LIMITS, ids=[each[0] for each in LIMITS]
)
def test_what_github_does_not_permit_is_left_to_a_person_with_its_reason(
    setup: Setup, limit: str, known: dict[str, object], reason: str, count: int
) -> None:
    setup.github.know(**known)
    if limit == "no gh":
        (setup.github.home / "bin/gh").unlink()

    code, printed = setup.run()

    assert code == 1
    assert printed.count("did not answer a question") == printed.count(reason) == 1
    assert printed.count("To do: ") == count
    assert "choose *Required reviewers* with ORGANIZATION/TEAM" in printed
    assert (setup.folder / ".github/workflows/apply.yml").exists()
    limited = [printed.count(f"environment {name}. Choose") for name in LIMITED]
    assert limited == [int(count > 1)] * 3


def test_a_person_without_rights_checks_a_repository_that_is_set_up(setup: Setup) -> None:
    setup.run()
    setup.github.know(role="read")

    (remaining,) = setup.to_do()

    assert remaining.startswith("Add a ruleset for the branch main with an empty bypass list")


def test_a_plan_without_reviewers_is_set_up_if_the_workflow_states_this(setup: Setup) -> None:
    setup.github.know(plan="team")
    assert len(setup.to_do()) == 1
    workflow = setup.folder / ".github/workflows/apply.yml"
    stated = "environment: apply-${{ matrix.stack }}\n          unreviewed: true\n          unlock"
    workflow.write_text(
        re.sub(r"environment: apply-\S+ matrix.stack }}\n +unlock", stated, workflow.read_text())
    )

    assert setup.to_do() == []
