"""A terminal that runs the command lines of the project's texts.

`follows` checks that a test runs the lines that the test claims to run.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec

from tests.support.stack import VENV, Run, Stack

P = ParamSpec("P")

#: The address of the simulator in the texts. Another program may use its port.
_ADDRESS = "http://127.0.0.1:8765"
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """Lines that a test runs, and parts of the messages that advise a person to run these lines.

    A part is text of the source code. It contains `{}` where the message inserts a value.
    """

    lines: tuple[str, ...]
    after: tuple[str, ...]

    def check(self) -> None:
        """Fail if the test that has just ended did not run the lines after the messages."""
        for line in self.lines:
            assert any(entry.has(line) for entry in _transcript), f"not run: {line}"
        for message in self.after:
            pattern = re.escape(message).replace(r"\{\}", ".*?")
            printed = [n for n, each in enumerate(_transcript) if re.search(pattern, each.output)]
            assert printed, f"no command printed: {message}"
            followed = _transcript[printed[0] + 1 :]
            assert any(entry.has(line) for entry in followed for line in self.lines), message


@dataclass(frozen=True)
class _Entry:
    """A command that the running test ran. Its line and options are spelled as in the texts."""

    line: str
    options: tuple[str, ...] = ()
    output: str = ""

    def has(self, line: str) -> bool:
        """Return whether the command shows what the line does, so nothing was added to the line.

        A line without options, such as `pulumi up`, names a command, which can have any options.
        Settings of the environment add nothing.
        """
        names = [option.partition(" ")[0] for option in self.options]
        added = [option for option in self.options if not _ASSIGNMENT.fullmatch(option)]
        command = self.line if not added or " -" not in self.line else ""
        return line in (command, " ".join([self.line, *self.options]), *self.options, *names)


_transcript: list[_Entry] = []


def record(lines: Iterable[str], output: str = "") -> None:
    """Record lines of the texts that a test ran in another way, and their output."""
    _transcript.extend(_Entry(line, output=" ".join(output.split())) for line in lines)


def follows(
    *lines: str, after: Iterable[str] = ()
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Claim that a test runs these lines, and that it runs one of them `after` each message.

    The test fails if the claim is false. See `Claim`.
    """
    claim = Claim(lines, tuple(after))

    def decorate(test: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(test)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            _transcript.clear()
            test(*args, **kwargs)
            claim.check()

        run.claims = [claim, *getattr(test, "claims", [])]  # type: ignore[attr-defined]
        return run

    return decorate


@dataclass(frozen=True)
class Typed(Run):
    """A run of a command. `printed` is its standard output."""

    printed: str

    @property
    def text(self) -> str:
        """The output with single spaces, so that a test can search for a sentence in it."""
        return " ".join(self.output.split())


class Terminal:
    """A terminal in a folder, in which `pulumi` does not ask for confirmation."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], stack: Stack | None = None
    ) -> None:
        self.folder = folder
        self._stack = stack
        path = environment.get("PATH", os.environ["PATH"])
        # `make test` tells the makes below it to print their directories. A person's make does not.
        inherited = {name: value for name, value in environment.items() if name != "MAKELEVEL"}
        self.environment = {
            **inherited,
            "PATH": f"{VENV / 'bin'}:{path}",
            "PULUMI_SKIP_CONFIRMATIONS": "true",
        }

    @classmethod
    def of(cls, stack: Stack) -> Terminal:
        """Return a terminal in a stack's project."""
        return cls(stack.project, stack.environment, stack)

    def type(
        self,
        line: str,
        *inserted: str,
        options: Iterable[str] = (),
        given: str = "",
        at: str = "",
        ok: bool = True,
        **placeholders: str,
    ) -> Typed:
        """Run a line of the texts and return its result.

        The values of `inserted` replace each `{}` in turn. A keyword argument replaces the
        placeholder of the same name (`NAME` or `$NAME`). `options` are options that texts name
        without a command, such as `--run-program` or `NAME=value`. `given` is the standard input.
        `at` is the address of a simulator, in place of the address in the texts. The command must
        succeed. If `ok` is False, it must fail.
        """
        text = filled(line, *inserted, **placeholders)
        words = shlex.split(text.replace(_ADDRESS, at) if at else text)
        for option in (filled(option, **placeholders) for option in options):
            is_setting = _ASSIGNMENT.fullmatch(option)
            words = [option, *words] if is_setting else [*words, *shlex.split(option)]
        environment = dict(self.environment)
        while assignment := _ASSIGNMENT.fullmatch(words[0]):
            environment[assignment[1]] = assignment[2]
            del words[0]
        is_update = self._stack is not None and ok and words[:2] == ["pulumi", "up"]
        if is_update and "--policy-pack" not in words:
            environment["PULUMI_OPTION_SKIP_PREVIEW"] = "true"  # A preview follows instead.
        process = subprocess.run(
            words,
            cwd=self.folder,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=300,
        )
        run = Typed(process.returncode, process.stdout + process.stderr, process.stdout)
        _transcript.append(_Entry(line, tuple(options), run.text))
        assert (run.code == 0) is ok, f"{shlex.join(words)}: {run.output}"
        if self._stack and is_update:
            self._stack.expect_settled(words)
        return run


def filled(line: str, *inserted: str, **placeholders: str) -> str:
    """Return a line in which values replace each `{}` and the placeholders."""
    for name, value in placeholders.items():
        line = re.sub(rf"\$?(?<!\w){name}(?!\w)", value.replace("\\", r"\\"), line)
    for value in inserted:
        assert "{}" in line, line
        line = line.replace("{}", value, 1)
    return line
