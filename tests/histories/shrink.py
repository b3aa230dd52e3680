"""Plays a history, and in place of a wrong one the shortest one that is still wrong.

Hypothesis could shrink what it draws itself, but from the same generator it draws only a third as
many different programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.histories.history import History
from tests.histories.player import WrongError


def play_and_shrink(history: History, play: Callable[[History], object]) -> None:
    """Raise the WrongError of what is left after leaving out one thing after the other."""
    try:
        play(history)
    except WrongError as error:
        wrong = error
    else:
        return
    for shorter in _shorter(history):
        play_and_shrink(shorter, play)
    raise wrong


def _shorter(history: History) -> Iterator[History]:
    steps = history.steps
    for at in reversed(range(len(steps))):
        if len(steps) > 1:
            yield replace(history, steps=steps[:at] + steps[at + 1 :])
    if history.switches or history.foreign_requests or history.destroy:
        yield History(history.seed, steps)
    for name in sorted(set().union(*(step.program.names for step in steps))):
        smaller = tuple(replace(step, program=step.program.without(name)) for step in steps)
        yield replace(history, steps=smaller)
    for at, step in enumerate(steps):
        plain = replace(step.command, killed=None, skip_checkpoints=False, with_preview=False)
        for simpler in (
            *(replace(step, acts=step.acts[:each]) for each in range(len(step.acts))),
            replace(step, troubles=()),
            replace(step, command=plain),
        ):
            if simpler != step:
                yield replace(history, steps=(*steps[:at], simpler, *steps[at + 1 :]))
