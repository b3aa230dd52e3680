"""The usage of `metapixel import`, and its outputs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from metapixel_cli.grants.unread import SHARES, UnreadPart
from metapixel_cli.importing.report import as_json, plain_text
from metapixel_cli.importing.run import ImportResult as Imported
from metapixel_cli.importing.selection import Filter, NotImported, Selection, select
from metapixel_cli.importing.targets import Draft
from metapixel_cli.stacks import pulumi
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.cli.importing.estates import agency, estate, pixel
from tests.conftest import Approve
from tests.support.example import NORTHLIGHT, OWNER, PIXEL

URN = "urn:pulumi:prod::shop::pulumi-python:dynamic/metapixel:PixelAgencyShare::north-shop"


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(metapixel, ["import", *arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--business", "1"], "Missing option '--stack'"),
        (["--stack", "s"], "one of the options --business and --clients-of"),
        (["--stack", "s", "--business", "1", "--clients-of", "2"], "one of the options"),
        (
            ["--stack", "s", "--clients-of", "1", "--to", "access.yaml"],
            "--to needs a Python module",
        ),
        (["--business", "1", "--stack", "s", "--to", "a.py", "--provider", "p"], "--provider"),
        (["--stack", "s", "--clients-of", "1", "--agency", "2"], "--agency has no effect"),
        (["--business", "1", "--stack", "s", "--to", "access.txt"], "--to needs the name"),
        (["--business", "1", "--stack", "s", "--to", "my-access.py"], "--to needs the name"),
        (["--business", "1", "--stack", "s", "--to", "none/access.py"], "folder none does not"),
    ],
)
def test_a_mistake_in_the_options_is_named_and_ends_with_2(
    arguments: list[str], message: str
) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def export(monkeypatch: pytest.MonkeyPatch, stack: str = "prod", **deployment: object) -> None:
    """Let Pulumi return this deployment as the state of a stack, and an empty one of others."""
    state, empty = (
        json.dumps({"version": 3, "deployment": each}).encode() for each in (deployment, {})
    )
    monkeypatch.setattr(pulumi, "export", lambda name, cwd, **_: state if name == stack else empty)
    monkeypatch.setattr(pulumi, "configuration", lambda stack, cwd: {})


@pytest.mark.parametrize("mode", [[], ["--dry-run"]])
def test_a_state_with_records_of_a_killed_command_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, mode: list[str]
) -> None:
    bucket = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::logs"
    operations = [
        {"type": kind, "resource": {"urn": urn, "type": urn.split("::")[2], "inputs": {}}}
        for kind, urn in (("creating", URN), ("updating", bucket))
    ]
    export(monkeypatch, pending_operations=operations)

    result = run("--business", "1", "--stack", "prod", *mode, META_ACCESS_TOKEN="unused")

    assert (result.exit_code, result.stdout) == (1, "")
    listed = "north-shop (creating), logs (updating)"
    assert f"did not complete 2 of its operations on stack prod: {listed}" in result.stderr
    assert "Nothing" not in result.stderr


@pytest.mark.parametrize("damaged", ["prod", "other"])
def test_a_state_with_a_damaged_id_is_refused(
    monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    share = {"urn": URN, "type": ResourceType.SHARE.dynamic, "id": "11/agency"}
    export(monkeypatch, damaged, resources=[share])

    stacks = ("--stack", "prod", "--skip-stack", "other")
    result = run("--business", "1", *stacks, META_ACCESS_TOKEN="unused")

    assert (result.exit_code, result.stdout) == (1, "")
    before = "Before the import, correct stack shop/prod, or update pulumi-metapixel"
    assert f"Error: {before}: north-shop: its id in the state is incomplete\n" in result.stderr


def test_access_that_a_killed_command_created_for_another_stack_is_left_out(
    monkeypatch: pytest.MonkeyPatch, sim: Simulator
) -> None:
    inputs = {"pixel_id": PIXEL, "agency_business_id": NORTHLIGHT}
    killed = {"urn": URN, "type": ResourceType.SHARE.dynamic, "inputs": inputs}
    export(monkeypatch, "other", pending_operations=[{"type": "creating", "resource": killed}])

    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    chosen = ("--business", OWNER, "--pixel", PIXEL, "--graph-url", sim.url)
    stacks = ("--stack", "prod", "--skip-stack", "other")
    result = run(*chosen, *stacks, META_ACCESS_TOKEN="owner-token")

    assert "A stack already manages 1 of the selected resources." in result.stdout


def test_an_import_that_reads_nothing_at_all_fails_with_one_line(
    monkeypatch: pytest.MonkeyPatch, sim: Simulator
) -> None:
    export(monkeypatch)

    options = ("--business", OWNER, "--stack", "prod", "--graph-url", sim.url)
    result = run(*options, META_ACCESS_TOKEN="northlight-token")

    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: Nothing was read. 127.0.0.1:")
    assert " refused to read the pixels of business" in line


def selected(count: int = 1) -> Selection:
    agencies = [agency(f"20{number:02}", "ADVERTISE") for number in range(count)]
    accounts = {each.id: ["31"] for each in agencies[:1]}
    return select([estate(pixel("11", *agencies, accounts=accounts))], Filter(), ())


WAITS = NotImported("pixel Shop (11) with agency X (29)", "it waits")
REFUSED = UnreadPart("pixel 12", "12", SHARES, "Meta refused")
MODULE = Draft(Path("access.py"), "# The access.\n", "Add this code:\n    import access")


def made(access: Selection | None = None, **changes: Any) -> Imported:
    """Return a report of a complete import of some shares, and of one permission."""
    found = replace(access or selected(), managed=("12/2000",))
    done = Imported("prod", False, found, dict.fromkeys(found.access, URN), {}, MODULE)
    return replace(done, **changes)


MIXED = replace(selected(), left_out=(WAITS,), unread=(REFUSED,))
MANY = replace(selected(21), left_out=(WAITS,) * 21)
DRAFTED = made(selected(25), urns={})
BY_HAND = Draft(Path("access.yaml"), "", "Add:\n\na: 1\n")
OWN = select([estate(pixel("11", accounts={"1001": ["31"]}))], Filter(), ())
REPORTS = {
    "import-reports.txt": {
        "imported, left out and not read": made(MIXED),
        "nothing": made(selected(0), draft=None),
        "entries for a person": replace(DRAFTED, draft=BY_HAND),
        "access that only the file declares": DRAFTED,
        "ad accounts of the owner": made(OWN),
    },
    "import-dry-runs.txt": {
        "a dry run with a new file": made(dry_run=True),
        "a dry run with entries for a person": made(dry_run=True, draft=BY_HAND),
        "a dry run that read too little": made(replace(MIXED, access={}), draft=None, dry_run=True),
    },
    "import-long-report.txt": {"only imported resources are cut": made(MANY)},
}


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_as_approved(name: str, approve: Approve) -> None:
    texts = (f"# {title}\n\n{plain_text(found)}" for title, found in REPORTS[name].items())

    approve(name, "\n".join(texts))


def test_the_json_document_lists_all_that_was_imported_and_all_that_was_not() -> None:
    document = json.loads(as_json(made(replace(MANY, unread=(REFUSED,)))))

    assert len(document["imported"]) == 22
    assert document["imported"][0] == {"id": "11/2000", "urn": URN, "tasks": ["ADVERTISE"]}
    assert {each["reason"] for each in document["not_imported"]} == {WAITS.reason}
    assert [each["reason"] for each in document["unread"]] == [REFUSED.reason]
    assert (document["complete"], document["file"]) == (False, "access.py")


def test_a_name_is_no_command_of_a_ci_system() -> None:
    hostile = pixel("11", agency("20", name="##vso[task.complete]"), name="##[error]")

    assert not re.search(r"##\w*\[", plain_text(made(select([estate(hostile)], Filter(), ()))))


def test_only_open_requests_leave_an_import_complete() -> None:
    request = NotImported("sharing request 41", "Meta does not return the pixels", is_gap=False)
    open_ = replace(selected(), left_out=(request,))

    assert made(open_).is_complete
    for found in (replace(open_, left_out=(request, WAITS)), replace(open_, unread=(REFUSED,))):
        assert not made(found).is_complete
    assert not made(reasons={"11/2000": "it waits"}).is_complete
    assert not DRAFTED.is_complete
