"""Every command line that a text tells a person to run is run by a test.

The lines are found in the texts (`tests/support/command_lines.py`). If a test here fails for a
line that you have written, run the line with `Terminal.type` in a test that asserts the effect
which your text promises, and name it in the `follows` of that test. If you have written a message,
the test has to cause the message first, and names a part of it as `after`, with `{}` for what is
inserted. `python -m tests.engine.command_lines` lists the lines and their tests.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.engine.command_lines.claims import NOT_RUN, claims, runs_by_line
from tests.support import command_lines
from tests.support.stack import ROOT

FOUND = command_lines.found(ROOT)
ADVICE = command_lines.advice(ROOT)
CLAIMS = claims()
RUNS = runs_by_line()


@pytest.mark.parametrize("line", sorted(FOUND))
def test_a_line_of_the_texts_is_run(line: str) -> None:
    is_known = line in NOT_RUN or line in RUNS
    assert is_known, f"no test runs it; it is in {', '.join(FOUND[line])}"


@pytest.mark.parametrize(("line", "message"), sorted(ADVICE))
def test_a_line_that_a_message_advises_is_run_after_that_message(line: str, message: str) -> None:
    parts = [part for _, claim in CLAIMS if line in claim.lines for part in claim.after]
    is_followed = any(part in message for part in parts)
    assert is_followed, "no test causes this message and runs the line"


def test_a_line_that_no_text_has_any_more_is_claimed_by_no_test() -> None:
    assert {*RUNS, *NOT_RUN} <= set(FOUND)


def test_a_message_that_is_not_in_the_source_any_more_is_followed_by_no_test() -> None:
    stale = [
        (test, part)
        for test, claim in CLAIMS
        for part in claim.after
        if not any(line in claim.lines and part in message for line, message in ADVICE)
    ]

    assert stale == []


def test_a_line_is_either_run_or_named_as_not_run() -> None:
    assert NOT_RUN.keys().isdisjoint(RUNS)


@pytest.mark.parametrize("path", command_lines.texts(ROOT), ids=lambda path: path.name)
def test_no_text_names_a_command_that_the_finder_does_not_see(path: Path) -> None:
    lines = list(command_lines.reader(path)(path.read_text()))

    for named in command_lines.named(path):
        assert any(named in line for line in lines), f"write it as code: {named}"


@pytest.mark.parametrize("line", sorted(line for line in NOT_RUN if line.startswith("make ")))
def test_a_target_that_is_not_run_uses_programs_that_exist(line: str, checkout: Path) -> None:
    command = [*line.split(), "--dry-run"]
    shown = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)

    programs = set(re.findall(r"\.venv/bin/[\w-]+", shown.stdout))
    assert programs
    assert all((checkout / program).exists() for program in programs)


def test_the_option_of_the_benchmark_that_is_not_run_exists(checkout: Path) -> None:
    command = [".venv/bin/python", "-m", "bench", "--help"]
    shown = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)

    assert "--quick" in shown.stdout
