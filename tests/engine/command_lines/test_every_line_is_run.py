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
from importlib import import_module
from pathlib import Path

import pytest

from tests.support import command_lines
from tests.support.stack import ROOT
from tests.support.terminal import Claim

#: Lines that no test runs, and why. The last test here looks at their parts instead.
NOT_RUN = {
    "make quick": "it runs the tests",
    "make check": "it runs the tests",
    "make test": "it runs the tests",
    "make test-rest": "it runs the tests",
    "make test-all": "it runs the tests",
    "make settings": "it takes minutes",
    "make seeds": "it takes half an hour",
    "make seeds SEED=$SEED": "it takes half an hour",
    "make bench": "it takes minutes",
    "make pictures": "it needs Chromium",
    "python -m tools.pictures": "it needs Chromium",
    "make lock": "it needs the registries, and changes the checkout",
}


def _claims() -> list[tuple[str, Claim]]:
    """Return what the tests claim with `follows`, each claim with its test."""
    found = []
    for path in sorted((ROOT / "tests/engine").rglob("test_*.py")):
        if "@follows(" in path.read_text():
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for name, test in vars(module).items():
                found += [(f"{path.stem}::{name}", claim) for claim in getattr(test, "claims", ())]
    return found


FOUND = command_lines.found(ROOT)
ADVICE = command_lines.advice(ROOT)
CLAIMS = _claims()
RUN = {line for _, claim in CLAIMS for line in claim.lines}


def test_every_line_of_the_texts_is_run() -> None:
    not_run = {line: FOUND[line] for line in FOUND if line not in NOT_RUN and line not in RUN}

    assert not_run == {}


def test_every_line_that_a_message_advises_is_run_after_that_message() -> None:
    def is_followed(line: str, message: str) -> bool:
        parts = [part for _, claim in CLAIMS if line in claim.lines for part in claim.after]
        return any(part in message for part in parts)

    assert [advice for advice in sorted(ADVICE) if not is_followed(*advice)] == []


def test_a_line_that_no_text_has_any_more_is_claimed_by_no_test() -> None:
    assert {*RUN, *NOT_RUN} <= set(FOUND)


def test_a_claim_names_parts_of_messages_that_the_source_has_once() -> None:
    wrong = [
        (test, part)
        for test, claim in CLAIMS
        for part in claim.after
        if len({told for line, told in ADVICE if line in claim.lines and part in told}) != 1
    ]

    assert wrong == []


def test_a_line_is_either_run_or_named_as_not_run() -> None:
    assert NOT_RUN.keys().isdisjoint(RUN)


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
