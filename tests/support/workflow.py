"""A local run of a job on GitHub, which executes the shell steps of its action unchanged, in order.

This module replaces the services of GitHub: the checkout, artifacts, environments, and the API that
`gh` calls. An expression or action that the module does not know is an error, so that no step is
skipped by mistake. A secret or variable that the job's environment does not have is empty.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.command_lines import in_shell
from tests.support.github import GitHub
from tests.support.stack import ROOT
from tests.support.terminal import record

ACTIONS = ROOT / "actions"
#: The condition of a step, which also runs after a step that failed if it begins with a function.
_CONDITION = re.compile(r"(\$\{\{ !cancelled\(\) && )?([\w.-]+) == '(\w*)'( \}\})?")
_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_PRIVATE = re.compile(r"META_|PULUMI_|GITHUB_|PG|PYTHON|VIRTUAL_ENV")
_MAY_BE_EMPTY = ("secrets.", "vars.", "steps.")


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


def printed(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run a command that must succeed, and return its standard output."""
    process = subprocess.run(
        command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=True
    )
    return process.stdout.strip()


@dataclass
class JobRun:
    """The result of a job: the names of failed steps, its log, its summary, and its outputs."""

    failed: list[str] = field(default_factory=list)
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


#: The environments that an earlier job has installed, by the scripts and the requirements.
_installed: dict[str, list[Path]] = {}


@dataclass(frozen=True)
class Runner:
    """A machine that runs jobs. The jobs check out the repository `origin` and use `github`."""

    github: GitHub
    origin: Path
    environment: Mapping[str, str]

    def run(
        self,
        workflow: Path,
        job: str,
        workspace: Path,
        context: Mapping[str, str],
        environments: Mapping[str, Mapping[str, str]],
        ref: str,
        dies_after: str,
    ) -> JobRun:
        """Run the action of a job, up to the step `dies_after` if it is given.

        `environments` are those of the repository on GitHub, with their variables and secrets.
        """
        its = yaml.safe_load(workflow.read_text())["jobs"][job]
        (call,) = its["steps"]
        named = re.fullmatch(r"OWNER/pulumi-metapixel/actions/(\w+)@[0-9a-f]{40}", call["uses"])
        assert named
        described = yaml.safe_load((ACTIONS / named[1] / "action.yml").read_text())
        github = {
            "github.repository": self.github.repository,
            "github.token": "github-token",
            "github.ref": ref,
            **{name: value for name, value in context.items() if name.startswith("github.")},
        }
        known = {"false": "false", **github, **context}
        environment = self._resolve(its.get("environment", ""), known)
        known = {**known, **environments.get(environment, {})}
        plain = {name: "true" if each is True else str(each) for name, each in call["with"].items()}
        given = {name: self._resolve(each, known) for name, each in plain.items()}
        inputs = {name: each.get("default") for name, each in described["inputs"].items()} | given
        assert inputs.keys() == described["inputs"].keys()
        assert all(value is not None for value in inputs.values())
        self.github.push(self._commit("main"))
        settings = {
            "GITHUB_ACTION_PATH": str(ACTIONS / named[1]),
            "GITHUB_SHA": self._commit(ref),
        }
        inner = github | {f"inputs.{name}": value for name, value in inputs.items()}
        inner["github.workspace"] = str(workspace)
        steps = described["runs"]["steps"]
        outcome, done = self._run(steps, workspace, settings, inner, ref, dies_after)
        for name, output in described.get("outputs", {}).items():
            outcome.outputs[name] = self._resolve(output["value"], done)
        return outcome

    def _run(
        self,
        steps: Iterable[Mapping[str, Any]],
        workspace: Path,
        settings: Mapping[str, object],
        context: Mapping[str, str],
        ref: str,
        dies_after: str,
    ) -> tuple[JobRun, Mapping[str, str]]:
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
            if not self._is_due(step.get("if"), context, bool(outcome.failed)):
                continue
            name = step.get("name") or step["uses"].partition("@")[0]
            own = {**settings, **step.get("env", {})}
            resolved = {key: self._resolve(str(value), context) for key, value in own.items()}
            if "uses" in step:
                ok = self._use(step, workspace, context, ref)
            else:
                assert step["shell"] == "bash"
                resolved["GITHUB_WORKSPACE"] = str(workspace)
                folder = workspace / self._resolve(step["working-directory"], context)
                places = [folder, workspace / "base" / folder.relative_to(workspace)]
                install = name == "Install"
                ok = install and self._lend(step["run"], places, files["OUTPUT"])
                ok = ok or self._shell(step, folder, resolved, files, outcome)
                if ok and install:
                    self._keep(step["run"], places, files["OUTPUT"])
            if not ok:
                outcome.failed.append(name)
            ended = "success" if ok else "failure"
            context = {**context, f"steps.{step.get('id')}.outcome": ended}
            for line in files["OUTPUT"].read_text().splitlines():
                key, _, value = line.partition("=")
                context = {**context, f"steps.{step.get('id')}.outputs.{key}": value}
            files["OUTPUT"].write_text("")
            if name == dies_after:
                break
        outcome.summary = files["STEP_SUMMARY"].read_text()
        return outcome, context

    def _is_due(self, condition: str | None, context: Mapping[str, str], has_failed: bool) -> bool:
        """Decide a condition such as `inputs.unlock == 'true'`. An input is always a string."""
        if condition is None:
            return not has_failed
        compared = _CONDITION.fullmatch(condition)
        assert compared, condition
        return (bool(compared[1]) or not has_failed) and context.get(compared[2]) == compared[3]

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
            clone = ["git", "clone", "--quiet", str(self.origin), str(target)]
            printed(clone, workspace, self.environment)
            checkout = ["git", "checkout", "--quiet", given.get("ref", ref)]
            printed(checkout, target, self.environment)
        elif action == "actions/upload-artifact":
            kept = self.github.artifact(given["name"])
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(workspace / given["path"], kept)
        elif action == "actions/download-artifact":
            kept = self.github.artifact(given["name"])
            if not kept.exists():
                return False
            shutil.copytree(kept, workspace / given["path"], symlinks=True)
        else:
            # Python and Pulumi are already installed.
            assert action in ("actions/setup-python", "pulumi/actions"), action
        return True

    def _commit(self, ref: str) -> str:
        return printed(["git", "rev-parse", ref], self.origin, self.environment)

    def _places(self, script: str, folders: list[Path], output: Path) -> tuple[str, list[Path]]:
        """Return what decides about the environments that a script installs, and their places."""
        wanted = [folder / "requirements.txt" for folder in folders]
        key = script + "".join(path.read_text() for path in wanted if path.exists())
        temporary = output.with_suffix(".temp")
        return key, [*(folder / ".venv" for folder in folders), temporary / "metapixel"]

    def _lend(self, script: str, folders: list[Path], output: Path) -> bool:
        """Lend the folders what the script has installed for the same requirements.

        Returns False if the script has to run, which takes most of a job's time.
        """
        key, places = self._places(script, folders, output)
        for place, installed in zip(places, _installed.get(key, ()), strict=False):
            if installed.exists():
                place.symlink_to(installed)
        return key in _installed

    def _keep(self, script: str, folders: list[Path], output: Path) -> None:
        key, places = self._places(script, folders, output)
        _installed.setdefault(key, places)

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
        file.write_text(script)
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
