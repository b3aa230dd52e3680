"""Which tests a target of the Makefile runs."""

from __future__ import annotations

import re
import subprocess
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


def test_test_all_runs_what_ci_runs() -> None:
    targets = re.findall(r"(?m)^make (\S+)$", (ROOT / ".ci/run").read_text())

    assert selections("test-all") == selections(*targets)
