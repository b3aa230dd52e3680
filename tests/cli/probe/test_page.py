"""The help of the command lists every exit code."""

from __future__ import annotations

import re

from metapixel_cli.probe.command import probe_command
from metapixel_cli.probe.run import Exit


def test_the_help_lists_the_exit_codes() -> None:
    listed = (probe_command.help or "").partition("Exit codes")[2]

    assert [int(code) for code in re.findall(r"(?m)^ *([0-9]+) ", listed)] == sorted({*Exit, 2})
