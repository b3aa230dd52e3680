"""A local run of a GitHub workflow, which executes its shell steps unchanged and in order.

This module replaces the services of GitHub: the checkout, artifacts, environments, and the API that
`gh` calls. An expression or action that the module does not know is an error, so that no step is
skipped by mistake. A secret or variable that the job's environment does not have is empty.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.support.command_lines import in_shell
from tests.support.terminal import record

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")

_GH = """#!{python}
import json, pathlib, re, sys
home = pathlib.Path({home!r})
arguments = sys.argv[1:]
assert arguments.pop(0) == "api"
method, body, fields, path = "GET", None, {{}}, None
while arguments:
    argument = arguments.pop(0)
    if argument == "--method": method = arguments.pop(0)
    elif argument == "--input": body = json.loads(pathlib.Path(arguments.pop(0)).read_text())
    elif argument == "-f": fields.update([arguments.pop(0).split("=", 1)])
    elif argument != "--paginate": path = argument
data = json.loads((home / "github.json").read_text())
route = path.partition("?")[0]
if method == "GET":
    found = data[route]
    print(json.dumps([each for each in found if each.get("state") != "closed"]))
else:
    sent = fields | (body or {{}})
    data["calls"].append([method, route, sent])
    user = {{"login": "github-actions[bot]"}}
    if method == "POST":
        made = sent | {{"id": len(data["calls"]), "number": len(data["calls"]), "user": user}}
        data[route].append(made)
    else:
        listed, _, number = route.rpartition("/")
        places = [each for key, each in data.items() if key != "calls"]
        made = next(each for place in places for each in place if str(each.get("id")) == number)
        made.update(sent)
    print(json.dumps({{"html_url": "https://github.example/made"}}))
    (home / "github.json").write_text(json.dumps(data))
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
        self.artifacts: dict[str, Path] = {}
        home.mkdir()
        (home / "bin").mkdir()
        gh = home / "bin" / "gh"
        gh.write_text(_GH.format(python=sys.executable, home=str(home)))
        gh.chmod(0o755)
        # The action that sets up Python provides `python`. Some machines only have `python3`.
        python = home / "bin" / "python"
        python.write_text(_PYTHON.format(python=Path(sys.executable).resolve()))
        python.chmod(0o755)
        self._write({"calls": [], f"repos/{repository}/issues": []})

    def pull_request(self, number: int, sha: str) -> None:
        """Open a pull request. If it is already open, change its commit and keep its comments."""
        data = self._read()
        data[f"repos/{self.repository}/pulls"] = [{"number": number, "head": {"sha": sha}}]
        data.setdefault(f"repos/{self.repository}/issues/{number}/comments", [])
        self._write(data)

    def listed(self, route: str) -> list[dict[str, object]]:
        """Return the objects under a route of the repository."""
        return self._read()[f"repos/{self.repository}/{route}"]

    def _read(self) -> dict[str, list]:  # type: ignore[type-arg]
        found = json.loads((self.home / "github.json").read_text())
        assert isinstance(found, dict)
        return found

    def _write(self, data: Mapping[str, object]) -> None:
        (self.home / "github.json").write_text(json.dumps(data))


@dataclass
class JobRun:
    """The result of a job: the names of failed steps, its log, and its summary."""

    failed: list[str] = field(default_factory=list)
    log: str = ""
    summary: str = ""


