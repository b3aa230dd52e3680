"""The usage of `metapixel import`, and its outputs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from metapixel_cli.importing.report import Report, as_json, plain_text
from metapixel_cli.importing.run import Result as Imported
from metapixel_cli.importing.selection import Filter, NotImported, NotRead, Selection, select
from metapixel_cli.importing.targets import Draft
from metapixel_cli.stacks import pulumi
from metapixel_provider.sharing.estate.estate import ReadOutcome
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator, World
from tests.cli.importing.estates import agency, estate, pixel
from tests.support.example import OWNER

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
        (["--business", "x", "--stack", "s"], "this is not an id"),
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


@pytest.mark.parametrize("file", ["access.py", "access.yaml"])
@pytest.mark.parametrize(
    "project",
    [
        "name: p\nruntime: yaml\n",
        "runtime: {options: {compiler: cue}, name: 'yaml'}\n",
        '{"name": "p", "runtime": "yaml"}',
    ],
)
def test_a_file_for_a_program_in_python_is_refused_in_a_project_of_another_language(
    tmp_path: Path, project: str, file: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(project)

    result = run("--business", "1", "--stack", "s", "--cwd", str(tmp_path), "--to", file)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Only a program in Python can use {file}" in result.stderr
    assert "is in yaml; use --to import.json." in result.stderr


def test_without_pulumi_the_command_fails_with_one_sentence(tmp_path: Path) -> None:
    result = run("--business", "1", "--stack", "s", PATH=str(tmp_path))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "because Pulumi is not on PATH" in result.stderr


@pytest.mark.parametrize("mode", [[], ["--dry-run"]])
def test_a_state_with_records_of_a_killed_command_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, mode: list[str]
) -> None:
    bucket = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::logs"
    operations = [
        {"type": kind, "resource": {"urn": urn, "type": urn.split("::")[2], "inputs": {}}}
        for kind, urn in (("creating", URN), ("updating", bucket))
    ]
    state = json.dumps({"version": 3, "deployment": {"pending_operations": operations}})
    monkeypatch.setattr(pulumi, "export", lambda stack, cwd: state.encode())
    monkeypatch.setattr(pulumi, "configuration", lambda stack, cwd: {})

    result = run("--business", "1", "--stack", "prod", *mode, META_ACCESS_TOKEN="unused")

    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        "did not complete 2 of its operations on stack prod: north-shop (creating), logs (updating)"
        in result.stderr
    )
    assert "Nothing" not in result.stderr


@pytest.mark.parametrize("id_", ["11", "11/agency", "11/22/33"])
def test_a_state_with_a_damaged_id_is_refused(monkeypatch: pytest.MonkeyPatch, id_: str) -> None:
    share = {"urn": URN, "type": ResourceType.SHARE.dynamic, "id": id_}
    state = json.dumps({"version": 3, "deployment": {"resources": [share]}}).encode()
    monkeypatch.setattr(pulumi, "export", lambda stack, cwd: state)
    monkeypatch.setattr(pulumi, "configuration", lambda stack, cwd: {})

    result = run("--business", "1", "--stack", "prod", META_ACCESS_TOKEN="unused")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "incomplete ids in the state: north-shop; correct stack prod before" in result.stderr


def test_an_import_that_reads_nothing_at_all_fails_with_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    empty = json.dumps({"version": 3, "deployment": {}}).encode()
    monkeypatch.setattr(pulumi, "export", lambda stack, cwd: empty)
    monkeypatch.setattr(pulumi, "configuration", lambda stack, cwd: {})

    with Simulator(World.example()) as sim:
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


WAITS = NotImported("11/29", "pixel Shop (11) with agency X (29)", "it waits")
REFUSED = NotRead("the agencies of pixel 12", ReadOutcome.REFUSED, "Meta refused")
MODULE = Draft(Path("access.py"), "# The access.\n", False, ("import access",))


def made(
    access: Selection | None = None,
    *,
    imports: bool = True,
    not_imported: tuple[NotImported, ...] = (WAITS,),
    not_read: tuple[NotRead, ...] = (REFUSED,),
    draft: Draft | None = MODULE,
    drafted: frozenset[str] = frozenset(),
    dry_run: bool = False,
    name: str = "Acme",
) -> Report:
    """Return a report of an import of some shares, and of one permission."""
    found = replace(access or selected(), managed=("12/2000",), not_read=not_read)
    imported = Imported(
        dict.fromkeys(found.access, URN) if imports else {}, not_imported, draft, drafted
    )
    return Report(("1001", name), "prod", dry_run, found, imported)


def test_the_text_lists_what_was_imported_and_what_was_not() -> None:
    assert plain_text(made()) == (
        "Imported 1 share and 1 ad account permission of business Acme (1001) into stack prod.\n"
        "  - north-shop: pixel Pixel 11 (11) with agency Agency 2000 (2000) for ADVERTISE\n"
        "  - north-shop: ad account Account 31 (31) on pixel Pixel 11 (11)\n"
        "Without the agencies' tokens, a program cannot withdraw 1 ad account permission or end "
        "their shares. Declare these permissions with the agencies' tokens, or import with "
        "--without-ad-accounts.\n"
        "A stack already manages 1 of the selected resources.\n"
        "Not imported (1):\n"
        "  - pixel Shop (11) with agency X (29): it waits\n"
        "Not read completely (1):\n"
        "  - the agencies of pixel 12 (refused): Meta refused\n"
        "Wrote access.py.\n"
        "A preview of the program plans no change of these resources. They are protected until "
        "the next `pulumi up` of this program, which writes nothing to Meta.\n"
        "The shares have no reason and no end date yet: add both to access.py.\n"
    )


def test_the_text_has_one_line_for_reads_that_meta_refused_for_the_same_cause() -> None:
    refused = tuple(
        NotRead(f"the ad accounts on pixel {pixel}", ReadOutcome.REFUSED, f"no (trace id {pixel})")
        for pixel in range(11, 14)
    )

    text = plain_text(made(not_read=refused))

    assert (
        "Not read completely (3):\n"
        "  - the ad accounts on pixel 11, and 2 other parts (refused): no (trace id 11)\n"
    ) in text


def test_the_text_of_a_dry_run_contains_the_file() -> None:
    text = plain_text(made(dry_run=True, not_imported=(), not_read=()))

    assert text.startswith("Would import 1 share")
    assert text.endswith("Would write access.py:\n\n# The access.\n")


def test_ad_accounts_of_the_owner_need_no_token_of_an_agency() -> None:
    own = select([estate(pixel("11", accounts={"1001": ["31"]}))], Filter(), ())

    text = plain_text(made(own))

    assert text.startswith("Imported 1 ad account permission of business")
    assert "tokens" not in text


def test_the_text_names_a_business_without_a_known_name_by_its_id() -> None:
    text = plain_text(made(name="", imports=False, draft=None))

    assert text.startswith("Imported nothing from business 1001 into stack prod.\n")


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_text_of_an_import_without_access_reports_that_there_is_nothing_to_import(
    dry_run: bool,
) -> None:
    found = made(imports=False, draft=None, not_imported=(), not_read=(), dry_run=dry_run)

    assert plain_text(found) == (
        "There is nothing to import from business Acme (1001) into stack prod.\n"
        "A stack already manages 1 of the selected resources.\n"
    )
    assert json.loads(as_json(found))["file"] is None


@pytest.mark.parametrize(("dry_run", "verb"), [(True, "Would import"), (False, "Imported")])
def test_the_text_of_an_import_that_is_only_incomplete_does_not_claim_that_there_is_nothing(
    dry_run: bool, verb: str
) -> None:
    text = plain_text(made(imports=False, draft=None, dry_run=dry_run))

    assert text.startswith(f"{verb} nothing from business Acme (1001) into stack prod.\nA stack")
    assert "Not imported (1):" in text


@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_that_would_not_change_is_not_part_of_the_report(is_new: bool) -> None:
    draft = Draft(Path("access.yaml"), "a: 1\n", not is_new, ())

    assert (made(draft=draft, dry_run=True).file is not None) is is_new


def test_entries_for_a_file_that_a_person_edits_are_printed_with_the_next_step() -> None:
    draft = Draft(Path("access.yaml"), "a: 1\n", True, (), next_step="Add:", is_by_hand=True)

    found = made(imports=False, draft=draft)

    text = plain_text(found)
    assert text.endswith("Add:\n\na: 1\n\nThen run the same command again.\n")
    assert json.loads(as_json(found))["file"] == {
        "path": "access.yaml",
        "written": False,
        "text": "a: 1\n",
    }


@pytest.mark.parametrize(
    ("written", "line"), [(True, "Wrote access.py, with "), (False, "The file access.py already")]
)
def test_the_text_counts_what_the_file_alone_declares_and_does_not_list_it(
    written: bool, line: str
) -> None:
    access = selected(25)
    undeclared = tuple(access.without(dict.fromkeys(access.access, "undeclared")))
    draft = replace(MODULE, exists=not written)

    found = made(
        access,
        imports=False,
        not_imported=undeclared,
        draft=draft,
        drafted=frozenset(access.access),
    )

    text = plain_text(found)
    assert line in text
    assert "with 25 shares and 1 ad account permission.\n" in text
    assert "Without the agencies' tokens" in text
    assert "undeclared" not in text
    assert "Add this code:\n    import access\nThen run the same command again.\n" in text
    assert not found.is_complete
    assert len(json.loads(as_json(found))["not_imported"]) == 26


def test_the_text_counts_resources_beyond_the_first_20() -> None:
    text = plain_text(made(selected(25)))

    assert text.startswith("Imported 25 shares and 1 ad account permission")
    assert "  - and 6 more\n" in text


def test_the_text_lists_everything_that_was_not_imported() -> None:
    left = tuple(NotImported(f"11/{n}", f"share {n}", "it waits") for n in range(100, 140))

    assert plain_text(made(not_imported=left)).count(": it waits\n") == 40


def test_the_json_document_lists_every_resource_with_its_ids() -> None:
    document = json.loads(as_json(made(selected(25))))

    assert len(document["imported"]) == 26
    assert document["imported"][0] == {
        "kind": "share",
        "id": "11/2000",
        "urn": URN,
        "pixel": {"id": "11", "name": "Pixel 11"},
        "business": {"id": "2000", "name": "Agency 2000"},
        "tasks": ["ADVERTISE"],
    }
    assert document["imported"][-1]["ad_account"] == {"id": "31", "name": "Account 31"}
    assert document["file"] == {"path": "access.py", "written": True, "text": "# The access.\n"}
    assert document["complete"] is False


def test_only_open_requests_leave_an_import_complete() -> None:
    request = NotImported(
        "41", "sharing request 41", "Meta does not return the pixels", is_gap=False
    )

    assert made(not_read=(), not_imported=(request,)).is_complete
    assert not made(not_read=()).is_complete
    assert not made(not_imported=()).is_complete
