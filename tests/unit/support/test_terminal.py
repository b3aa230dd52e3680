"""`follows` fails a test that has not run the lines which it claims."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, follows


@pytest.mark.parametrize(
    ("claimed", "after", "typed", "refusal"),
    [
        (["echo one", "echo two"], [], ["echo one"], "not run: echo two"),
        (["echo one --two"], [], ["echo one"], "not run: echo one --two"),
        (["echo one --two", "--two", "echo one"], [], ["echo one", "--two"], ""),
        (["echo help"], ["2 of {} failed"], ["echo help", "", "echo '2 of 3 failed'"], "2 of"),
        (["echo help"], ["2 of {} failed"], ["echo help"], "no command printed"),
        (["echo help"], ["2 of {} failed"], ["echo '2 of 3 failed'", "", "echo help"], ""),
    ],
    ids=[
        "a line was not run",
        "a line was run without its option",
        "a line was run with its option",
        "a line was run before its message",
        "the message was not printed",
        "a line was run after its message",
    ],
)
def test_a_claim(
    claimed: list[str], after: list[str], typed: list[str], refusal: str, tmp_path: Path
) -> None:
    terminal = Terminal(tmp_path, {})
    terminal.type(claimed[-1])  # A line that is run before the test does not count.

    @follows(*claimed, after=after)
    def test() -> None:
        for line, option in zip(typed[::2], [*typed[1::2], ""], strict=False):
            terminal.type(line, options=[option] * bool(option))

    with pytest.raises(AssertionError, match=refusal) if refusal else nullcontext():
        test()
