"""Set up a repository for access to pixels by pull request, or check it again.

Run this program in the root of the repository. It copies the files of this folder, but changes no
file that exists. With the command `gh`, it then creates the environments on GitHub, and protects
them and the default branch. It only tightens settings. For everything that it cannot do or check,
it prints what a person has to do, and ends with code 1.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parent
REPOSITORY = "repos/{owner}/{repo}"  # `gh` inserts the repository of this folder
#: GitHub reads only the first of these files that exists.
OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
RULESET = "Access to Meta pixels"
SELECTED = {"protected_branches": False, "custom_branch_policies": True}
PULL_REQUEST = {
    "required_approving_review_count": 1,
    "dismiss_stale_reviews_on_push": True,
    "require_code_owner_review": True,
    "require_last_push_approval": True,
    "required_review_thread_resolution": False,
}
CREATE = "Create the environment {0}."
LIMIT = f"{CREATE} Choose *Selected branches and tags*, and add only {{1}}."
APPROVE = """In the environment {0}, choose *Required reviewers* with {1} and *Prevent self-review*,
  and clear *Allow administrators to bypass configured protection rules*. If your plan of GitHub has
  no required reviewers, add `unreviewed: true` to the inputs of the job `apply` in apply.yml."""
PROTECT = """Add a ruleset for the branch {0} with an empty bypass list: *Restrict deletions*,
  *Block force pushes*, *Require status checks to pass* with {1} and *Require branches to be up to
  date before merging*, and *Require a pull request before merging* with one approval, *Dismiss
  stale pull request approvals when new commits are pushed*, *Require review from Code Owners*, and
  *Require approval of the most recent reviewable push*."""


class RefusedError(Exception):
    """GitHub did not answer a question or change a setting."""


def ask(path: str, method: str = "GET", body: object = None) -> Any:
    """Call the API of GitHub. Raises RefusedError unless the call succeeds."""
    command = ["gh", "api", "--method", method, path, *(["--input", "-"] if body else [])]
    try:
        done = subprocess.run(command, input=json.dumps(body), capture_output=True, text=True)
    except FileNotFoundError:
        raise RefusedError("the command gh is not installed") from None
    if done.returncode:
        raise RefusedError(" ".join(done.stderr.split()) or f"gh ended with code {done.returncode}")
    return json.loads(done.stdout)


def find(path: str) -> Any:
    """Return an object of GitHub, or None if it does not exist."""
    try:
        return ask(path)
    except RefusedError as refused:
        if "HTTP 404" not in str(refused):
            raise
        return None


def copy(source: str, approvers: str, branch: str) -> Iterator[str]:
    """Copy the files that do not exist, and yield what a person has to do with the others."""
    git = ["git", "-C", str(EXAMPLE)]
    commit = subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip()
    inserted = {
        "../../docs/": f"https://github.com/OWNER/pulumi-metapixel/blob/{'0' * 40}/docs/",
        "OWNER/pulumi-metapixel": f"{source}/pulumi-metapixel",
        "0" * 40: commit,
        "@ORGANIZATION/TEAM": f"@{approvers}",
        "branches: [main]": f"branches: [{branch}]",
    }
    for name in subprocess.check_output([*git, "ls-files", ":!set_up.py"], text=True).split():
        text = (EXAMPLE / name).read_text()
        for old, new in inserted.items():
            text = text.replace(old, new)
        places = [Path(place) for place in (OWNERS if name in OWNERS else [name])]
        kept = next((place for place in places if place.exists()), None)
        if kept is None:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text)
            print(f"Copied {name}.")
        elif kept.read_text() != text:
            print(f"Kept {kept}, which differs from the example.")
            if commit in text and commit not in kept.read_text():
                yield f"Compare {name} with {EXAMPLE / name}: it does not pin {commit}."


def environment(name: str) -> dict[str, Any]:
    """Return the settings of an environment that a change has to repeat to keep them.

    An environment that does not exist is created.
    """
    path = f"{REPOSITORY}/environments/{name}"
    found = find(path)
    if found is None:
        found = ask(path, "PUT", {"deployment_branch_policy": None})
        print(f"Created the environment {name}.")
    rules = {each["type"]: each for each in found.get("protection_rules", ())}
    approval = rules.get("required_reviewers", {})
    reviewers = approval.get("reviewers", ())
    kept = {
        "wait_timer": rules.get("wait_timer", {}).get("wait_timer"),
        "reviewers": [{"type": each["type"], "id": each["reviewer"]["id"]} for each in reviewers],
        "prevent_self_review": approval.get("prevent_self_review"),
        "deployment_branch_policy": found.get("deployment_branch_policy"),
    }
    bypass = {} if found.get("can_admins_bypass", True) else {"can_admins_bypass": False}
    return {key: value for key, value in kept.items() if value} | bypass


def change(name: str, before: dict[str, Any], wanted: dict[str, Any]) -> None:
    if before | wanted != before:
        ask(f"{REPOSITORY}/environments/{name}", "PUT", before | wanted)
        print(f"Protected the environment {name}.")


def limit(name: str, branch: str) -> Iterator[str]:
    """Allow deployments to an environment only from one branch, or from all if none is given.

    No allowed branch is removed, because other workflows may use the environment.
    """
    before = environment(name)
    if not branch:
        return
    policy = before.get("deployment_branch_policy", SELECTED)
    change(name, before, {"deployment_branch_policy": policy})
    allowed: list[dict[str, str]] = []
    if policy == SELECTED:
        path = f"{REPOSITORY}/environments/{name}/deployment-branch-policies"
        only = {"name": branch, "type": "branch"}
        allowed = ask(path)["branch_policies"] or [ask(path, "POST", only)]
    if [(each["type"], each["name"]) for each in allowed] != [("branch", branch)]:
        yield f"Let the environment {name} allow deployments only from the branch {branch}."


def approve(name: str, approvers: str) -> Iterator[str]:
    """Let an environment wait for the approval of another person, also for administrators."""
    before = environment(name)
    wanted: dict[str, Any] = {"prevent_self_review": True, "can_admins_bypass": False}
    if "reviewers" not in before:
        organization, _, login = approvers.rpartition("/")
        path = f"orgs/{organization}/teams/{login}" if organization else f"users/{login}"
        wanted["reviewers"] = [{"type": "Team" if organization else "User", "id": ask(path)["id"]}]
    change(name, before, wanted)
    yield from ()


def protect(branch: str, checks: list[str]) -> Iterator[str]:
    """Create or tighten a ruleset of the default branch. All other rules apply beside it."""
    if find(f"{REPOSITORY}/contents/.github/workflows/preview.yml") is None:
        yield f"Push the workflows to {branch}, and run this again, which then protects {branch}."
        return
    path = f"{REPOSITORY}/rulesets"
    listed = ask(f"{path}?includes_parents=false&per_page=100")
    own = next((f"{path}/{each['id']}" for each in listed if each["name"] == RULESET), None)
    found = ask(own) if own else {}
    before = {each["type"]: each.get("parameters", {}) for each in found.get("rules", ())}
    rules = tightened(before, checks)
    wanted: dict[str, Any] = {
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    }
    if rules != before or wanted != {key: found.get(key) for key in wanted}:
        wanted["rules"] = [
            {"type": key, "parameters": of} if of else {"type": key} for key, of in rules.items()
        ]
        body = wanted | {"name": RULESET, "target": "branch"}
        ask(own or path, "PUT" if own else "POST", body)
        print(f"Protected the branch {branch}.")


def tightened(rules: dict[str, Any], checks: list[str]) -> dict[str, Any]:
    """Return the rules of a branch with those that it lacks. Stricter ones stay."""
    review = rules.get("pull_request", {})
    strict = {key: max(value, review.get(key, value)) for key, value in PULL_REQUEST.items()}
    tests = rules.get("required_status_checks", {"required_status_checks": []})
    known = tests["required_status_checks"]
    missing = set(checks) - {each["context"] for each in known}
    tests = tests | {
        "strict_required_status_checks_policy": True,
        "required_status_checks": [*known, *({"context": each} for each in sorted(missing))],
    }
    given = {"pull_request": review | strict, "required_status_checks": tests}
    return {"deletion": {}, "non_fast_forward": {}} | rules | given


def steps(branch: str, approvers: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield what a person would have to click, and the step that does it instead."""
    preview = Path(".github/workflows/preview.yml").read_text()
    stacks = re.findall(r"[\w.-]+", " ".join(re.findall(r" stack: \[(.*)\]", preview)))
    applying = [f"apply-{stack}" for stack in stacks]
    checks = [f"preview ({stack})" for stack in stacks]
    yield CREATE.format("preview"), limit("preview", "")
    for name in ("review", "endings", *applying):
        yield LIMIT.format(name, branch), limit(name, branch)
    if "unreviewed: true" not in Path(".github/workflows/apply.yml").read_text():
        for name in applying:
            yield APPROVE.format(name, approvers), approve(name, approvers)
    yield PROTECT.format(branch, ", ".join(checks)), protect(branch, checks)


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up a repository, or check it again.")
    parser.add_argument("source", help="owner on GitHub whose pulumi-metapixel pip can read")
    parser.add_argument("approvers", help="ORGANIZATION/TEAM or PERSON who approves each change")
    given = parser.parse_args()
    if not Path(".git").exists():
        parser.error("run this program in the root of your repository")
    branch, reasons = "main", []
    try:
        branch = ask(REPOSITORY)["default_branch"]
    except RefusedError as refused:
        reasons.append(str(refused))
    remaining = list(copy(given.source, given.approvers, branch))
    for by_hand, step in steps(branch, given.approvers):
        try:
            remaining += step
        except RefusedError as refused:
            reasons.append(str(refused))
            remaining.append(by_hand)
    for reason in dict.fromkeys(reasons):
        print(f"GitHub did not answer a question, or did not change a setting: {reason}")
    for each in remaining:
        print("To do:", " ".join(each.split()))
    return bool(remaining)


if __name__ == "__main__":
    sys.exit(main())
