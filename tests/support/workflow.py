"""A local run of a GitHub workflow, which executes its shell steps unchanged and in order.

This module replaces the services of GitHub: the checkout, artifacts, environments, and the API that
`gh` calls. An expression or action that the module does not know is an error, so that no step is
skipped by mistake. A secret or variable that the job's environment does not have is empty.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.command_lines import in_shell
from tests.support.terminal import record

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_PRIVATE = re.compile(r"META_|PULUMI_|GITHUB_|PG|PYTHON|VIRTUAL_ENV|(ACCESS_TOKEN|APP_SECRET)$")
_MAY_BE_EMPTY = ("secrets.", "vars.", "steps.")

_GH = """#!{python}
import json, pathlib, re, sys
home = pathlib.Path({home!r})
arguments = sys.argv[1:]
assert arguments.pop(0) == "api"
method, body, fields, path, picked = "GET", None, {{}}, None, None
while arguments:
    argument = arguments.pop(0)
    if argument == "--method": method = arguments.pop(0)
    elif argument == "--input": body = json.loads(pathlib.Path(arguments.pop(0)).read_text())
    elif argument == "-f": fields.update([arguments.pop(0).split("=", 1)])
    elif argument == "--jq": picked = arguments.pop(0).removeprefix(".")
    elif argument != "--paginate": path = argument
data = json.loads((home / "github.json").read_text())
route = path.partition("?")[0]
if method == "GET":
    found = data[route]
    if picked:
        print(found[picked])
        sys.exit()
    print(json.dumps([each for each in found if each.get("state") != "closed"]))
else:
    sent = fields | (body or {{}})
    data["calls"].append([method, route, sent])
    user = {{"login": "github-actions[bot]", "type": "Bot"}}
    if method == "POST":
        made = sent | {{"id": len(data["calls"]), "number": len(data["calls"]), "user": user}}
        data[route].append(made)
    elif method == "PUT":
        data[route] = [{{"name": label}} for label in sent["labels"]]
    else:
        listed, _, number = route.rpartition("/")
        places = [each for key, each in data.items() if key != "calls" and isinstance(each, list)]
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


def machine(home: Path, wheel: Path, lent: Path) -> dict[str, str]:
    """Return the environment of a machine for jobs.

    On this machine, pip installs our package from the folder of `wheel`. All other packages are in
    `lent`.
    """
    (home / "gitconfig").write_text(
        "[user]\n  name = test\n  email = test@example.com\n[init]\n  defaultBranch = main\n"
    )
    return {key: value for key, value in os.environ.items() if not _PRIVATE.match(key)} | {
        "PULUMI_HOME": str(home / "pulumi"),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheel.parent),
        "PYTHONPATH": str(lent),
        "PYTHONWARNINGS": "ignore",
    }


