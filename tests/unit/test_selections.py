"""Which tests a target of the Makefile runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

ROOT = Path(__file__).parents[2]
MARKS: list[set[str]] = [set(), {"engine"}, {"rest"}, {"engine", "rest"}]


def selections(*targets: str) -> list[str]:
    """Return the expressions with which the targets select tests, among all of them."""
    command = ["make", "--dry-run", "--assume-old=.venv/.installed", *targets]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    runs = re.findall(r"-m pytest (.+)", shown)
    found = [
        re.fullmatch(r'-n \S+ --dist loadfile (?:.* )?-m ("([^"]+)"|\S+)', run) for run in runs
    ]
    return [each[2] or each[1] for each in found if each]


@pytest.mark.parametrize("marks", MARKS, ids=lambda marks: "-".join(sorted(marks)) or "unmarked")
def test_each_test_runs_exactly_once_in_test_and_test_rest(marks: set[str]) -> None:
    chosen = selections("test", "test-rest")

    def has(mark: str, /, **_: object) -> bool:
        return mark in marks

    matches = [Expression.compile(each).evaluate(has) for each in chosen]

    assert len(chosen) == 3
    assert matches.count(True) == 1


def test_tests_and_their_children_are_interrupted_also_in_a_background_job_of_a_shell() -> None:
    interruptions = [
        "tests/unit/graph/test_write_batches.py::"
        "test_a_write_that_was_interrupted_while_it_waited_is_never_sent",
        "tests/cli/access/test_command.py::test_ctrl_c_ends_with_130_and_writes_nothing",
    ]
    in_background = 'trap "" INT; exec "$@"'
    command = ["sh", "-c", in_background, "sh", sys.executable, "-m", "pytest", *interruptions]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout


def test_test_all_runs_what_ci_runs() -> None:
    targets = re.findall(r"(?m)^make (\S+)$", (ROOT / ".ci/run").read_text())

    assert selections("test-all") == selections(*targets)
