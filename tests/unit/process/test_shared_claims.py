"""The plugin processes of one operation share their claims; a later operation starts with none."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from metapixel_provider.errors import ConfigurationError, RefusedError
from metapixel_provider.process.claims import DONE, Claims
from metapixel_provider.process.journal import Journal
from metapixel_provider.sharing.contract import OlderRecord
from metapixel_provider.texts import digest

ENGINE = "127.0.0.1:50123"

#: A second process, which evaluates each line that it gets.
OTHER = f"""
import sys
from metapixel_provider.process.claims import Claims
from metapixel_provider.process.journal import Journal
journal = Journal.of_engine("{ENGINE}")
claims = Claims(journal)
def write(key, error=None):
    with claims.writing("share", key) as known:
        if error:
            raise ValueError(error)
        return known.older, known.has_ended
def delete(key):
    with claims.deleting("share", key) as known:
        return known.last_write
for line in sys.stdin:
    try:
        print(repr(eval(line)), flush=True)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
"""

HOLDS_A_LOCK = "claims.deleting('share', '1/3').__enter__()"
#: Lets no file grow, as on a full disk.
FULL = "__import__('resource').setrlimit(__import__('resource').RLIMIT_FSIZE, (0, 0))"


class Other:
    """Another plugin process of the same operation."""

    def __init__(self, engine: str = ENGINE) -> None:
        program = OTHER.replace(ENGINE, engine)
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.does("0")

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def does(self, expression: str) -> str:
        self.begins(expression)
        return self.answer()

    def begins(self, expression: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{expression}\n")
        self.process.stdin.flush()

    def answers_within(self, seconds: float) -> bool:
        assert self.process.stdout
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / f"metapixel-{os.getuid()}"


@pytest.fixture
def ours() -> Claims:
    return Claims(Journal.of_engine(ENGINE))


@pytest.fixture
def other(ours: Claims) -> Iterator[Other]:
    found = Other()
    yield found
    found.end()


@pytest.mark.parametrize(
    ("expression", "last_write", "deleted"),
    [
        ("claims.declare('share', '1/2', {'permitted_tasks': ['EDIT'], 'reason': 'x'})", "", False),
        ("write('1/2')", DONE, False),
        ("delete('1/2')", "", True),
        ("delete('1/3')", "", False),
    ],
)
def test_a_resource_that_another_process_declares_writes_or_deletes_is_not_deleted(
    ours: Claims, other: Other, expression: str, last_write: str, deleted: bool
) -> None:
    other.does(expression)

    assert ours.of("share", "1/2").is_declared is ("declare" in expression)
    assert ours.of("share", "1/2").has_ended is deleted
    with ours.deleting("share", "1/2") as known:
        assert known.last_write == last_write
        assert known.has_deleted("") is deleted
        tasks = {"permitted_tasks": ["EDIT"]} if "declare" in expression else {}
        assert known.declared_inputs({"resend": "1"}) == {"resend": "1"} | tasks


def test_a_resource_that_one_process_left_belongs_to_the_process_that_declares_it(
    ours: Claims, other: Other
) -> None:
    other.does("claims.declare('share', '1/2', {})")
    with ours.deleting("share", "1/2"):
        pass

    assert other.does("write('1/2')") == repr((OlderRecord({}, is_dropped=True), False))
    assert ours.of("share", "1/2").older is None


def test_after_a_failure_in_another_process_nothing_is_deleted(ours: Claims, other: Other) -> None:
    other.does("write('1/2', 'refused')")

    with pytest.raises(RefusedError, match="another resource failed"), ours.deleting("share", "3"):
        raise AssertionError("it was to be deleted")


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [("deleting", "write", (None, True)), ("writing", "delete", DONE)],
)
def test_a_creation_and_a_deletion_in_two_processes_wait_for_each_other_and_know_the_result(
    ours: Claims, other: Other, first: str, second: str, known: object
) -> None:
    with getattr(ours, first)("share", "1/2"):
        other.begins(f"{second}('1/2')")
        assert not other.answers_within(0.3)

    assert other.answer() == repr(known)


def test_a_record_that_another_process_refreshed_is_known_until_its_deletion(
    ours: Claims, other: Other
) -> None:
    other.does("claims.record_read('share', '1/2', {'status': 'PENDING'})")

    assert ours.of("share", "1/2").older == OlderRecord({})
    assert ours.record_read("share", "1/2", {"status": "PENDING"})
    other.does("claims.record_read('share', '1/2', {'status': 'ACTIVE'})")
    assert ours.of("share", "1/2").older == OlderRecord({"status": "PENDING"})
    other.does("delete('1/2')")
    assert ours.of("share", "1/2").older is None


def test_a_refreshed_record_that_another_process_drops_keeps_its_outputs_and_stays_dropped(
    ours: Claims, other: Other
) -> None:
    ours.declare("share", "1/2", {})
    ours.record_read("share", "1/2", {"status": "PENDING"})
    other.does("delete('1/2')")
    assert ours.of("share", "1/2").older == OlderRecord({"status": "PENDING"}, is_dropped=True)
    ours.record_read("share", "1/2", {"status": "ACTIVE"})
    assert ours.of("share", "1/2").older == OlderRecord({"status": "ACTIVE"}, is_dropped=True)


def test_a_write_in_another_process_invalidates_reads(other: Other) -> None:
    written: list[str] = []
    ours = Claims(Journal.of_engine(ENGINE), written.extend)
    other.does(f"journal.append('wrote', ['{digest('1/2')}', '{digest('2')}'])")

    ours.of("share", "1/2")

    assert written == [digest("1/2"), digest("2")]


def test_a_second_urn_with_the_same_key_is_refused_in_every_process(
    ours: Claims, other: Other
) -> None:
    assert ours.declare("share", "1/2", {}, "urn:pulumi:a::b::t::one") == ""
    assert ours.declare("share", "1/2", {}, "urn:pulumi:a::b::t::one") == ""

    refusal = other.does("claims.declare('share', '1/2', {}, 'urn:pulumi:a::b::t::two')")

    assert "another resource also declares 1/2: keep only one of the two" in refusal
    refusal = ours.declare("share", "1/2", {}, "urn:pulumi:a::b::t::two")
    assert "'one' also declares 1/2" in refusal


def test_no_id_and_no_value_reaches_the_file(ours: Claims, folder: Path) -> None:
    urn, values = "urn:pulumi:dev::canary::t::canary", {"a": "canary", "b": 900700, "c": ["canary"]}
    ours.declare("share", "900700/900800", values, urn)
    ours.record_read("share", "900700/900800", values)
    ours.record_absence("share", "900700/900800")
    with ours.writing("share", "900700/900800"):
        pass
    with ours.deleting("share", "900700/900900", "900600"):
        pass

    (file,) = folder.iterdir()
    content = file.read_text()
    words = [line.split()[1] for line in content.splitlines()[1:] if line]
    assert words == ["declared", "read", "absent", "done", "ended"]
    assert not re.search("canary|900[6789]00", content)


@pytest.mark.parametrize(
    ("did", "engine", "refused"),
    [
        (["claims.declare('share', '1/2', {})", HOLDS_A_LOCK], ENGINE, True),
        (["delete('1/2')"], ENGINE, False),
        (["claims.declare('share', '1/2', {})"], "127.0.0.1:50999", False),
    ],
    ids=["a process that declared a resource", "one that declared nothing", "of another operation"],
)
@pytest.mark.parametrize("starts_later", [False, True])
def test_nothing_is_deleted_after_a_process_of_the_run_with_declared_resources_was_killed(
    did: list[str], engine: str, refused: bool, starts_later: bool
) -> None:
    killed = Other()
    for each in did:
        killed.does(each)
    living = None if starts_later else Claims(Journal.of_engine(engine))
    killed.end()

    ours = living or Claims(Journal.of_engine(engine))

    refusal = pytest.raises(RefusedError, match="a process of the plugin ended early")
    for key in ("1/2", "1/3"):
        with refusal if refused else nullcontext(), ours.deleting("share", key) as known:
            assert (known.is_declared, refused) == (False, False)


def test_on_a_full_disk_a_write_is_recorded_nothing_is_declared_and_no_process_deletes(
    ours: Claims, other: Other
) -> None:
    other.does("claims.declare('share', '1/2', {})")
    other.does(FULL)

    assert other.does("write('1/2')") == repr((None, False))
    refusal = other.does("claims.declare('share', '1/4', {})")
    assert "ConfigurationError The processes of this run cannot share their progress" in refusal
    with pytest.raises(RefusedError, match="ended early"), ours.deleting("share", "1/2"):
        raise AssertionError("it was to be deleted")


@pytest.mark.parametrize("line", ["9 read", "9 declared", "9 declared 0"])
def test_an_incomplete_line_hides_no_declaration_and_counts_once_it_is_complete(
    ours: Claims, other: Other, folder: Path, line: str
) -> None:
    (file,) = folder.glob("*.journal")
    lines = f"\n{line}\n\n9 {DONE} {digest('share 1/2')}\n"
    for half in (lines[:-9], lines[-9:]):
        with file.open("a") as journal:
            journal.write(half)
        last_write = ours.of("share", "1/2").last_write
    other.does("claims.declare('share', '1/2', {})")

    assert ours.of("share", "1/2").is_declared
    assert last_write == DONE


def test_a_process_that_only_refreshed_leaves_the_file_for_the_one_that_follows() -> None:
    other = Other()
    other.does("claims.record_absence('share', '1/2')")
    other.does("journal.close()")
    other.end()

    known = Claims(Journal.of_engine(ENGINE)).of("share", "1/2")
    assert (known.is_absent, known.was_refreshed) == (True, True)


def test_the_last_process_that_ends_in_order_removes_the_file(folder: Path) -> None:
    ours, other = Journal.of_engine(ENGINE), Other()
    ours.append("ended", [digest("1/2")])

    other.does("journal.close()")
    assert len(list(folder.iterdir())) == 1
    ours.close()

    assert list(folder.iterdir()) == []
    with Claims(Journal.of_engine(ENGINE)).deleting("share", "1/2") as known:
        assert not known.has_ended
    other.end()


def test_the_files_of_killed_operations_are_removed(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        living = f"{engine.getsockname()[1]}"
        for address in (ENGINE, f"127.0.0.1:{living}"):
            killed = Other(address)
            killed.end()

        Journal.of_engine("127.0.0.1:50999")

        assert {each.stem for each in folder.iterdir()} == {living, "50999"}


@pytest.mark.parametrize("name", ["notes", "1.old", "9" * 30])
def test_a_file_that_no_operation_wrote_is_left_alone(folder: Path, name: str) -> None:
    folder.mkdir(mode=0o700)
    file = folder / f"{name}.journal"
    file.touch()

    Journal.of_engine(ENGINE)

    assert file.exists()


def test_a_machine_without_a_temporary_folder_is_told_to_set_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: ["/absent"])

    with pytest.raises(ConfigurationError, match=r"No usable temporary directory.* set TMPDIR"):
        Journal.of_engine(ENGINE)


def test_a_file_of_another_format_is_refused(ours: Claims, folder: Path) -> None:
    (file,) = folder.iterdir()
    content = file.read_text()
    file.write_text(content.replace("1", "2", 1))

    with pytest.raises(ConfigurationError, match="use one version of the plugin for all resources"):
        Journal.of_engine(ENGINE)


def test_a_folder_that_others_can_use_is_refused(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o750)

    with pytest.raises(ConfigurationError, match="set TMPDIR to a folder that only this user"):
        Journal.of_engine(ENGINE)
