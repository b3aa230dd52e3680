"""The execution of a GitLab pipeline on this machine: the scripts of its jobs, unchanged."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.support.command_lines import in_shell
from tests.support.stack import ROOT
from tests.support.terminal import record
from tests.support.workflow import reading_from

TEMPLATES = ROOT / "examples/gitlab-ci/templates"


@dataclass
class Notes:
    """The notes of a merge request, and the URL of the API that serves them.

    Each note has its text in `bodies` and the id of its author in `authors`. The user of the token
    has the id 1.
    """

    url: str
    bodies: list[str] = field(default_factory=list)
    authors: list[int] = field(default_factory=list)

    def add(self, author: int, body: str) -> None:
        self.authors.append(author)
        self.bodies.append(body)


@contextmanager
def notes(token: str) -> Iterator[Notes]:
    """Serve the API for the notes of the merge request 5 in the project 1."""
    path = "/projects/1/merge_requests/5/notes"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/user":
                self.answer({"id": 1})
                return
            listed = [
                {"id": n, "author": {"id": author}, "body": body}
                for n, (author, body) in enumerate(zip(served.authors, served.bodies, strict=True))
            ]
            self.answer(listed if self.path.endswith("&page=1") else [])

        def do_POST(self) -> None:
            assert self.path == path
            served.add(1, self.text())
            self.answer({})

        def do_PUT(self) -> None:
            place, _, number = self.path.rpartition("/")
            assert place == path
            served.bodies[int(number)] = self.text()
            self.answer({})

        def text(self) -> str:
            return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

        def answer(self, document: object) -> None:
            self.send_response(200 if self.headers["PRIVATE-TOKEN"] == token else 401)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Notes(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Pipeline:
    """A machine for jobs, with an environment, and a project with its variables.

    `project` is a work tree. Jobs check out the commits that `commit` pushes. `scoped` are the
    variables of each environment, and `artifacts` are folders by their job. `simulator` is the
    address of the simulator.
    """

    project: Path
    home: Path
    environment: Mapping[str, str]
    scoped: Mapping[str, Mapping[str, str]]
    simulator: str
    artifacts: dict[str, Path] = field(default_factory=dict)
    jobs: int = 0

    def __post_init__(self) -> None:
        self._git("init", "--quiet", "--bare", str(self._origin))
        self._git("init", "--quiet")
        self.commit()

    def commit(self, branch: str = "main") -> str:
        """Push all files as the newest commit of a branch. Return the commit."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "--message", "Change access")
        self._git("push", "--quiet", "--force", str(self._origin), f"HEAD:refs/heads/{branch}")
        return self._git("rev-parse", "HEAD")

    def run(
        self, name: str, at: str = "main", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a job for the stack `production`, with the artifacts of the jobs that it needs.

        It runs at a branch or commit.
        """
        job = _extended(jobs(self.project), f"{name} production")
        self.jobs += 1
        workspace = self.home / f"job-{self.jobs}"
        self._git("clone", "--quiet", f"file://{self._origin}", str(workspace))
        self._git("-C", str(workspace), "checkout", "--quiet", at)
        for needed in job.get("needs", ()):
            shutil.copytree(self.artifacts[needed], workspace, dirs_exist_ok=True)
        lines = list(_flat([job["before_script"], job["script"]]))
        scope = job["environment"]["name"]
        # With `-c`, bash would replace itself with the last command.
        script = self.home / f"job-{self.jobs}.sh"
        script.write_text(reading_from(self.simulator, "\n".join(lines)))
        process = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=workspace,
            env={
                **self.environment,
                **job["variables"],
                "CI_PROJECT_ID": "1",
                "CI_MERGE_REQUEST_IID": "5",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_DEFAULT_BRANCH": "main",
                "CI_COMMIT_SHA": self._git("-C", str(workspace), "rev-parse", "HEAD"),
                "CI_JOB_URL": "https://gitlab.example/acme/pixel-access/-/jobs/7",
                **self.scoped.get(scope, {}),
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        if process.returncode == 0:
            record(in_shell("\n".join(lines)))
        kept = self.home / f"artifacts-{self.jobs}"
        for path in job.get("artifacts", {}).get("paths", ()):
            made = workspace / path
            if made.exists():
                copy = shutil.copytree if made.is_dir() else shutil.copy
                (kept / path).parent.mkdir(parents=True, exist_ok=True)
                copy(made, kept / path)
        if kept.exists() and (process.returncode == 0 or job["artifacts"].get("when") == "always"):
            self.artifacts[f"{name} production"] = kept
        return process

    def pulumi(self, *arguments: str) -> str:
        """Run a command as somebody who may write the state."""
        environment = {**self.scoped["apply-production"], "PULUMI_CONFIG_PASSPHRASE": ""}
        return self._printed(["pulumi", "--non-interactive", *arguments], environment)

    @property
    def _origin(self) -> Path:
        return self.home / "origin.git"

    def _git(self, *arguments: str) -> str:
        return self._printed(["git", *arguments], {})

    def _printed(self, command: list[str], environment: Mapping[str, str]) -> str:
        process = subprocess.run(
            command,
            cwd=self.project,
            env={**self.environment, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return process.stdout.strip()


def jobs(project: Path) -> dict[str, Any]:
    """Return the jobs of a project's pipeline, from the templates that it includes."""
    found: dict[str, Any] = {}
    for include in yaml.safe_load((project / ".gitlab-ci.yml").read_text())["include"]:
        path = TEMPLATES / str(include["remote"]).rpartition("/")[2]
        text = path.read_text()
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert include["integrity"] == f"sha256-{digest}", f"{path.name} has another digest"
        for name, value in include["inputs"].items():
            text = text.replace(f"$[[ inputs.{name} ]]", value)
        header, described = yaml.safe_load_all(text)
        assert header["spec"]["inputs"].keys() == include["inputs"].keys()
        found |= described
    return found


def _extended(described: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a job with the keys of the jobs that it extends."""
    job: dict[str, Any] = described[name]
    extended = job.get("extends", [])
    found: dict[str, Any] = {}
    for parent in [extended] if isinstance(extended, str) else extended:
        found |= _extended(described, parent)
    return found | job


def _flat(script: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of a script, which may contain other scripts."""
    for line in script:
        if isinstance(line, str):
            yield line
        else:
            yield from _flat(line)
