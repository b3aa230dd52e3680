"""What the generator draws: valid programs, and everything that histories are made of."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.histories.edits import WEIGHTS
from tests.histories.generator import ACTS, COMMANDS, FAULTS, generate
from tests.histories.history import History
from tests.histories.resources import text

SEEDS = 400


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [generate(seed) for seed in range(SEEDS)]


def test_every_program_is_python_with_names_and_access_declared_once(
    histories: list[History],
) -> None:
    for program in (step.program for history in histories for step in history.steps):
        compile(text(program.resources()), "__main__.py", "exec")
        assert len(set(program.keys.values())) == len(program.keys)
        assert len(program.names) == len(program.resources())


def test_histories_have_every_command_edit_act_trouble_and_kill(histories: list[History]) -> None:
    steps = [step for history in histories for step in history.steps]
    commands = [step.command for step in steps]
    plain = Counter((command.verb, command.flags) for command in commands if not command.targets)

    assert min(plain[command.verb, command.flags] for command in COMMANDS) >= 5
    assert {edit for step in steps for edit in step.edits} == {
        edit.__name__.replace("_", " ") for edit in WEIGHTS
    }
    assert {act.action for step in steps for act in step.acts} == set(ACTS)
    assert {trouble.kind for step in steps for trouble in step.troubles} == {
        *FAULTS,
        *("outage", "stale", "haste"),
    }
    assert {command.killed.what for command in commands if command.killed} == {
        *("engine", "plugin", "command")
    }
    for verb in ("up", "refresh", "destroy"):
        assert any(command.targets for command in commands if command.verb == verb)
    assert any(command.skip_checkpoints for command in commands)
    assert any(command.replaces for command in commands)
    assert any(command.with_preview for command in commands)
