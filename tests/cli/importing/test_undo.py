"""The steps of an import that fails or is interrupted. A state in memory replaces the engine."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from metapixel_cli.importing.entries import urns_in
from metapixel_cli.importing.program import module_target
from metapixel_cli.importing.run import Import, Result
from metapixel_cli.importing.selection import Filter, select
from metapixel_cli.importing.targets import Target
from metapixel_cli.stacks import pulumi
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.plan import Plan
from tests.cli.importing.estates import agency, estate, pixel
from tests.cli.importing.test_entries import NEW, SHARE, plan, share

DECLARED = share(
    inputs={
        "__provider": "gASV",
        "pixel_id": "11",
        "agency_business_id": "21",
        "permitted_tasks": ["ANALYZE"],
    }
)
EMPTY = json.dumps({"version": 3, "deployment": {"resources": []}}).encode()
COMPLETE = "The import was already complete, so nothing was undone."


class Stack:
    """A stack whose program declares a share that its state does not contain.

    If there is a `target`, the program declares the share only in its file. `fail` runs after the
    state was written, and `progress` gets each sentence about a step. `after` are the operations
    that a preview plans after the import.
    """

    target: Target | None = None

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = EMPTY
        self.sentences: list[str] = []
        self.fail: Callable[[], object] = list
        self.progress: Callable[[str], object] = list
        self.after: tuple[str, ...] = ("same",)
        monkeypatch.setattr(pulumi, "export", lambda stack, cwd: self.state)
        monkeypatch.setattr(pulumi, "write_state", self._write)
        monkeypatch.setattr(pulumi, "preview", self._preview)

    def _write(self, stack: str, exported: bytes, cwd: Path) -> None:
        self.state = exported
        self.fail()

    def _report(self, sentence: str) -> None:
        self.progress(sentence)

    def _preview(self, stack: str, cwd: Path) -> Plan:
        steps = self.after if SHARE in urns_in(self.state) else ("create",)
        has_file = self.target is None or self.target.path.exists()
        declared = (*NEW, DECLARED) if has_file else NEW
        return plan(*(replace(each, steps=steps) for each in declared))

    def take_over(self) -> Result:
        found = select([estate(pixel("11", agency("21")))], Filter(), ())
        importing = Import("prod", Path(), self.target, self._report, self.sentences)
        return importing.run(found, self.state)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    return Stack(monkeypatch)


def test_a_complete_import_reports_for_a_later_interruption_that_nothing_was_undone(
    stack: Stack,
) -> None:
    assert stack.take_over().urns == {"11/21": SHARE}
    assert SHARE in urns_in(stack.state)
    assert stack.sentences == [COMPLETE]


def test_a_state_that_a_failed_command_stored_is_reported(stack: Stack) -> None:
    def fail() -> None:
        raise StackError("the connection was lost")

    stack.fail = fail

    with pytest.raises(StackError, match="connection was lost"):
        stack.take_over()
    assert SHARE in urns_in(stack.state)
    (sentence,) = stack.sentences
    assert "may contain the imported resources, because Pulumi failed" in sentence


def test_a_state_that_a_failed_command_left_as_it_was_needs_no_report(stack: Stack) -> None:
    def fail() -> None:
        stack.state = EMPTY
        raise StackError("the connection was lost")

    stack.fail = fail

    with pytest.raises(StackError, match="connection was lost"):
        stack.take_over()
    assert stack.sentences == []


def interrupt(stack: Stack) -> None:
    signal.raise_signal(signal.SIGINT)


def change_the_state(stack: Stack) -> None:
    stack.state = stack.state.replace(b'"version": 3', b'"version": 2')


RESTORED = "The former state of stack prod was restored."


@pytest.mark.parametrize(
    ("step", "action", "undone"),
    [
        ("Writing", interrupt, []),
        ("Writing", change_the_state, []),
        ("written", interrupt, [RESTORED]),
        ("Proving", interrupt, [RESTORED]),
    ],
)
def test_each_step_before_a_failure_is_undone(
    stack: Stack, tmp_path: Path, step: str, action: Callable[[Stack], None], undone: list[str]
) -> None:
    stack.target = module_target(tmp_path / "access.py")
    stack.progress = lambda sentence: action(stack) if sentence.startswith(step) else None
    if step == "written":
        stack.fail = lambda: action(stack)

    with pytest.raises((KeyboardInterrupt, StackError)):
        stack.take_over()

    removed = f"The new file {stack.target.path} was removed."
    assert stack.sentences == [*undone, removed]
    assert not stack.target.path.exists()
    assert urns_in(stack.state) == set()
    assert (stack.state != EMPTY) == (action is change_the_state)


def test_an_interruption_while_the_state_is_restored_waits_until_it_is_restored(
    stack: Stack,
) -> None:
    def progress(sentence: str) -> None:
        if sentence.startswith("Restoring"):
            interrupt(stack)

    stack.after, stack.progress = ("update",), progress

    with pytest.raises(KeyboardInterrupt):
        stack.take_over()
    assert urns_in(stack.state) == set()
    assert stack.sentences == ["The former state of stack prod was restored."]


def test_a_state_that_another_command_has_changed_is_not_restored(stack: Stack) -> None:
    def progress(sentence: str) -> None:
        if sentence.startswith("Proving"):
            change_the_state(stack)
            interrupt(stack)

    stack.progress = progress

    with pytest.raises(KeyboardInterrupt):
        stack.take_over()
    assert SHARE in urns_in(stack.state)
    (sentence,) = stack.sentences
    assert "was not restored, because another command has changed it" in sentence
