"""The page about the probe lists every question."""

from __future__ import annotations

import re

import pytest

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
