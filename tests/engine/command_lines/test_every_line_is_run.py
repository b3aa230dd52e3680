"""Every command line that a text tells a person to run is run by a test.

The lines are found in the texts (`tests/support/command_lines.py`). If a test here fails for a
line that you have written, run the line with `Terminal.type` in a test that asserts the effect
which your text promises, and name it in the `follows` of that test. If you have written a message,
the test has to cause the message first, and names a part of it as `after`, with `{}` for what is
inserted.
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


def test_every_line_of_the_texts_is_run() -> None:
    not_run = {line: FOUND[line] for line in FOUND if line not in NOT_RUN and line not in RUNS}

    assert not_run == {}


def test_every_line_that_a_message_advises_is_run_after_that_message() -> None:
    def is_followed(line: str, message: str) -> bool:
        parts = [part for _, claim in CLAIMS if line in claim.lines for part in claim.after]
        return any(part in message for part in parts)

    assert [advice for advice in sorted(ADVICE) if not is_followed(*advice)] == []


def test_a_line_that_no_text_has_any_more_is_claimed_by_no_test() -> None:
    assert {*RUNS, *NOT_RUN} <= set(FOUND)


def test_a_claim_names_parts_of_messages_that_the_source_has_once() -> None:
    wrong = [
        (test, part)
        for test, claim in CLAIMS
        for part in claim.after
        if len({told for line, told in ADVICE if line in claim.lines and part in told}) != 1
    ]

    assert wrong == []


def test_a_line_is_either_run_or_named_as_not_run() -> None:
    assert NOT_RUN.keys().isdisjoint(RUNS)


def test_no_text_names_a_command_that_the_finder_does_not_see() -> None:
    unseen = []
    for path in command_lines.texts(ROOT):
        lines = list(command_lines.reader(path)(path.read_text()))
        named = command_lines.named(path)
        unseen += [(path.name, each) for each in named if not any(each in line for line in lines)]

    assert unseen == [], "write them as code"


@pytest.mark.parametrize("line", sorted(line for line in NOT_RUN if line.startswith("make ")))
def test_a_target_that_is_not_run_uses_programs_that_exist(line: str, checkout: Path) -> None:
    command = [*line.split(), "--dry-run"]
    shown = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)

    programs = set(re.findall(r"\.venv/bin/[\w-]+", shown.stdout))
    assert programs
    assert all((checkout / program).exists() for program in programs)
