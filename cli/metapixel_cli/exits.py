"""The end of a command: its output, its error, its exit code, and its interruption."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from metapixel_cli import files
from metapixel_cli.escape import in_log
from metapixel_cli.secrets import without_secrets


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


def show(output: str) -> None:
    """Print the output of a command. Exit if the standard output cannot be written."""
    try:
        click.echo(output.encode("utf-8", errors="replace"), nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        # At its end, the interpreter would try to write the rest of the output, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(Exit.FAILED, f"Error: The standard output cannot be written: {error.strerror}")


def deliver(output: str, texts: Mapping[Path, str], force: bool) -> None:
    """Write files, all or none, and print the output. `force` replaces existing files."""
    files.write({path: without_secrets(text) for path, text in texts.items()}, force)
    show(output)
    for path in texts:
        click.echo(f"Wrote {path}.", err=True)


def fail(code: Exit, *lines: str) -> NoReturn:
    """Print lines on standard error, and end the command. They can quote names and messages."""
    click.echo(in_log("\n".join(lines)), err=True)
    sys.exit(code)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C and a request to terminate until the end of the block."""
    received: list[int] = []
    with _handling(lambda number, frame: received.append(number), signal.SIGINT, signal.SIGTERM):
        yield
    if received:
        raise KeyboardInterrupt


def termination_as_interrupt() -> AbstractContextManager[None]:
    """Raise KeyboardInterrupt in the block if this process is requested to terminate."""
    return _handling(signal.default_int_handler, signal.SIGTERM)


@contextmanager
def _handling(
    handler: Callable[[int, FrameType | None], object], *numbers: signal.Signals
) -> Iterator[None]:
    former = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, before in former.items():
            signal.signal(number, before)
