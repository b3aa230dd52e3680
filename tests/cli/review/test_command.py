"""`metapixel review` as a command: formats, exit codes, what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from tests.cli.review.streams import (
    STANDING,
    active,
    moved,
    said,
    share,
    standing,
    step,
    stream,
    summary,
    violation,
)

ROOT = Path(__file__).parents[3]
WIDENED = stream(step("create", new=share()))
REMOVED = stream(step("delete", active()))
BLOCKED = stream(step("create", new=share()), violation(), end=summary("failed"))
FAILED = stream(said("no token"), end=summary("failed"))
EXTENDED = stream(step("update", active(), share(("ANALYZE", "UPLOAD"))))
UNCHANGED = stream(step("same", active(), share()))
ACCEPTED = stream(step("update", standing("OPEN"), standing(), kind=STANDING))
MOVED = stream(moved("same", active(), share(), old_name="old", component="spring"))


def run(data: bytes, *arguments: str) -> Result:
    return CliRunner().invoke(metapixel, ["review", *arguments], input=data)


@pytest.mark.parametrize(
    ("data", "arguments", "code"),
    [
        (WIDENED, [], 0),
        (UNCHANGED, [], 0),
        (BLOCKED, [], 3),
        (BLOCKED, ["--fail-on", "nothing"], 0),
        (WIDENED, ["--fail-on", "widening"], 3),
        (WIDENED, ["--fail-on", "narrowing"], 0),
        (WIDENED, ["--fail-on", "narrowing", "--fail-on", "update"], 3),
        (EXTENDED, ["--fail-on", "unexplained"], 3),
        (WIDENED, ["--fail-on", "unexplained"], 0),
        (FAILED, ["--fail-on", "update"], 1),
        (WIDENED[:-60], [], 1),
        (WIDENED, ["--exit-code", "255"], 1),
        (b"", ["--exit-code", "255"], 1),
        (b"", [], 2),
        (b"no preview", [], 2),
        (WIDENED, ["--fail-on", "everything"], 2),
        (WIDENED, ["no-such-file.json"], 2),
        (WIDENED, ["--max-length", "9999"], 2),
        (WIDENED, ["--policy-config", __file__], 2),
    ],
)
def test_exit_codes_tell_failure_wrong_usage_and_findings_apart(
    data: bytes, arguments: list[str], code: int
) -> None:
    result = run(data, *arguments)

    assert result.exit_code == code
    assert bool(result.stdout) is (code != 2)
    assert bool(result.stderr) is (code == 2)


def test_a_preview_that_printed_nothing_is_a_comment_that_shows_why(tmp_path: Path) -> None:
    (tmp_path / "errors").write_text("error: no stack named 'prod' found\n")
    result = run(
        b"",
        *("--exit-code", "255", "--errors", str(tmp_path / "errors")),
        *("--project", "shop", "--stack", "prod"),
    )

    assert result.stdout.startswith("<!-- metapixel review of shop/prod -->\n### ❌ Preview failed")
    assert "> The preview ended with exit code 255" in result.stdout
    assert "> error: no stack named 'prod' found" in result.stdout


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://ci.example/7", " · [run](https://ci.example/7)"),
        *((url, "") for url in ("javascript:alert(1)", "https://x) [y](z", "http://x")),
    ],
)
def test_the_commit_is_shown_and_a_run_is_linked_by_a_plain_https_address(
    url: str, link: str
) -> None:
    said = run(WIDENED, "--commit", "0123456789abcdef", "--run-url", url).stdout

    assert f"commit `0123456789ab`{link}\n" in said


@pytest.mark.parametrize(
    "data", [WIDENED, REMOVED, BLOCKED, FAILED, UNCHANGED, WIDENED[:-60], MOVED, ACCEPTED]
)
def test_the_json_follows_its_schema(data: bytes, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"no-edit": "disabled"}')
    found = json.loads(run(data, "--policy-config", str(config), "--format", "json").stdout)

    closed = _closed(json.loads(run(b"", "--schema").stdout))
    assert isinstance(closed, dict)
    change = closed["$defs"]["Change"]
    assert {*change["required"]} == {*change["properties"]}
    jsonschema.Draft202012Validator(closed).validate(found)


def test_the_json_has_moves_and_numbers_of_shares_and_permissions() -> None:
    found = json.loads(run(MOVED, "--format", "json", "--project", "other").stdout)

    # The option is only for a preview that lacks its project.
    assert found["project"] == "shop"
    assert found["moved"][0]["moves"] == [
        {"before": "old", "after": "campaigns in spring (shop:index:Group)"}
    ]
    assert found["shares"] == {"managed": 1, "removed": [], "apart": 0}
    assert found["permissions"] == {"managed": 0, "removed": [], "apart": 0}


def _closed(node: object) -> object:
    """The schema without room for properties that it does not name."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if "properties" in node and "type" in node:
        closed.setdefault("additionalProperties", False)
    return closed


def test_json_holds_names_as_they_were_read_and_survives_broken_ones() -> None:
    name = "a|<b> \ud800"
    result = run(stream(step("update", active(name=name), share(("EDIT",)))), "--format", "json")

    assert json.loads(result.stdout)["changes"][0]["agency_name"] == name


@pytest.mark.rest
def test_megabytes_are_read_in_seconds() -> None:
    steps = [step("create", new=share(pixel=str(n)), name=str(n)) for n in range(20_000)]

    assert "of 20,000 changes left out here._" in run(stream(*steps)).stdout


def test_review_imports_neither_network_nor_engine() -> None:
    code = (
        "import sys; from metapixel_cli.commands import metapixel\n"
        "metapixel(['review', '--schema'], standalone_mode=False)\n"
        "found = {'requests', 'urllib3', 'pulumi', 'grpc', 'werkzeug'} & set(sys.modules)\n"
        "sys.exit(str(found) if found else 0)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert process.returncode == 0, process.stderr
