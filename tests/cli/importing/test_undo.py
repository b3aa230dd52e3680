"""The steps of an import, also of one that fails. A state in memory replaces the engine."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from metapixel_cli.importing.access_file import draft_access_file
from metapixel_cli.importing.entries import urns_in, with_entries
from metapixel_cli.importing.program import draft_module
from metapixel_cli.importing.run import Import, ImportResult
from metapixel_cli.importing.targets import Drafting
from metapixel_cli.stacks import pulumi
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.plan import Plan
from metapixel_provider.sharing.estate.estate import PixelAccess
from tests.cli.importing.estates import OWNER, agency, pixel, selected
from tests.cli.importing.test_entries import BUCKET, NEW, SHARE, plan, planned, share

DECLARED = share(
    inputs={
        "__provider": "gASV",
        "pixel_id": "11",
        "agency_business_id": "21",
        "permitted_tasks": ["ANALYZE"],
    }
)
EMPTY = json.dumps({"version": 3, "deployment": {"resources": []}}).encode()


class Stack:
    """A stack whose program declares a share that its state does not contain.

    If there is a `file`, the program declares the share only in it. `actions` run when the
    sentence about a step begins with their key, and "written" after the state was written. `after`
    are the operations that a preview plans after the import.
    """

    file: Path | None = None
    draft: Drafting | None = None

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = EMPTY
        self.sentences: list[str] = []
        self.actions: dict[str, Callable[[Stack], None]] = {}
        self.after: tuple[str, ...] = ("same",)
        monkeypatch.setattr(pulumi, "export", lambda stack, cwd: self.state)
        monkeypatch.setattr(pulumi, "write_state", self._write)
        monkeypatch.setattr(pulumi, "preview", self._preview)

    def _write(self, stack: str, exported: bytes, cwd: Path) -> None:
        self.state = exported
        self._act("written")

    def _act(self, step: str) -> None:
        if action := self.actions.get(step.partition(" ")[0]):
            action(self)

    def _preview(self, stack: str, cwd: Path) -> Plan:
        steps = self.after if SHARE in urns_in(self.state) else ("create",)
        has_file = self.file is None or self.file.exists()
        declared = (*NEW, DECLARED) if has_file else NEW
        return plan(*(replace(each, steps=steps) for each in declared))

    def take_over(self, *others: PixelAccess, dry_run: bool = False) -> ImportResult:
        found = selected(pixel("11", agency("21")), *others)
        written = self.file, self.draft
        importing = Import("prod", Path(), *written, self._act, self.sentences, dry_run)
        return importing.run(found, self.state)

    def writes_module(self, folder: Path) -> None:
        self.file = folder / "access.py"
        self.draft = partial(draft_module, self.file, None)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    return Stack(monkeypatch)


def test_a_complete_import_reports_for_a_later_interruption_that_nothing_was_undone(
    stack: Stack,
) -> None:
    assert stack.take_over().urns == {"11/21": SHARE}
    assert SHARE in urns_in(stack.state)
    assert stack.sentences == ["The import was already complete, so nothing was undone."]


def test_entries_for_an_existing_file_do_not_hold_back_declared_access(
    stack: Stack, tmp_path: Path
) -> None:
    path = tmp_path / "access.yaml"
    path.write_text(f'version: 1\nowner: "{OWNER}"\npixels: {{}}\nagencies: {{}}\n')
    settings = OWNER, tmp_path, date(2026, 11, 26), None
    stack.file = path
    stack.draft = lambda selection, _: draft_access_file(path, *settings, selection)
    former = path.read_text()

    assert stack.take_over(pixel("12", accounts={OWNER: ["9"]}), dry_run=True).draft is None
    made = stack.take_over(pixel("12", agency("21")))

    assert made.urns == {"11/21": SHARE}
    assert [each.id for each in made.drafted] == ["12/21"]
    assert made.draft
    assert 'pixel-12: "12"' in made.draft.advice
    assert path.read_text() == former
    # The preview of a program whose file exists has to succeed.
    stack.actions["Previewing"] = fail
    with pytest.raises(StackError):
        stack.take_over()


def test_declared_access_that_depends_on_a_resource_without_a_record_is_not_imported(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = replace(DECLARED, dependencies=(BUCKET,))
    present = plan(*NEW, planned(BUCKET, custom=True), needs)
    monkeypatch.setattr(pulumi, "preview", lambda stack, cwd: present)

    made = stack.take_over()

    assert (made.urns, [*made.reasons]) == ({}, ["11/21"])
    assert stack.state == EMPTY


def test_a_module_for_a_program_without_a_plan_uses_no_name_of_the_state(
    stack: Stack, tmp_path: Path
) -> None:
    stack.writes_module(tmp_path)
    stack.actions["Previewing"] = fail
    stack.state = with_entries(EMPTY, [{"urn": "urn:pulumi:prod::shop::aws:s3:Bucket::agency-21"}])

    made = stack.take_over(dry_run=True)

    assert made.draft
    assert '"agency-21-2"' in made.draft.text


def test_a_dry_run_writes_nothing(stack: Stack, tmp_path: Path) -> None:
    stack.writes_module(tmp_path)

    made = stack.take_over(dry_run=True)

    assert (made.urns, made.is_complete) == ({"11/21": ""}, True)
    assert made.draft
    assert "AgencyAccess(" in made.draft.text
    assert (stack.state, [*tmp_path.iterdir()]) == (EMPTY, [])


def interrupt(stack: Stack) -> None:
    signal.raise_signal(signal.SIGINT)


def change_the_state(stack: Stack) -> None:
    stack.state = stack.state.replace(b'"version": 3', b'"version": 2')


def change_the_state_and_interrupt(stack: Stack) -> None:
    change_the_state(stack)
    interrupt(stack)


def edit_the_file_and_interrupt(stack: Stack) -> None:
    assert stack.file
    stack.file.write_text("edited")
    interrupt(stack)


def fail(stack: Stack) -> None:
    raise StackError("the connection was lost")


def restore_and_fail(stack: Stack) -> None:
    stack.state = EMPTY
    fail(stack)


def fail_at_the_write(stack: Stack) -> None:
    stack.actions["written"] = fail


RESTORED = "The former state of stack prod was restored."
NOT_RESTORED = "The state of stack prod was not restored, because {}"


@pytest.mark.parametrize(
    ("step", "action", "undone", "is_recorded"),
    [
        # The first preview may fail, because the file does not exist yet.
        ("Previewing", fail, [], False),
        ("Writing", interrupt, [], False),
        ("Writing", edit_the_file_and_interrupt, [], False),
        ("Writing", change_the_state, [], False),
        ("written", interrupt, [RESTORED], False),
        ("written", fail, [NOT_RESTORED.format("another command may have")], True),
        ("written", restore_and_fail, [], False),
        ("Proving", interrupt, [RESTORED], False),
        (
            "Proving",
            change_the_state_and_interrupt,
            [NOT_RESTORED.format("another command may have")],
            True,
        ),
        # The proof fails, and the interruption waits until the state is restored.
        ("Restoring", interrupt, [RESTORED], False),
        ("Restoring", fail_at_the_write, [NOT_RESTORED.format("Pulumi failed: the c")], False),
    ],
)
def test_each_step_before_a_failure_is_undone_or_reported(
    stack: Stack,
    tmp_path: Path,
    step: str,
    action: Callable[[Stack], None],
    undone: list[str],
    is_recorded: bool,
) -> None:
    stack.writes_module(tmp_path)
    stack.actions[step] = action
    stack.after = ("same", "update") if step == "Restoring" else ("same",)

    with pytest.raises((KeyboardInterrupt, StackError)):
        stack.take_over()

    is_edited = action is edit_the_file_and_interrupt
    removed = [] if is_edited else [f"The new file {stack.file} was removed."]
    for part, sentence in zip([*undone, *removed], stack.sentences, strict=True):
        assert part in sentence
    assert (tmp_path / "access.py").exists() == is_edited
    assert (SHARE in urns_in(stack.state)) == is_recorded
    assert is_recorded or stack.state == EMPTY or action is change_the_state
