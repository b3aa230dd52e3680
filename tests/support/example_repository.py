"""A repository made of examples/github-actions, whose pull requests and merges run workflows."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.support.backends.backend import Backend
from tests.support.command_lines import in_workflow
from tests.support.example import PIXEL_2
from tests.support.github import GitHub
from tests.support.programs import program
from tests.support.stack import ROOT
from tests.support.workflow import ACTIONS, JobRun, Runner, machine, printed

EXAMPLE = ROOT / "examples/github-actions"
WORKFLOWS = EXAMPLE / ".github/workflows"
OWN = "acme/pixel-access"
DEPENDABOT = "dependabot[bot]"
PASSPHRASE = "the-passphrase-of-the-stack"
#: The token of the owner, which the jobs use.
TOKEN = "owner-token"
#: The command lines of each action.
LINES = {
    path.parent.name: set(in_workflow(path.read_text())) for path in ACTIONS.glob("*/action.yml")
}
UNLOCK = "pulumi --non-interactive cancel --yes --stack $STACK"


class Repository:
    """A repository made of the example, whose pull requests and merges run the workflows.

    The project is in `folder`.
    """

    def __init__(
        self,
        home: Path,
        wheel: Path,
        lent: Path,
        sim: Simulator,
        backend: Backend,
        folder: str,
    ) -> None:
        assert shutil.which("jq"), "the workflows use jq, as GitHub's runners have it"
        self.home, self.sim = home, sim
        self.jobs = 0
        self.environment = machine(home, wheel, lent)
        self.origin = home / "origin.git"
        self.work = home / "work"
        self.project = self.work / folder
        left_out = shutil.ignore_patterns("__pycache__", ".github")
        shutil.copytree(EXAMPLE, self.project, ignore=left_out)
        shutil.copytree(EXAMPLE / ".github", self.work / ".github")
        for path in (self.work / ".github/workflows").iterdir():
            inputs = f"with:\n          working-directory: {folder}\n"
            if path.stem in ("apply", "endings", "nightly"):
                inputs += f"          graph-url: {sim.url}\n"
            path.write_text(path.read_text().replace("with:\n", inputs))
        settings = f"config:\n  metapixel:graphUrl: {sim.url}\n"
        (self.project / "Pulumi.production.yaml").write_text(settings)
        (self.project / "requirements.txt").write_text(
            # The pin, which `Compare the pins` reads. The wheel takes the place of the clone.
            f"pulumi-metapixel @ {wheel.as_uri()} # git+https://github.com/OWNER/pulumi-metapixel"
            f"@{'0' * 40}\n"
        )
        self.program = self.project / "__main__.py"
        self.access = self.project / "access.yaml"
        self.access.write_text(re.sub(r"\d{4}-\d\d-\d\d", day(90), self.access.read_text()))
        self.git("init", "--quiet", "--bare", str(self.origin))
        self.git("init", "--quiet")
        self.git("remote", "add", "origin", str(self.origin))
        self._writer = {
            **self.environment,
            **backend.writer,
            "PULUMI_BACKEND_URL": backend.url,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        }
        self.pulumi("stack", "init", "production")
        self.commit("main")
        reading, writing = (_settings(backend, each) for each in (backend.reader, backend.writer))
        token = {"secrets.META_ACCESS_TOKEN": TOKEN}
        self.github = GitHub(home / "github")
        self.github.protect("apply-production", "main", reviewers=1)
        self.github.protect("endings", "main")
        self.github.protect("review", "main")
        self.runner = Runner(self.github, self.origin, self.environment)
        #: The variables and secrets of each environment on GitHub.
        self.environments = {
            "preview": reading,
            "review": reading | token,
            "apply-production": writing | token,
            "endings": writing | token,
        }

    def git(self, *arguments: str) -> str:
        return printed(["git", *arguments], self.work, self.environment)

    def pulumi(self, *arguments: str) -> str:
        """Run a command as somebody who may write the state."""
        command = ["pulumi", "--non-interactive", *arguments]
        return printed(command, self.project, self._writer)

    def recorded(self, stack: str = "production") -> dict[tuple[str, str], frozenset[str]]:
        """Return the active shares of the state, as the simulator lists those of Meta."""
        state = json.loads(self.pulumi("stack", "export", "--stack", stack))
        found = [each.get("outputs", {}) for each in state["deployment"].get("resources", ())]
        return {
            (each["pixel_id"], each["agency_business_id"]): frozenset(each["granted_tasks"])
            for each in found
            if each.get("status") == "ACTIVE" and "granted_tasks" in each
        }

    def commit(self, branch: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change access")
        self.git("push", "--quiet", "origin", f"HEAD:{branch}")
        return self.git("rev-parse", "HEAD")

    def declare(self, *statements: str) -> None:
        """Merge another program."""
        self.program.write_text(program(*statements))
        self.commit("main")

    def run(
        self,
        workflow: str,
        job: str,
        context: dict[str, str] | None = None,
        ref: str = "main",
        *,
        has_secrets: bool = True,
        dies_after: str = "",
    ) -> JobRun:
        """Run a job as the work tree describes it, for the stack `production`."""
        self.jobs += 1
        folder = self.home / f"job-{self.jobs}"
        path = self.work / f".github/workflows/{workflow}.yml"
        known = {"matrix.stack": "production", **(context or {})}
        environments = self.environments if has_secrets else {}
        return self.runner.run(path, job, folder, known, environments, ref, dies_after)

    def open(self, number: int, access: str, author: str = "person") -> str:
        """Open or move a pull request with another access file, and return its commit."""
        self.git("switch", "--quiet", "--force-create", "proposal")
        self.access.write_text(access)
        head = self.commit("proposal")
        changed = self.git("diff", "--name-only", "origin/main").split()
        self.github.pull_request(number, head, *changed, author=author)
        shutil.rmtree(self.github.artifact(""), ignore_errors=True)
        return head

    def preview(
        self, head: str, *, fork: bool = False, author: str = "person", dies_after: str = ""
    ) -> JobRun:
        pull = {
            "user.login": author,
            "base.sha": self.git("rev-parse", "origin/main"),
            "head.sha": head,
            "number": "5",
            "head.repo.full_name": "stranger/fork" if fork else OWN,
        }
        context = {f"github.event.pull_request.{key}": value for key, value in pull.items()}
        return self.run(
            "preview",
            "preview",
            context,
            head,
            has_secrets=not fork and author != DEPENDABOT,
            dies_after=dies_after,
        )

    def comment(self, head: str, *, fork: bool = False, dies_after: str = "") -> JobRun:
        run = {
            "id": "7",
            "head_sha": head,
            "head_branch": "proposal",
            "head_repository.owner.login": "stranger" if fork else "acme",
            "head_repository.full_name": "stranger/fork" if fork else OWN,
            "html_url": f"https://github.com/{OWN}/actions/runs/7",
        }
        context = {f"github.event.workflow_run.{key}": value for key, value in run.items()}
        context["github.event.repository.default_branch"] = "main"
        outcome = self.run("comment", "comment", context, dies_after=dies_after)
        assert not outcome.failed, outcome.log
        return outcome

    def propose(
        self, number: int, access: str, *, fork: bool = False, author: str = "person"
    ) -> tuple[JobRun, str]:
        """A pull request with another access file; its preview, and the comments under it."""
        head = self.open(number, access, author)
        preview = self.preview(head, fork=fork, author=author)
        self.comment(head, fork=fork)
        comments = self.github.listed(f"issues/{number}/comments")
        return preview, "".join(str(each["body"]) for each in comments)

    def merge(self) -> None:
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.git("fetch", "--quiet")

    def review(
        self, dies_after: str = "", ref: str = "main", *chosen: str, stack: str = "production"
    ) -> JobRun:
        """The job that reviews a merge, with the chosen inputs of the workflow."""
        return self.run("apply", "review", inputs(chosen, stack), ref, dies_after=dies_after)

    def approve(
        self, dies_after: str = "", ref: str = "main", *chosen: str, stack: str = "production"
    ) -> JobRun:
        """The job that an approval starts, with the chosen inputs of the workflow."""
        return self.run("apply", "apply", inputs(chosen, stack), ref, dies_after=dies_after)

    def waits(self, *chosen: str) -> bool:
        """Review a merge, and return True if its stack waits for an approval."""
        reviewed = self.review("", "main", *chosen)
        assert not reviewed.failed, reviewed.log
        return reviewed.outputs["stack"] == "production"

    def apply(self, *chosen: str) -> None:
        """A review and its approval, both of which succeed."""
        for job in (self.review, self.approve):
            outcome = job("", "main", *chosen)
            assert not outcome.failed, outcome.log

    def end(self) -> JobRun:
        """The scheduled job that ends access on its day."""
        return self.run("endings", "end")

    def record(self, stack: str, pixel: str, agency: str) -> None:
        """Replace the state of a stack with one that contains only an active share."""
        type_ = ResourceType.SHARE.dynamic
        urn = f"urn:pulumi:{stack}::pixel-access::{type_}::one"
        recorded = {"urn": urn, "custom": True, "type": type_, "id": f"{pixel}/{agency}"} | {
            "inputs": {"permitted_tasks": ["ANALYZE"]},
            "outputs": {"status": "ACTIVE"},
        }
        file = self.home / "recorded.json"
        file.write_text(json.dumps({"version": 3, "deployment": {"resources": [recorded]}}))
        self.pulumi("stack", "import", "--stack", stack, "--file", str(file))

    def change_state(self, old: str, new: str) -> None:
        state = self.pulumi("stack", "export", "--stack", "production")
        changed = self.home / "changed.json"
        changed.write_text(state.replace(old, new))
        self.pulumi("stack", "import", "--stack", "production", "--file", str(changed))


def inputs(chosen: tuple[str, ...] = (), stack: str = "production") -> dict[str, str]:
    """Return the chosen inputs of the workflow `apply`, and the stack of a job."""
    names = ("unlock", "mass_removal")
    given = {f"inputs.{name}": str(name in chosen).lower() for name in names}
    return given | {"matrix.stack": stack}


def _settings(backend: Backend, role: Mapping[str, str]) -> dict[str, str]:
    """Return the variable and the secrets of an environment, whose URL contains the role."""
    url = backend.url.replace("://", f"://{role['PGUSER']}@")
    return {
        "vars.PULUMI_BACKEND_URL": url,
        "secrets.PGPASSWORD": role["PGPASSWORD"],
        "secrets.PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
    }


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def with_two_pixels(access: str) -> str:
    """Return the example's access file with another pixel of the agency."""
    two = access.replace("  shop:", f'  app: "{PIXEL_2}"\n  shop:', 1)
    return f"{two.rstrip()}\n      app: [ANALYZE]\n"


def wider(access: str) -> str:
    """Return the example's access file with one task more."""
    changed = access.replace("[ANALYZE]", "[ANALYZE, UPLOAD]")
    return changed.replace("attribution", "attribution and conversion")
