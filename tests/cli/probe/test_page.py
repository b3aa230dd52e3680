"""The page about the probe lists every question and every exit code."""

from __future__ import annotations

import re

import pytest

from metapixel_cli.probe.command import Exit, probe_command
from metapixel_cli.probe.questions import QUESTIONS, Question
from tests.support.stack import ROOT

PAGE = (ROOT / "docs/probe.md").read_text()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_the_page_has_a_row_for_each_question(question: Question) -> None:
    assumed = question.assumed
    answer = str(assumed).lower() if isinstance(assumed, bool) else assumed
    basis = "documented" if question.is_documented else "assumed"
    probed = question.again or f"no: {question.never}"

    assert f"| `{question.name}` | `{answer}` | {basis} | {probed} | |\n" in PAGE


def test_the_page_has_no_other_question() -> None:
    table = PAGE.partition("## The questions")[2]

    assert re.findall(r"(?m)^\| `(\w+)`", table) == [each.name for each in QUESTIONS]


def test_the_page_and_the_help_list_the_exit_codes() -> None:
    section = PAGE.partition("## Exit codes\n")[2].partition("\n## ")[0]
    codes = [int(code) for code in re.findall(r"(?m)^\| ([0-9]+) \|", section)]
    listed = (probe_command.help or "").partition("Exit codes")[2]

    assert codes == sorted({*Exit, 2})
    assert [int(code) for code in re.findall(r"(?m)^ *([0-9]+) ", listed)] == codes
