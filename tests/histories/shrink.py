"""Makes a history in which something is wrong shorter, as long as something still is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.histories.history import History, Step


def shrink(history: History, is_wrong: Callable[[History], bool]) -> History:
    """The shortest history that is found by leaving out one thing after the other."""
    while shorter := next((each for each in _shorter(history) if is_wrong(each)), None):
        history = shorter
    return history


def _shorter(history: History) -> Iterator[History]:
    steps = history.steps
    for at in reversed(range(1, len(steps))):
        yield replace(history, steps=steps[:at])
    for at in range(len(steps)):
        if len(steps) > 1:
            yield replace(history, steps=steps[:at] + steps[at + 1 :])
    for name in history.switches:
        left = {other: value for other, value in history.switches.items() if other != name}
        yield replace(history, switches=left)
    if history.foreign_requests:
        yield replace(history, foreign_requests=history.foreign_requests[1:])
    if history.destroy:
        yield replace(history, destroy=())
    for name in sorted(set().union(*(step.program.names for step in steps))):
        smaller = tuple(replace(step, program=step.program.without(name)) for step in steps)
        yield replace(history, steps=smaller)
    for at, step in enumerate(steps):
        for simpler in _simpler(step):
            yield replace(history, steps=(*steps[:at], simpler, *steps[at + 1 :]))


def _simpler(step: Step) -> Iterator[Step]:
    for act in step.acts:
        yield replace(step, acts=tuple(each for each in step.acts if each is not act))
    if step.troubles:
        yield replace(step, troubles=())
    command = step.command
    if command.killed:
        yield replace(step, command=replace(command, killed=None))
    if command.skip_checkpoints or command.with_preview:
        plain = replace(command, skip_checkpoints=False, with_preview=False)
        yield replace(step, command=plain)
    for flag in command.flags:
        left = tuple(each for each in command.flags if each != flag)
        yield replace(step, command=replace(command, flags=left))
