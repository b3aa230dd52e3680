"""The exit codes of the commands."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import NoReturn

import click

from metapixel_cli.escape import in_log


class Exit(IntEnum):
    """The exit codes of the commands. Each command documents the codes that it uses."""

    FINE = 0
    FAILED = 1
    INVALID = 2
    """Wrong usage, for which click uses the same code, or a file without the required content."""
    FOUND = 3
    """A finding that `--fail-on` names."""
    INCOMPLETE = 4
    """A part was not read, not checked or not imported."""
    INTERRUPTED = 130
    """Ctrl-C. Shells use the same code."""


def fail(code: Exit, *lines: str) -> NoReturn:
    """Print lines on standard error, and end the command. They can quote names and messages."""
    click.echo(in_log("\n".join(lines)), err=True)
    sys.exit(code)
