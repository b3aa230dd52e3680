"""A program in the place of `gh`, with the routes of GitHub's REST API that our files call.

It keeps what GitHub knows in a file. `plan` decides about environments, and `role` about settings.
Sources: GitHub, REST API: "Deployment environments", "Deployment branch policies", "Rules".
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

BOT = {"login": "github-actions[bot]", "type": "Bot"}
#: The parts of a change that an environment of a private repository has only in GitHub Enterprise.
ENTERPRISE = ("wait_timer", "reviewers", "prevent_self_review", "can_admins_bypass")
_ENVIRONMENT = re.compile(r"repos/[^/]+/[^/]+/environments/[\w-]+")
_SETTINGS = re.compile(r"/(environments|rulesets)(/|$)")


def main(home: str, arguments: list[str]) -> None:
    if arguments[:2] == ["run", "download"]:
        _download(Path(home), dict(zip(arguments[3::2], arguments[4::2], strict=False)))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--input")
    parser.add_argument("-f", action="append", default=[])
    parser.add_argument("--jq", default="")
    parser.add_argument("--paginate", action="store_true")
    asked = parser.parse_args(arguments)
    body: dict[str, Any] = dict(field.split("=", 1) for field in asked.f)
    if asked.input:
        read = sys.stdin.read() if asked.input == "-" else Path(asked.input).read_text()
        body |= json.loads(read)
    file = Path(home, "github.json")
    data = json.loads(file.read_text())
    route, _, query = asked.path.replace("{owner}/{repo}", data["repository"]).partition("?")
    if asked.method == "GET":
        found = _read(data, route, query)
    else:
        data["calls"].append([asked.method, route, body])
        found = _write(data, asked.method, route, body)
        file.write_text(json.dumps(data))
    picked = asked.jq.removeprefix(".")
    print(found[picked] if picked else json.dumps(found))


def _download(home: Path, given: dict[str, str]) -> None:
    kept = home / "artifacts" / given["--name"]
    if not kept.exists():
        sys.exit("no valid artifacts found to download")
    shutil.copytree(kept, given["--dir"], symlinks=True, dirs_exist_ok=True)


def _refuse(status: int, message: str) -> NoReturn:
    print(json.dumps({"message": message, "status": str(status)}))
    sys.exit(f"gh: {message} (HTTP {status})")


def _read(data: dict[str, Any], route: str, query: str) -> Any:
    if data["plan"] == "free" and _SETTINGS.search(route):
        _refuse(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
    if data.get(route) is None:
        _refuse(404, "Not Found")
    found = data[route]
    if query.startswith("status="):
        runs = [each for each in found["workflow_runs"] if f"={each['status']}&" in query]
        return {"workflow_runs": runs}
    if isinstance(found, list):
        return [each for each in found if each.get("state") != "closed"]
    if "/rulesets/" in route and data["role"] != "admin":
        return {key: value for key, value in found.items() if key != "bypass_actors"}
    return found


def _write(data: dict[str, Any], method: str, route: str, sent: dict[str, Any]) -> Any:
    if _SETTINGS.search(route):
        if data["role"] != "admin":
            _refuse(403, "Must have admin rights to Repository.")
        if data["plan"] == "free":
            _read(data, route, "")
        if _ENVIRONMENT.fullmatch(route):
            assert method == "PUT"
            return _environment(data, route, sent)
        if "/environments/" in route:
            return _branch_policy(data, route, sent)
        return _ruleset(data, method, route, sent)
    if method == "POST":
        number = len(data["calls"])
        data[route].append(sent | {"id": number, "number": number, "user": BOT})
    else:
        named = route.rpartition("/")[2]
        lists = [each for key, each in data.items() if key != "calls" and isinstance(each, list)]
        next(each for listed in lists for each in listed if str(each.get("id")) == named).update(
            sent
        )
    return {"html_url": "https://github.example/made"}


def _environment(data: dict[str, Any], route: str, sent: dict[str, Any]) -> Any:
    """Create or replace an environment. A setting that a change does not repeat is lost."""
    if data["plan"] == "team" and any(key in sent for key in ENTERPRISE):
        _refuse(422, "Please ensure the billing plan supports the required reviewers rule.")
    policy = sent.get("deployment_branch_policy")
    rules: list[dict[str, Any]] = []
    if sent.get("wait_timer"):
        rules.append({"type": "wait_timer", "wait_timer": sent["wait_timer"]})
    if sent.get("reviewers"):
        listed = [
            {"type": each["type"], "reviewer": {"id": each["id"]}} for each in sent["reviewers"]
        ]
        itself = sent.get("prevent_self_review", False)
        rules.append(
            {"type": "required_reviewers", "prevent_self_review": itself, "reviewers": listed}
        )
    if policy:
        assert policy["protected_branches"] != policy["custom_branch_policies"]
        rules.append({"type": "branch_policy"})
    data[route] = {
        "name": route.rpartition("/")[2],
        "can_admins_bypass": sent.get("can_admins_bypass", True),
        "protection_rules": rules,
        "deployment_branch_policy": policy,
    }
    data.setdefault(f"{route}/deployment-branch-policies", {"branch_policies": []})
    return data[route]


def _branch_policy(data: dict[str, Any], route: str, sent: dict[str, Any]) -> Any:
    environment = data[route.removesuffix("/deployment-branch-policies")]
    assert environment["deployment_branch_policy"]["custom_branch_policies"]
    made = {"id": len(data["calls"]), "type": "branch"} | sent
    data[route]["branch_policies"].append(made)
    return made


def _ruleset(data: dict[str, Any], method: str, route: str, sent: dict[str, Any]) -> Any:
    """Create or change a ruleset, which applies to the default branch."""
    rulesets = route.partition("/rulesets")[0] + "/rulesets"
    number = len(data["calls"]) if method == "POST" else int(route.rpartition("/")[2])
    known = data[f"{rulesets}/{number}"] if method == "PUT" else {}
    made = {"id": number, "source_type": "Repository"} | known | sent
    data[f"{rulesets}/{number}"] = made
    others = [each for each in data[rulesets] if each["id"] != number]
    data[rulesets] = [*others, {"id": number, "name": made["name"]}]
    return made
