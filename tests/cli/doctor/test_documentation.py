"""docs/doctor.md describes the command, and checks.md explains every check under its name."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_cli.doctor.judging.catalogue import CHECKS, Category, Check
from metapixel_cli.doctor.reading.meta import TIMEOUT
from metapixel_cli.doctor.rendering.table import RESULTS
from tests.support.stack import ROOT

PAGE = (ROOT / "docs/doctor.md").read_text()
CHECKS_PAGE = (ROOT / "cli/metapixel_cli/doctor/checks.md").read_text()


def test_each_check_has_a_section_in_the_order_of_a_report() -> None:
    assert re.findall(r"(?m)^### (.+)$", CHECKS_PAGE) == [check.name for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_the_command_of_each_hint_prints_the_section_without_links(check: Check) -> None:
    _, *arguments = check.hint.split()
    printed = CliRunner().invoke(metapixel, arguments).stdout

    assert printed.startswith(f"{check.name}\n\n")
    assert len(printed.split()) > 5
    assert not re.search(r"^#|<!--|\.md|\]\((?!https:)", printed, re.MULTILINE)


def test_the_page_names_every_category_result_and_exit_code() -> None:
    for word in (*Category, *RESULTS.values(), "skipped"):
        assert f"`{word}`" in PAGE
    section = PAGE.partition("## Exit codes\n")[2].partition("\n## ")[0]
    codes = re.findall(r"(?m)^\| ([0-9]+) \|", section)
    assert codes == [str(code) for code in (0, 1, 2, 4, 130)]


def test_the_page_maps_the_words_for_results_to_their_names_in_the_document() -> None:
    different = {result.value: word for result, word in RESULTS.items() if word != result}
    section = " ".join(PAGE.partition("## Other formats\n")[2].partition("\n## ")[0].split())

    words, names = (
        " and ".join([", ".join(f"`{each}`" for each in listed[:-1]), f"`{listed[-1]}`"])
        for listed in ([*different.values()], [*different])
    )
    assert f"The results {words} have the names {names} there." in section


def test_the_page_states_the_time_that_the_command_waits() -> None:
    assert f"at most {TIMEOUT:g} seconds" in CHECKS_PAGE


def test_no_check_has_the_name_of_a_category() -> None:
    assert {check.name for check in CHECKS}.isdisjoint(Category)
