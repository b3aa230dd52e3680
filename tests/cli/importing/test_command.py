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
from metapixel_cli.importing.report import plain_text
from metapixel_cli.importing.run import Result as Imported
from metapixel_cli.importing.selection import Filter, NotImported, Selection, select
from metapixel_cli.importing.targets import Draft
from metapixel_cli.stacks import pulumi
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
    before = "Before the import, correct stack shop/prod, or update pulumi-metapixel"
    assert f"Error: {before}: north-shop: its id in the state is incomplete\n" in result.stderr


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


WAITS = NotImported("pixel Shop (11) with agency X (29)", "it waits")
REFUSED = UnreadPart("pixel 12", "12", SHARES, "Meta refused")
MODULE = Draft(Path("access.py"), "# The access.\n", "Add this code:\n    import access")


def made(access: Selection | None = None, **changes: Any) -> Imported:
    """Return a report of a complete import of some shares, and of one permission."""
    found = replace(access or selected(), managed=("12/2000",))
    done = Imported("prod", False, found, dict.fromkeys(found.access, URN), {}, MODULE)
    return replace(done, **changes)


def test_the_text_lists_what_was_imported_and_what_was_not() -> None:
    assert plain_text(made(replace(selected(), left_out=(WAITS,), unread=(REFUSED,)))) == (
        "Imported 1 share and 1 ad account permission of business Acme (1001) into stack prod.\n"
        "  - north-shop: pixel Pixel 11 (11) with agency Agency 2000 (2000) for ADVERTISE\n"
        "  - north-shop: ad account Account 31 (31) on pixel Pixel 11 (11)\n"
        "Without the agencies' tokens, a program cannot withdraw 1 ad account permission or end "
        "their shares. Declare these permissions with the agencies' tokens, or import with "
        "--without-ad-accounts.\n"
        "A stack already manages 1 of the selected resources.\n"
        "Not imported (1):\n"
        "  - pixel Shop (11) with agency X (29): it waits\n"
        "Not read (1):\n"
        "  - pixel 12, shares: Meta refused\n"
        "Wrote access.py.\n"
        "A preview of the program plans no change of these resources. They are protected until "
        "the next `pulumi up` of this program, which writes nothing to Meta.\n"
        "The shares have no reason and no end date yet: add both to access.py.\n"
    )


NOTHING = made(urns={}, draft=None)
MANY = replace(selected(25), left_out=(WAITS,) * 40)
DRAFTED = made(selected(25), urns={}, drafted_ids=frozenset(selected(25).access))
BY_HAND = Draft(Path("access.yaml"), "", "Add:\n\na: 1\n")


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        pytest.param(
            made(dry_run=True),
            ["Would import 1 share", "\nWould write access.py:\n\n# The access.\n"],
            id="a-dry-run-prints-the-file",
        ),
        pytest.param(
            made(dry_run=True, draft=BY_HAND),
            ["Would import 1 share", "\nAdd:\n\na: 1\n"],
            id="a-dry-run-prints-the-entries",
        ),
        pytest.param(
            replace(NOTHING, dry_run=True, selection=replace(selected(), unread=(REFUSED,))),
            ["Would import nothing of business Acme (1001) into", "\nNot read (1):\n"],
            id="only-incomplete",
        ),
        pytest.param(
            NOTHING,
            [
                "There is nothing to import from business Acme (1001) into stack prod.\n"
                "A stack already manages 1 of the selected resources.\n"
            ],
            id="nothing",
        ),
        pytest.param(
            replace(DRAFTED, draft=BY_HAND),
            ["Imported nothing of", "\nAdd:\n\na: 1\n\nThen run the same command again.\n"],
            id="entries-for-a-person",
        ),
        pytest.param(
            DRAFTED,
            [
                "Without the agencies' tokens",
                "\nWrote access.py, with 25 shares and 1 ad account permission.\n",
                "Add this code:\n    import access\nThen run the same command again.\n",
            ],
            id="only-the-file-declares-it",
        ),
        pytest.param(
            made(MANY),
            [
                "Imported 25 shares and 1 ad account permission",
                "\n  - and 6 more\n",
                *[": it waits\n"] * 40,
            ],
            id="only-imported-resources-are-cut",
        ),
    ],
)
def test_the_text_has_these_parts_in_this_order(found: Imported, parts: list[str]) -> None:
    text, place = plain_text(found), 0

    for part in parts:
        assert part in text[place:]
        place = text.index(part, place) + len(part)


def test_a_name_is_no_command_of_a_ci_system() -> None:
    hostile = pixel("11", agency("20", name="##vso[task.complete]"), name="##[error]")

    assert not re.search(r"##\w*\[", plain_text(made(select([estate(hostile)], Filter(), ()))))


def test_ad_accounts_of_the_owner_need_no_token_of_an_agency() -> None:
    own = select([estate(pixel("11", accounts={"1001": ["31"]}))], Filter(), ())

    assert "tokens" not in plain_text(made(own))


def test_only_open_requests_leave_an_import_complete() -> None:
    request = NotImported("sharing request 41", "Meta does not return the pixels", is_gap=False)
    open_ = replace(selected(), left_out=(request,))

    assert made(open_).is_complete
    for found in (replace(open_, left_out=(request, WAITS)), replace(open_, unread=(REFUSED,))):
        assert not made(found).is_complete
    assert not made(reasons={"11/2000": "it waits"}).is_complete
    assert not DRAFTED.is_complete
