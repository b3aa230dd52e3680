"""The lines of the page about access: the first report in an empty folder, and a real stack."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
import requests

from metapixel_simulator import Simulator
from tests.engine.command_lines.test_simulator import serving
from tests.support.command_lines import in_shell
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL
from tests.support.programs import program, share
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, filled, follows

pytestmark = pytest.mark.engine

ACCESS = "metapixel access --business 1001204537800111 --graph-url http://127.0.0.1:8765"
FILES = f"{ACCESS} --output access.json --output access.csv"
AGAIN = f"{ACCESS} --access-file accepted.yaml"
SCHEMA = "metapixel access --schema"
OF_ONE = "metapixel access --business BUSINESS --stack STACK"
OF_TWO = "metapixel access --business BUSINESS --stack STACK --stack OTHER"
OF_CLIENTS = "metapixel access --clients-of 3003456789000333 --graph-url http://127.0.0.1:8765"
PAGE = (ROOT / "docs/access.md").read_text()
CSV_PAGE = (ROOT / "docs/access-csv.md").read_text()
OF_CSV = "metapixel access --business BUSINESS --stack STACK --output access.csv"


@follows(ACCESS, FILES, AGAIN, OF_CLIENTS)
def test_the_reports_of_both_sides_are_made_at_the_simulator_as_the_page_says(
    tmp_path: Path,
) -> None:
    section = PAGE.partition("## At the simulator\n")[2].partition("\n## Options")[0]
    (accepted,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "accepted.yaml").write_text(accepted.replace("2027-06-30", "2099-06-30"))
    lines = list(in_shell("\n".join(re.findall(r"(?m)^    (.*)", section))))
    assert lines == [ACCESS, FILES, AGAIN, OF_CLIENTS]
    owner, agency = re.findall(r"(?m)^    export META_ACCESS_TOKEN=(\S+)", section)
    terminal = Terminal(tmp_path, {"META_ACCESS_TOKEN": owner})

    with serving("metapixel simulator", tmp_path) as url:
        given = {"pixel": PIXEL, "agency": HARBOUR, "permitted_tasks": ["ANALYZE"]}
        requests.post(f"{url}/_control/shares", json=given).raise_for_status()
        first = terminal.type(ACCESS, at=url).text
        terminal.type(FILES, at=url)
        again = terminal.type(AGAIN, at=url).text
        terminal.environment["META_ACCESS_TOKEN"] = agency
        of_clients = terminal.type(OF_CLIENTS, at=url).text

    assert "(unmanaged): 1" in first
    assert "Access: 1 share." in of_clients
    rows = list(csv.DictReader(StringIO((tmp_path / "access.csv").read_text(), newline="")))
    assert [row["route"] for row in rows if row["record"] == "access"] == ["share"]
    assert "1 accepted finding" in again
    assert "(unmanaged)" not in again


@follows(OF_TWO, "metapixel import", "pulumi stack --show-urns")
@follows("pulumi state delete URN", after=["is declared more than once, by {}, so the access"])
def test_a_second_stack_takes_a_share_over_knowingly_is_found_and_gives_it_up(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    first = stack(program(share("one", PIXEL, NORTHLIGHT)), name="first")
    first.up()
    backend = {"PULUMI_BACKEND_URL": first.environment["PULUMI_BACKEND_URL"]}
    careful = program(share("two", PIXEL, NORTHLIGHT, on_existing="fail"))
    second = stack(careful, name="second", environment=backend)
    terminal = Terminal.of(second)
    shutil.copy(first.project / "Pulumi.first.yaml", second.project)

    assert "otherwise run `metapixel import`" in second.up(ok=False).output
    terminal.type("metapixel import", options=[f"--business {OWNER}", "--stack second"])
    second.up()  # An import protects what it records until the next update.
    line = filled(
        f"{OF_TWO} --fail-on declared-twice", BUSINESS=OWNER, STACK="first", OTHER="second"
    )
    terminal.type(OF_TWO, BUSINESS=OWNER, STACK="first", OTHER="second")
    twice = terminal.type(line, ok=False)
    assert twice.code == 3
    assert "Declared more than once (declared-twice)" in twice.text
    assert "'one' in stack project/first and 'two' in stack project/second" in twice.text
    urn = second.urn("two")
    assert urn in terminal.type("pulumi stack --show-urns").output
    terminal.type("pulumi state delete URN", URN=urn)
    second.write(program())
    second.up()

    terminal.type(line)
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


@follows(OF_CSV)
def test_the_page_for_auditors_explains_each_column_of_the_file(
    stack: Callable[..., Stack],
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT)))
    made.up()

    Terminal.of(made).type(OF_CSV, BUSINESS=OWNER, STACK="test")

    (row, *_) = csv.DictReader(StringIO((made.project / "access.csv").read_text("utf-8-sig")))
    explained = re.findall(r"(?m)^\| (`.*?) \| ", CSV_PAGE)
    assert re.findall(r"`([^`]+)`", ", ".join(explained)) == sorted(row, key=list(row).index)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", row["as_of"])


def names(document: str) -> list[tuple[str, str, str]]:
    """Return the route, the stack and the drift of each row."""
    rows = json.loads(document)["rows"]
    return [(row["route"], row["stack"], row["drift"]) for row in rows]


@follows("metapixel access", "--business", "--stack", "--cwd", "--graph-url", "--api-version")
@follows(OF_ONE, "--credentials", "--json")
@follows("pulumi stack export", after=["The state is not an exported stack"])
@follows("--state", "--output", "--force", "--today")
@follows("--access-file", "--request-days", SCHEMA)
def test_access_is_compared_with_a_stack_and_the_options_do_what_the_page_says(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT), share("two", PIXEL, HARBOUR)))
    made.up()
    terminal = Terminal.of(made)
    meta = [f"--graph-url {sim.url}", "--api-version v26.0", f"--business {OWNER}"]
    of_stack = ["--stack test", f"--cwd {made.project}"]

    options = [f"--business {OWNER} --graph-url {sim.url}", "--state state.json"]
    (made.project / "state.json").write_text("{}")
    terminal.type("metapixel access", options=options, ok=False)
    terminal.type("pulumi stack export", options=["--file state.json"])

    terminal.type("metapixel access", options=[*options, "--output access.json"])
    refused = terminal.type(
        "metapixel access", options=[*options, "--output access.json"], ok=False
    )
    terminal.type("metapixel access", options=[*options, "--output access.json", "--force"])
    late = [*options, "--today 2030-01-01", "--fail-on open-request", "--request-days 3"]
    old = terminal.type("metapixel access", options=late, ok=False)
    (made.project / "accepted.yaml").write_text(
        "accepted:\n  - {finding: silent-pixel, reason: Known, expires_on: 2099-12-31}\n"
    )
    known = terminal.type("metapixel access", options=[*options, "--access-file accepted.yaml"])
    schema = json.loads(terminal.type(SCHEMA).printed)

    assert refused.code == 2
    assert "add --force to replace it" in refused.text
    assert old.code == 3
    assert f"to business Harbour Performance ({HARBOUR}) has been open since" in old.text
    assert "accepted finding" in known.text
    jsonschema.validate(json.loads((made.project / "access.json").read_text()), schema)

    declared = terminal.type("metapixel access", options=[*meta, *of_stack, "--json"])
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    drifted = terminal.type("metapixel access", options=[*meta, *of_stack, "--json"])
    short = terminal.type(OF_ONE, BUSINESS=OWNER, STACK="test")
    terminal.environment["META_ACCESS_TOKEN_OWNER"] = terminal.environment.pop("META_ACCESS_TOKEN")
    named = ["--credentials owner", "--fail-on unmanaged"]
    undeclared = terminal.type("metapixel access", options=[*meta, *named], ok=False)
    unread = terminal.type("metapixel access", options=[*meta, *named, "--stack other"], ok=False)

    title = json.loads(declared.printed)["stacks"]
    assert title == ["project/test"]
    assert names(declared.printed) == [("request", *title, "none"), ("share", *title, "none")]
    assert ("share", *title, "more") in names(drifted.printed)
    assert "(drifted): 1" in short.text
    assert undeclared.code == 3
    assert unread.code == 4
    assert "Pulumi knows no stack other in this project" in unread.text