@dataclass
class Runner:
    """A machine that runs jobs. The jobs check out the repository `origin` and use `github`.

    `environments` are those of the repository on GitHub, each with its variables and secrets.
    `installed` are workspaces by the requirements that an earlier job has installed in them.
    """

    github: GitHub
    origin: Path
    environment: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]]
    installed: dict[str, Path] = field(default_factory=dict)

    def run(
        self,
        workflow: Path,
        job: str,
        workspace: Path,
        context: Mapping[str, str],
        ref: str = "main",
        dies_after: str = "",
    ) -> JobRun:
        """Run a job of a workflow, up to the step `dies_after` if it is given."""
        described = yaml.safe_load(workflow.read_text())
        steps = described["jobs"][job]
        workspace.mkdir(parents=True)
        context = {
            "github.workspace": str(workspace),
            "github.repository": self.github.repository,
            "github.token": "github-token",
            "github.ref": ref,
            **self.environments.get(steps.get("environment", ""), {}),
            **context,
        }
        outcome = JobRun()
        files = {
            name: workspace.parent / f"{workspace.name}-{name}"
            for name in ("OUTPUT", "STEP_SUMMARY")
        }
        for file in files.values():
            file.touch()
        for step in steps["steps"]:
            condition = step.get("if")
            if outcome.failed or (condition and context.get(condition) != "true"):
                continue
            name = step.get("name") or step["uses"]
            settings = {**described.get("env", {}), **step.get("env", {})}
            resolved = {key: self._resolve(str(value), context) for key, value in settings.items()}
            if "uses" in step:
                ok = self._use(step, workspace, context, ref)
                ok = ok or step.get("continue-on-error", False)
            else:
                assert described["defaults"]["run"]["shell"] == "bash"
                run = self._install if name == "Install" else self._shell
                ok = run(step, workspace, resolved, files, outcome)
            if not ok:
                outcome.failed.append(name)
            for line in files["OUTPUT"].read_text().splitlines():
                key, _, value = line.partition("=")
                context = {**context, f"steps.{step.get('id')}.outputs.{key}": value}
            files["OUTPUT"].write_text("")
            if name == dies_after:
                break
        outcome.summary = files["STEP_SUMMARY"].read_text()
        return outcome

    def _resolve(self, text: str, context: Mapping[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1].startswith(("secrets.", "vars.")):
                return context.get(found[1], "")
            return context[found[1]]

        return _EXPRESSION.sub(value, text)

    def _use(
        self, step: Mapping[str, object], workspace: Path, context: Mapping[str, str], ref: str
    ) -> bool:
        action, _, version = str(step["uses"]).partition("@")
        assert re.fullmatch("[0-9a-f]{40}", version), f"{action} is not pinned to a commit"
        inputs = step.get("with", {})
        assert isinstance(inputs, dict)
        given = {key: self._resolve(str(value), context) for key, value in inputs.items()}
        if action == "actions/checkout":
            target = workspace / given.get("path", ".")
            self._git("clone", "--quiet", str(self.origin), str(target))
            self._git("-C", str(target), "checkout", "--quiet", given.get("ref", ref))
        elif action == "actions/upload-artifact":
            kept = self.github.home / "artifacts" / given["name"]
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(workspace / given["path"], kept)
            self.github.artifacts[given["name"]] = kept
        elif action == "actions/download-artifact":
            if given["name"] not in self.github.artifacts:
                return False
            shutil.copytree(self.github.artifacts[given["name"]], workspace / given["path"])
        else:
            # Python and Pulumi are already installed.
            assert action in ("actions/setup-python", "pulumi/actions"), action
        return True

    def _git(self, *arguments: str) -> None:
        subprocess.run(
            ["git", *arguments], check=True, capture_output=True, env=dict(self.environment)
        )

    def _install(
        self,
        step: Mapping[str, object],
        workspace: Path,
        settings: Mapping[str, str],
        files: Mapping[str, Path],
        outcome: JobRun,
    ) -> bool:
        """Run a step once for the same requirements, because it takes most of a job's time."""
        wanted = sorted(workspace.rglob("requirements.*"))
        key = str(step["run"]) + "".join(path.read_text() for path in wanted)
        if key not in self.installed:
            ok = self._shell(step, workspace, settings, files, outcome)
            self.installed[key] = workspace
            return ok
        for environment in sorted(self.installed[key].rglob(".venv")):
            target = workspace / environment.relative_to(self.installed[key])
            target.symlink_to(environment)
        return True

    def _shell(
        self,
        step: Mapping[str, object],
        workspace: Path,
        settings: Mapping[str, str],
        files: Mapping[str, Path],
        outcome: JobRun,
    ) -> bool:
        script = str(step["run"])
        # Text that other people wrote must be in the environment. In a script, it would be code.
        assert "${{" not in script
        process = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=workspace / str(step.get("working-directory", ".")),
            env={
                **self.environment,
                "PATH": f"{self.github.home / 'bin'}:{self.environment['PATH']}",
                "GITHUB_REPOSITORY": self.github.repository,
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_RUN_ID": "7",
                "GITHUB_SHA": "merged",
                **{f"GITHUB_{name}": str(file) for name, file in files.items()},
                **settings,
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        outcome.log += f"--- {step.get('name')}\n{process.stdout}{process.stderr}"
        if process.returncode == 0:
            record(in_shell(script))
        return process.returncode == 0
