"""The page about the probe lists every exit code."""

from __future__ import annotations

import re

from metapixel_cli.probe.command import probe_command
from metapixel_cli.probe.run import Exit
from tests.support.stack import ROOT

PAGE = (ROOT / "docs/probe.md").read_text()


def test_the_page_and_the_help_list_the_exit_codes() -> None:
    section = PAGE.partition("## Exit codes\n")[2].partition("\n## ")[0]
    codes = [int(code) for code in re.findall(r"(?m)^\| ([0-9]+) \|", section)]
    listed = (probe_command.help or "").partition("Exit codes")[2]

    assert codes == sorted({*Exit, 2})
    assert [int(code) for code in re.findall(r"(?m)^ *([0-9]+) ", listed)] == codes
