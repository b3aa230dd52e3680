"""Makes a history in which something is wrong shorter, as long as something still is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.histories.declarations import Program, possible
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
        smaller = tuple(replace(step, program=_without(step.program, name)) for step in steps)
        yield replace(history, steps=smaller)
    for at, step in enumerate(steps):
        for simpler in _simpler(step):
            yield replace(history, steps=(*steps[:at], simpler, *steps[at + 1 :]))


def _simpler(step: Step) -> Iterator[Step]:
    for action in step.by_hand:
        yield replace(step, by_hand=tuple(each for each in step.by_hand if each is not action))
    if step.troubles:
        yield replace(step, troubles=())
    command = step.command
    if command.killed:
        yield replace(step, command=replace(command, killed=None))
    if command.skip_checkpoints:
        yield replace(step, command=replace(command, skip_checkpoints=False))
    for flag in command.flags:
        left = tuple(each for each in command.flags if each != flag)
        yield replace(step, command=replace(command, flags=left))


def _without(program: Program, name: str) -> Program:
    return possible(
        Program(
            tuple(each for each in program.shares if each.name != name),
            tuple(each for each in program.responses if each.name != name),
            tuple(each for each in program.permissions if each.name != name),
        )
    )