def reading_from(simulator: str, script: str) -> str:
    """Return a script in which `metapixel access` reads from the simulator instead of Meta."""
    return script.replace("metapixel access ", f"metapixel access --graph-url {simulator} ")


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
        project = f"repos/{repository}"
        self._write({"calls": [], project: {"visibility": "private"}, f"{project}/issues": []})

    def pull_request(self, number: int, sha: str) -> None:
        """Open a pull request. If it is already open, change its commit and keep its comments."""
        data = self._read()
        data[f"repos/{self.repository}/pulls"] = [{"number": number, "head": {"sha": sha}}]
        for kept in ("comments", "labels"):
            data.setdefault(f"repos/{self.repository}/issues/{number}/{kept}", [])
        self._write(data)

    def publish(self) -> None:
        """Make the repository public."""
        data = self._read()
        data[f"repos/{self.repository}"] = {"visibility": "public"}
        self._write(data)

    def branch(self, name: str, sha: str) -> None:
        """Set the newest commit of a branch."""
        data = self._read()
        data[f"repos/{self.repository}/commits/{name}"] = {"sha": sha}
        self._write(data)

    def label(self, number: int, *labels: str) -> None:
        """Set the labels of a pull request."""
        data = self._read()
        named = [{"name": label} for label in labels]
        data[f"repos/{self.repository}/issues/{number}/labels"] = named
        self._write(data)

    def listed(self, route: str) -> list[dict[str, object]]:
        """Return the objects under a route of the repository."""
        found = self._read()[f"repos/{self.repository}/{route}"]
        assert isinstance(found, list)
        return found

    def _read(self) -> dict[str, Any]:
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
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """A machine that runs jobs. The jobs check out the repository `origin` and use `github`.

    `environments` are those of the repository on GitHub, each with its variables and secrets.
    `simulator` is the address that replaces Meta's in the command that reads no stack's settings.
    `installed` are workspaces by the requirements that an earlier job has installed in them.
    """

    github: GitHub
    origin: Path
    environment: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]]
    simulator: str = ""
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
        assert described["defaults"]["run"]["shell"] == "bash"
        its = described["jobs"][job]
        known = {
            "github.repository": self.github.repository,
            "github.token": "github-token",
            "github.ref": ref,
            **self.environments.get(its.get("environment", ""), {}),
            **context,
        }
        self.github.branch("main", self._commit("main"))
        settings = {**described.get("env", {}), "GITHUB_SHA": self._commit(ref)}
        return self._run(its["steps"], workspace, settings, known, ref, dies_after)

    def act(self, action: Path, workspace: Path, inputs: Mapping[str, str]) -> JobRun:
        """Run a composite action in a workspace that a job has prepared."""
        described = yaml.safe_load(action.read_text())
        assert inputs.keys() <= described["inputs"].keys()
        known = {
            "github.token": "github-token",
            "github.event.workflow_run.head_sha": "",
            "github.event.pull_request.head.sha": "f" * 40,
        }
        for name, declared in described["inputs"].items():
            value = inputs[name] if declared.get("required") else inputs.get(name)
            default = self._resolve(str(declared.get("default")), known)
            known[f"inputs.{name}"] = default if value is None else value
        steps = described["runs"]["steps"]
        assert all(step["shell"] == "bash" for step in steps if "run" in step)
        settings = {"GITHUB_ACTION_PATH": str(action.parent)}
        return self._run(steps, workspace, settings, known)

    def _run(
        self,
        steps: Iterable[Mapping[str, Any]],
        workspace: Path,
        settings: Mapping[str, object],
        context: Mapping[str, str],
        ref: str = "main",
        dies_after: str = "",
    ) -> JobRun:
        workspace.mkdir(parents=True, exist_ok=True)
        outcome = JobRun()
        files = {
            name: workspace.parent / f"{workspace.name}-{name}"
            for name in ("OUTPUT", "STEP_SUMMARY")
        }
        for file in files.values():
            file.write_text("")
        files["OUTPUT"].with_suffix(".temp").mkdir(exist_ok=True)
        for step in steps:
            if outcome.failed or not self._is_due(step.get("if"), context):
                continue
            name = step.get("name") or step["uses"]
            own = {**settings, **step.get("env", {})}
            resolved = {key: self._resolve(str(value), context) for key, value in own.items()}
            if "uses" in step:
                ok = self._use(step, workspace, context, ref)
                ok = ok or step.get("continue-on-error", False)
                python = str(self.github.home / "bin" / "python")
                context = {**context, f"steps.{step.get('id')}.outputs.python-path": python}
            else:
                folder = workspace / self._resolve(step.get("working-directory", "."), context)
                ok = name == "Install" and self._is_installed(step["run"], folder)
                ok = ok or self._shell(step, folder, resolved, files, outcome)
            if not ok:
                outcome.failed.append(name)
            for line in files["OUTPUT"].read_text().splitlines():
                key, _, value = line.partition("=")
                context = {**context, f"steps.{step.get('id')}.outputs.{key}": value}
            files["OUTPUT"].write_text("")
            if name == dies_after:
                break
        outcome.summary = files["STEP_SUMMARY"].read_text()
        outcome.outputs = {
            key.removeprefix("steps."): value for key, value in context.items() if "outputs" in key
        }
        return outcome

    def _is_due(self, condition: str | None, context: Mapping[str, str]) -> bool:
        """Decide a condition such as `inputs.unlock`, or `inputs.a == '' && inputs.b != ''`."""

        def holds(part: str) -> bool:
            compared = re.fullmatch(r"([\w.-]+)(?: ([!=]=) '(\w*)')?", part)
            assert compared, part
            name, operator, value = compared.groups()
            if operator is None:
                return context.get(name) == "true"
            return (context[name] == value) is (operator == "==")

        return condition is None or all(map(holds, condition.split(" && ")))

    def _resolve(self, text: str, context: Mapping[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            for name in found[1].split(" || "):
                known = context.get(name, "") if name.startswith(_MAY_BE_EMPTY) else context[name]
                if known:
                    return known
            return ""

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
            kept = self.github.artifacts[given["name"]]
            shutil.copytree(kept, workspace / given["path"], symlinks=True)
        else:
            # Python and Pulumi are already installed.
            assert action in ("actions/setup-python", "pulumi/actions"), action
        return True

    def _commit(self, ref: str) -> str:
        return self._git("-C", str(self.origin), "rev-parse", ref)

    def _git(self, *arguments: str) -> str:
        process = subprocess.run(
            ["git", *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=dict(self.environment),
        )
        return process.stdout.strip()

    def _is_installed(self, script: str, workspace: Path) -> bool:
        """Lend the workspace what the script has installed for the same requirements.

        Returns False if the script has to run, which takes most of a job's time.
        """
        wanted = sorted(workspace.rglob("requirements.*"))
        key = script + "".join(path.read_text() for path in wanted)
        lender = self.installed.setdefault(key, workspace)
        for environment in sorted(lender.rglob(".venv")) if lender != workspace else ():
            (workspace / environment.relative_to(lender)).symlink_to(environment)
        return lender != workspace

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
        # GitHub runs a file too. With `-c`, bash would replace itself with the last command.
        file = files["OUTPUT"].with_suffix(".temp") / "step.sh"
        file.write_text(reading_from(self.simulator, script))
        process = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(file)],
            cwd=workspace,
            env={
                **self.environment,
                "PATH": f"{self.github.home / 'bin'}:{self.environment['PATH']}",
                "GITHUB_REPOSITORY": self.github.repository,
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_RUN_ID": "7",
                "GITHUB_SHA": "merged",
                "RUNNER_TEMP": str(files["OUTPUT"].with_suffix(".temp")),
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
