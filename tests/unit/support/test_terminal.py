"""`follows` fails a test that has not run the lines which it claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminal import Terminal, follows


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, {})


def test_a_line_that_was_not_run_fails_the_test(terminal: Terminal) -> None:
    @follows("echo one", "echo two")
    def claims_two() -> None:
        terminal.type("echo one")

    with pytest.raises(AssertionError, match="not run: echo two"):
        claims_two()


def test_a_line_of_an_earlier_test_does_not_count(terminal: Terminal) -> None:
    terminal.type("echo one")

    with pytest.raises(AssertionError, match="not run: echo one"):
        follows("echo one")(lambda: None)()


def test_a_line_with_other_options_does_not_count(terminal: Terminal) -> None:
    @follows("echo one --two")
    def runs_less() -> None:
        terminal.type("echo one")

    @follows("echo one --two", "--two", "echo one")
    def runs_both() -> None:
        terminal.type("echo one", options=["--two"])

    with pytest.raises(AssertionError, match="not run"):
        runs_less()
    runs_both()


def test_a_line_counts_only_after_the_message_that_advises_it(terminal: Terminal) -> None:
    @follows("echo help", after=["2 of {} failed"])
    def too_early() -> None:
        terminal.type("echo help")
        terminal.type("echo '2 of 3 failed'")

    @follows("echo help", after=["2 of {} failed"])
    def never_told() -> None:
        terminal.type("echo help")

    with pytest.raises(AssertionError, match="2 of"):
        too_early()
    with pytest.raises(AssertionError, match="no command printed"):
        never_told()
