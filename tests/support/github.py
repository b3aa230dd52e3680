"""What a job finds on GitHub: a repository, artifacts, comments and issues."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.support.stack import ROOT

#: The program in the place of `gh`, which keeps what GitHub knows in the folder `home`.
_GH = """#!{python}
import sys
sys.path.insert(0, {root!r})
from tests.support import gh
gh.main({home!r}, sys.argv[1:])
"""

#: A virtual environment uses the pip that a test lends it, because it takes seconds to install one.
_PYTHON = """#!/bin/sh
[ "$1 $2" != "-m venv" ] || set -- "$@" --without-pip
exec {python} "$@"
"""


class GitHub:
    """The parts of GitHub that a job uses: a repository, artifacts, comments and issues."""

    def __init__(self, home: Path, repository: str = "acme/pixel-access") -> None:
        self.home = home
        self.repository = repository
        self._file = home / "github.json"
        (home / "bin").mkdir(parents=True)
        gh = home / "bin" / "gh"
        gh.write_text(_GH.format(python=sys.executable, root=str(ROOT), home=str(home)))
        gh.chmod(0o755)
        # The action that sets up Python provides `python`. Some machines only have `python3`.
        python = home / "bin" / "python"
        python.write_text(_PYTHON.format(python=Path(sys.executable).resolve()))
        python.chmod(0o755)
        self.know(calls=[], repository=repository, plan="enterprise", role="admin")
        self.answer("", {"visibility": "private", "default_branch": "main"})
        self.answer("/issues", [])
        self.answer("/actions/runs", {"workflow_runs": []})
        self.answer("/rulesets", [])

    def know(self, **known: object) -> None:
        """Set the `plan` of the owner, the `role` of the caller, or another fact."""
        self._file.write_text(json.dumps({**self.known(), **known}))

    def known(self) -> dict[str, Any]:
        found = json.loads(self._file.read_text()) if self._file.exists() else {}
        assert isinstance(found, dict)
        return found

    def answer(self, route: str, document: object) -> None:
        """Set the answer of the API for a route of the repository."""
        self.know(**{f"repos/{self.repository}{route}": document})

    def pull_request(self, number: int, sha: str, *files: str, author: str = "person") -> None:
        """Open a pull request. If it is already open, change its commit and keep its comments."""
        pull = {"number": number, "head": {"sha": sha}, "user": {"login": author}}
        self.answer("/pulls", [pull])
        self.answer(f"/pulls/{number}/files", [{"filename": file} for file in files])
        if f"repos/{self.repository}/issues/{number}/comments" not in self.known():
            self.answer(f"/issues/{number}/comments", [])

    def protect(
        self,
        environment: str,
        *branches: str,
        reviewers: int = 0,
        prevents_self_review: bool = True,
        admins_bypass: bool = False,
    ) -> None:
        """Create an environment, which admits only some branches and requires reviewers."""
        rule = {
            "type": "required_reviewers",
            "prevent_self_review": prevents_self_review,
            "reviewers": [{"type": "User", "reviewer": {"id": 1}}] * reviewers,
        }
        admits = {"protected_branches": False, "custom_branch_policies": True}
        self.answer(
            f"/environments/{environment}",
            {
                "can_admins_bypass": admins_bypass,
                "protection_rules": [rule] if reviewers else [],
                "deployment_branch_policy": admits if branches else None,
            },
        )
        policies = [{"name": branch, "type": "branch"} for branch in branches]
        route = f"/environments/{environment}/deployment-branch-policies"
        self.answer(route, {"branch_policies": policies})

    def artifact(self, name: str) -> Path:
        """Return the folder of an artifact, which exists if a job has uploaded the artifact."""
        return self.home / "artifacts" / name

    def push(self, sha: str) -> None:
        """Set the newest commit of the default branch."""
        self.answer("/commits/HEAD", {"sha": sha})

    def listed(self, route: str) -> list[dict[str, object]]:
        """Return the objects under a route of the repository."""
        found = self.known()[f"repos/{self.repository}/{route}"]
        assert isinstance(found, list)
        return found
